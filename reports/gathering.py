"""Subject access: where a person stands in the partnership's incidents, and what is held on them, in one file.

Every room is asked twice: for records about the person, and for the name in words about something else. The file is
made by a worker, as packs are, and is for review: the names of other people in it are marked, so that somebody decides
on each. What is sealed is said to exist, and no more.
"""

import hashlib
import logging
import re
from datetime import timedelta
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import mark_safe

from incidents.access import concerns_sealed
from incidents.actions import record_access
from incidents.models import (
    AccessAct,
    Entry,
    Incident,
    LogEntry,
    LogText,
    Redaction,
    SealedOriginal,
    Sensitivity,
)
from incidents.models.files import stored_files
from partners.models import Membership, User
from reminders import ring
from reports.access import sealed_among
from reports.models import PackState, SubjectRequest
from reports.printing import NotPrinted, print_pdf
from response.models import Person
from svit import clock, engines, privacy
from svit.refused import Refused

logger = logging.getLogger(__name__)

MOST = 500
ATTEMPTS = 3
STUCK_AFTER = timedelta(minutes=3)
PURPOSE = "Subject access request"


def _whom(row):
    return privacy.Asked(row.name, row.born)


def find(partnership, asked):
    """Where a person stands: records about them first, then words that name them; [Found], at most 500."""
    incidents = Incident.objects.filter(partnership=partnership).order_by()
    found = {}
    for finder in privacy.finders():
        for one in finder(incidents, asked):
            found.setdefault(one.key, one)
    for holding in privacy.holdings():
        if len(found) < MOST and holding.model not in (Redaction, SealedOriginal):
            for one in _in_words(holding, incidents, asked):
                found.setdefault(one.key, one)
    return list(found.values())[:MOST]


def _in_words(holding, incidents, asked):
    """Rows of a holding in whose free text every word of the name stands."""
    texts = [name for name in holding.texts if name != "sealed_original"]
    if not texts:
        return
    look_up = holding.incident or "pk"
    within = {f"{look_up}__in": incidents.values("pk")}
    rows = holding.model._base_manager.filter(engines.having(asked.name, *texts), **within)
    sealed = set(sealed_among(holding, rows).values_list("pk", flat=True))
    owners = dict(rows.order_by("pk").values_list("pk", look_up)[:MOST])
    for row in rows.filter(pk__in=owners):
        label = str(holding.model._meta.verbose_name).capitalize()
        words = [
            (str(row._meta.get_field(name).verbose_name).capitalize(), getattr(row, name)) for name in texts
        ]
        hidden = row.pk in sealed
        yield privacy.Found(
            holding.model, row.pk, owners[row.pk], "A sealed record" if hidden else label, sealed=hidden,
            texts=[] if hidden else [(name, text) for name, text in words if text],
        )  # fmt: skip


@transaction.atomic
def search(*, by, name, born, reason):
    """The governance officer looks for a person; recorded for each incident in which they may stand."""
    if not by.governs:
        raise Refused("Subject access is for the information governance officer.")
    if not any(len(word) > 1 for word in name.split()):
        raise Refused("Enter a name.", "name")
    request = SubjectRequest.objects.create(
        partnership=by.partnership, name=name, born=born, reason=reason, asked_by=by.user, membership=by.membership,
        asked_at=clock.now(),
    )  # fmt: skip
    found = find(by.partnership, _whom(request))
    incidents = Incident.objects.filter(pk__in={one.incident for one in found})
    request.incidents = sorted(str(incident.uuid) for incident in incidents)
    request.save(update_fields=["incidents"])
    for incident in incidents:
        _record(request, incident, by=by, act=AccessAct.CONSULTATION)
    return request


def _record(request, incident, *, by, act, recipient=""):
    record_access(
        incident, by=by, act=act, subject_kind="subject_access", subject=request.uuid, purpose=PURPOSE,
        recipient=recipient,
    )  # fmt: skip


def _quoted(request):
    """The incidents whose records were chosen for the file."""
    chosen = {one.incident for one in find(request.partnership, _whom(request)) if one.key in request.chosen}
    return Incident.objects.filter(pk__in=chosen)


def incidents_of(found):
    """The incidents in which they stand, by UUID."""
    return {row.uuid: row for row in Incident.objects.filter(pk__in={one.incident for one in found})}


def found_for(request):
    """(what was found, what is sealed), each with the reference of its incident."""
    found = find(request.partnership, _whom(request))
    references = dict(
        Incident.objects.filter(pk__in={one.incident for one in found}).values_list("pk", "reference")
    )
    for one in found:
        one.reference = references[one.incident]
    return [one for one in found if not one.sealed], [one for one in found if one.sealed]


@transaction.atomic
def gather(*, request, by, chosen):
    """What was found to be about the person is put into one file, by a worker."""
    request = engines.lock(SubjectRequest.objects.filter(pk=request.pk)).get()
    if not by.governs or by.partnership.pk != request.partnership_id:
        raise Refused("Subject access is for the information governance officer.")
    if request.ended_at:
        raise Refused("This request was closed.")
    open_ = {one.key for one in find(request.partnership, _whom(request)) if not one.sealed}
    chosen = sorted(open_.intersection(chosen))
    if not chosen:
        raise Refused("Choose at least one record.", "chosen")
    request.chosen, request.state, request.queued_at = chosen, PackState.QUEUED, clock.now()
    request.attempts, request.failure = 0, ""
    quoted = list(_quoted(request))
    request.incidents = sorted({*request.incidents, *(str(incident.uuid) for incident in quoted)})
    request.save(update_fields=["chosen", "incidents", "state", "queued_at", "attempts", "failure"])
    for incident in quoted:
        _record(request, incident, by=by, act=AccessAct.COMBINATION)
    transaction.on_commit(partial(ring, "reports.gather"))
    return request


def make_next(now=None):
    """Make the file that has waited longest; None where none waits."""
    request = _claim(now or clock.now())
    if request is None or request.state == PackState.FAILED:
        return request
    try:
        if not Membership.objects.current().filter(pk=request.membership_id).exists():
            return _give_up(request, "Whoever asked for it no longer works here.", final=True)
        content, _ = print_pdf(document(request))
        return _finish(request, content)
    except NotPrinted as failure:
        return _give_up(request, str(failure))
    except Exception as error:  # its words may quote a record
        logger.error("A subject access file was not made (%s)", type(error).__name__)
        return _give_up(request, "Something went wrong while it was made.")


@transaction.atomic
def _claim(now):
    waiting = Q(state=PackState.QUEUED) | Q(state=PackState.RENDERING, claimed_at__lte=now - STUCK_AFTER)
    rows = SubjectRequest.objects.filter(waiting, ended_at=None).order_by("queued_at", "pk")
    request = engines.claim(rows).first()
    if request is None:
        return None
    if request.attempts >= ATTEMPTS:
        request.state = PackState.FAILED
    else:
        request.state, request.claimed_at, request.attempts = PackState.RENDERING, now, request.attempts + 1
    request.save(update_fields=["state", "claimed_at", "attempts"])
    return request


def _still_ours(request):
    row = engines.lock(SubjectRequest.objects.filter(pk=request.pk)).get()
    return (row.state, row.claimed_at) == (PackState.RENDERING, request.claimed_at)


def _finish(request, content):
    """The file is ready, in place of an earlier one; discarded where the request was closed meanwhile."""
    old = request.file.name
    request.file.save("file", ContentFile(content), save=False)
    with transaction.atomic():
        if not _still_ours(request):
            stored_files().delete(request.file.name)
            return request
        request.state, request.made_at, request.failure = PackState.READY, clock.now(), ""
        request.sha256 = hashlib.sha256(content).hexdigest()
        request.save(update_fields=["state", "made_at", "failure", "sha256", "file"])
    if old:
        stored_files().delete(old)
    return request


@transaction.atomic
def _give_up(request, failure, *, final=False):
    if _still_ours(request):
        over = final or request.attempts >= ATTEMPTS
        request.state, request.failure = PackState.FAILED if over else PackState.QUEUED, failure[:200]
        request.save(update_fields=["state", "failure"])
    return request


def document(request):
    """The file as HTML: each incident, each record in it, in full; the names of others marked."""
    found = find(request.partnership, _whom(request))
    chosen = [one for one in found if one.key in request.chosen]
    sealed = sum(one.sealed for one in found)
    incidents = {row.pk: row for row in Incident.objects.filter(pk__in={one.incident for one in chosen})}
    others = _others(incidents, request.name)
    parts = []
    for pk, incident in sorted(incidents.items()):
        records = [_shown(one, others) for one in chosen if one.incident == pk]
        parts.append({"incident": incident, "records": records + _told(incident, chosen, others)})
    context = {"request": request, "parts": parts, "sealed": sealed, "made_at": clock.now()}
    return render_to_string("reports/subject/document.html", context)


def _shown(one, others):
    return {"title": one.title, "lines": [(label, _marked(text, others)) for label, text in one.texts]}


def _told(incident, chosen, others):
    """What the log says about the people that were chosen, of what is not sealed."""
    people = Entry.objects.filter(pk__in=[one.pk for one in chosen if one.model is Person]).values("uuid")
    rows = LogEntry.objects.filter(
        Q(about_uuid__in=people) | Q(person_uuid__in=people), ~concerns_sealed(), incident=incident
    ).exclude(sensitivity=Sensitivity.SEALED)
    shown = {one.pk for one in chosen if one.model is LogText}
    return [
        {
            "title": f"Log entry, {row.get_kind_display()}",
            "lines": [("Text", _marked(row.words.text, others))],
        }
        for row in rows.exclude(pk__in=shown).select_related("words").order_by("occurred_at", "pk")
    ]


def _others(incidents, name):
    """Names of other people in these incidents and of those who wrote there, the longest first."""
    mine = {word.lower() for word in name.split()}
    names = set(
        Person.objects.filter(entry__incident__in=incidents).exclude(name="").values_list("name", flat=True)
    )
    writers = LogEntry.objects.filter(incident__in=incidents, by__isnull=False).values("by")
    names |= set(User.objects.filter(pk__in=writers).values_list("name", flat=True))
    parts = {
        part for one in names for part in (one, *one.split()) if len(part) > 2 and part.lower() not in mine
    }
    return sorted((one for one in parts if not mine.issuperset(one.lower().split())), key=len, reverse=True)


def _marked(text, others):
    """`text`, escaped, with the names of others in it marked for whoever reviews it."""
    text = str(escape(text))
    if others:
        names = "|".join(re.escape(str(escape(name))) for name in others)
        text = re.sub(rf"(?<!\w)({names})(?!\w)", r'<b class="other">\1</b>', text, flags=re.IGNORECASE)
    return mark_safe(text)  # noqa: S308  escaped above


@transaction.atomic
def take(*, request, by):
    """The file, opened already, is taken away for review: recorded as a disclosure of each incident that it quotes."""
    for incident in _quoted(request):
        _record(request, incident, by=by, act=AccessAct.DISCLOSURE, recipient="The person, after review")


@transaction.atomic
def end(*, request, by, reason):
    """The request was answered: the file goes, and whom it was about; that there was one stays."""
    request = engines.lock(SubjectRequest.objects.filter(pk=request.pk)).get()
    if request.ended_at:
        raise Refused("This request was closed already.")
    if request.file:
        transaction.on_commit(partial(stored_files().delete, request.file.name))
    request.name, request.born, request.file, request.chosen, request.incidents = "", None, "", [], []
    request.reason, request.ended_at, request.ended_reason = "", clock.now(), reason
    request.save()
    return request
