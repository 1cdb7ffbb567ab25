"""Words that have to go from an incident: found in every copy, withheld there at once, redacted by two people.

A copy is a column of free text that a room holds of the incident, and the same column in its history; the words of log
entries and of contact attempts, which are withheld as such until a second person confirms; what somebody had typed and
not sent; and every pack that was made, since what it holds cannot be taken out of it. What is sealed is not looked
through: nobody but its holders learns what stands there, and they change it themselves.
"""

import re
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from incidents.access import visible_log
from incidents.actions import log, record_access
from incidents.actions.saving import lock
from incidents.models import (
    AccessAct,
    LogKind,
    LogText,
    Redaction,
    RedactionState,
    SealedOriginal,
    Sensitivity,
)
from partners.models import KeptAnswers
from reports.access import sealed_among
from reports.models import Pack, PackState
from response.models import ContactAttempt, Referral
from svit import clock, engines, privacy
from svit.refused import Refused

WITHHELD, REDACTED = "[withheld]", "[redacted]"
LEAST = 3
# The database lets these be changed only once two people agreed
APPENDED = (LogText, ContactAttempt, Referral)
NEVER = {"withheld_reason", "sealed_original"}
FLAG = "withheld_at"


@dataclass
class Place:
    """A column in which the words stand, in how many rows, and whether they may rightly stand there."""

    key: str
    label: str
    count: int
    belongs: bool


def pattern(words):
    """`words` as somebody may have written them: in capitals or not, with any white space between."""
    parts = r"\s+".join(re.escape(part) for part in words.split())
    return re.compile(rf"(?<!\w){parts}(?!\w)", re.IGNORECASE)


def _holdings():
    """The holdings with free text; not what keeps a redaction itself."""
    return [one for one in privacy.holdings() if one.texts and one.model not in (Redaction, SealedOriginal)]


def _rows(holding, seen, words):
    """Rows of the incident that may hold the words, none that is sealed or about what is sealed."""
    longest = max(words.split(), key=len)
    having = Q()
    for name in holding.texts:
        having |= Q(**{f"{name}__icontains": longest})
    rows = _open_rows(holding, seen.incident).filter(having)
    if holding.model is LogText:
        return rows.filter(entry__in=visible_log(seen))
    if holding.model in APPENDED:
        rows = rows.select_related("logged__words")
    return rows


def _open_rows(holding, incident):
    rows = holding.rows([incident.pk])
    return rows.exclude(pk__in=sealed_among(holding, rows).values("pk"))


def _columns(holding):
    return [name for name in holding.texts if name not in NEVER]


def _hits(seen, words):
    """(holding, row, column) wherever the words stand now."""
    found = pattern(words)
    for holding in _holdings():
        for row in _rows(holding, seen, words):
            for name in _columns(holding):
                if found.search(getattr(row, name) or ""):
                    yield holding, row, name


def _past(holding, seen, words):
    """(row, column) in the history of what may be looked through, deleted rows left out."""
    if holding.history is None:
        return
    found, key = pattern(words), holding.model._meta.pk.attname
    open_ = _open_rows(holding, seen.incident)
    for row in holding.history._base_manager.filter(
        **{f"{key}__in": list(open_.values_list("pk", flat=True))}
    ):
        for name in _columns(holding):
            if found.search(getattr(row, name, "") or ""):
                yield row, name


def _everywhere(seen, words):
    """(holding, row, column) wherever the words stand, in the history as well."""
    past = [(holding, row, name) for holding in _holdings() for row, name in _past(holding, seen, words)]
    return [*_hits(seen, words), *past]


def _key(holding, name):
    return f"{holding.model._meta.label_lower}.{name}"


def places(seen, words):
    """Where the words stand, by column, for whoever asks to choose from; the history counts with its column."""
    words = _enough(words)
    found = {}
    for holding, _, name in _everywhere(seen, words):
        field = holding.model._meta.get_field(name)
        label = f"{str(holding.model._meta.verbose_name).capitalize()}: {field.verbose_name}"
        belongs = name in getattr(holding.model, "restricted", ())
        place = found.setdefault(_key(holding, name), Place(_key(holding, name), label, 0, belongs))
        place.count += 1
    return sorted(found.values(), key=lambda place: place.label)


def made_packs(incident):
    """Packs that were made and can still be taken away."""
    return Pack.objects.filter(incident=incident, state=PackState.READY, withdrawn_at=None)


def _enough(words):
    words = " ".join(words.split())
    if len(words) < LEAST:
        raise Refused("Enter at least three characters.", "words")
    return words


@transaction.atomic
def ask(*, seen, words, reason, chosen):
    """Withhold the words in the chosen places at once; a second person redacts them for good, or gives them back."""
    if not seen.coordinates:
        raise Refused("Only a coordinator of the owning partnership can withhold words.")
    words = _enough(words)
    lock(seen.incident)  # two that wait would give back, or mark, each other's words
    if Redaction.objects.filter(incident=seen.incident, state=RedactionState.ASKED).exists():
        raise Refused("Other words of this incident wait for a second person. Decide on those first.")
    redaction = Redaction.objects.create(
        incident=seen.incident, words=words, reason=reason, places=sorted(chosen), asked_by=seen.actor.user,
        asked_at=clock.now(),
    )  # fmt: skip
    count = _take_out(redaction, seen, words, set(chosen))
    packs = made_packs(seen.incident).update(
        withdrawn_at=clock.now(),
        withdrawn_for=redaction,
        withdrawn_reason="Words in the incident were withheld.",
    )
    redaction.counts = {"places": count, "packs": packs, "drafts": _drop_drafts(seen.incident, words)}
    if not count and not redaction.counts["drafts"]:
        raise Refused("These words stand nowhere that you chose.", "words")
    redaction.save(update_fields=["counts"])
    _say(redaction, seen, f"Words were withheld in {count} places by {seen.actor.user.name}: {reason}")
    return redaction


def _take_out(redaction, seen, words, chosen):
    """The number of copies that were withheld."""
    found, count, flagged = pattern(words), 0, {}
    for holding, row, name in _everywhere(seen, words):
        if _key(holding, name) not in chosen:
            continue
        count += 1
        if holding.model in APPENDED:
            text = row if holding.model is LogText else getattr(row.logged, "words", None)
            if text is not None:
                flagged[text.pk] = text
        else:
            _replace(redaction, row, name, found.sub(WITHHELD, getattr(row, name)))
    for text in flagged.values():
        _flag(redaction, text)
    return count


def _replace(redaction, row, name, left):
    """Put `left` in a column, without a new row of history, and keep what stood there under seal."""
    model = type(row)
    most = model._meta.get_field(name).max_length
    left = left[:most] if most else left
    SealedOriginal.objects.create(
        redaction=redaction, table=model._meta.label_lower, row=row.pk, column=name, original=getattr(row, name),
        left=left,
    )  # fmt: skip
    setattr(row, name, left)  # the next column of the same row sees it
    model._base_manager.filter(pk=row.pk).update(**{name: left})


def _flag(redaction, text):
    """Withhold the words of a log entry as such; remembered, so that deciding takes back no other withholding."""
    if text.withheld_at:
        return
    LogText.objects.filter(pk=text.pk).update(
        withheld_at=clock.now(),
        withheld_by=redaction.asked_by,
        withheld_reason="Words in it are to be redacted.",
    )
    SealedOriginal.objects.create(
        redaction=redaction, table=LogText._meta.label_lower, row=text.pk, column=FLAG, original=""
    )


def _drop_drafts(incident, words):
    found, count = pattern(words), 0
    for draft in KeptAnswers.objects.filter(path__contains=str(incident.uuid)):
        if any(found.search(str(value)) for values in draft.answers.values() for value in values):
            count += draft.delete()[0]
    return count


def _say(redaction, seen, text, *, act=AccessAct.ALTERATION):
    """In the log for those who coordinate, and in the access record as `act`."""
    log(
        seen.incident, by=seen.actor, kind=LogKind.WITHHELD, sensitivity=Sensitivity.RESTRICTED, text=text, act=act
    )  # fmt: skip
    record_access(seen.incident, by=seen.actor, act=act, subject_kind="redaction", subject=redaction.uuid)


def _open(seen, redaction):
    if not seen.coordinates:
        raise Refused("Only a coordinator of the owning partnership decides on this.")
    redaction = engines.lock(Redaction.objects.filter(pk=redaction.pk)).get()
    if redaction.state != RedactionState.ASKED:
        raise Refused("This was decided already.")
    return redaction


@transaction.atomic
def confirm(*, seen, redaction):
    """The second person: the words go for good, also from log entries and contact attempts; packs lose their files.

    Every chosen place is looked through again: a form that was open when they were withheld may have brought them back.
    """
    redaction = _open(seen, redaction)
    if redaction.asked_by_id == seen.actor.user.pk:
        raise Refused("A redaction takes two people: somebody else has to confirm it.")
    redaction.decided_by, redaction.confirmed_at = seen.actor.user, clock.now()
    redaction.state = RedactionState.CONFIRMED
    redaction.save(
        update_fields=["decided_by", "confirmed_at", "state"]
    )  # from here the guards let words change
    found = pattern(redaction.words)
    for holding, row, name in _everywhere(seen, redaction.words):
        if _key(holding, name) in redaction.places:
            _replace(redaction, row, name, found.sub(REDACTED, getattr(row, name)))
    for kept in redaction.originals.exclude(column=FLAG):
        _move(kept, kept.left.replace(WITHHELD, REDACTED))
    _lift(redaction)
    redaction.words, redaction.done_at = "", clock.now()
    redaction.save(update_fields=["words", "done_at"])
    _say(redaction, seen, f"The redaction was confirmed by {seen.actor.user.name}.", act=AccessAct.ERASURE)
    return redaction


@transaction.atomic
def refuse(*, seen, redaction):
    """The words stand again wherever nobody wrote something else meanwhile, and so do the packs."""
    redaction = _open(seen, redaction)
    for kept in redaction.originals.exclude(column=FLAG):
        _move(kept, kept.original)
    _lift(redaction)
    redaction.originals.all().delete()
    redaction.packs.update(withdrawn_at=None, withdrawn_for=None, withdrawn_reason="")
    redaction.words, redaction.state = "", RedactionState.REFUSED
    redaction.decided_by, redaction.refused_at = seen.actor.user, clock.now()
    redaction.save(update_fields=["words", "state", "decided_by", "refused_at"])
    _say(redaction, seen, f"Words that had been withheld stand again; decided by {seen.actor.user.name}.")
    return redaction


def _models():
    """Every model that may be named in a sealed original, the histories as well."""
    models = [one.model for one in _holdings()] + [one.history for one in _holdings() if one.history]
    return {model._meta.label_lower: model for model in models}


def _move(kept, text):
    """Put `text` where `left` still stands as it was left."""
    rows = _models()[kept.table]._base_manager.filter(**{"pk": kept.row, kept.column: kept.left})
    if text != kept.left and rows.update(**{kept.column: text}):
        SealedOriginal.objects.filter(pk=kept.pk).update(left=text)


def _lift(redaction):
    """Take back the withholding of log entries that this redaction made; not of those that are redacted themselves."""
    rows = redaction.originals.filter(column=FLAG).values_list("row", flat=True)
    ours = LogText.objects.filter(pk__in=list(rows), redaction_asked_by=None, redacted_at=None)
    ours.update(withheld_at=None, withheld_by=None, withheld_reason="")


def _sealed_now(originals):
    """(table, row) of those whose record is sealed now, also where it went to another incident since."""
    found = set()
    for holding in _holdings():
        key = holding.model._meta.pk.attname
        for model in filter(None, (holding.model, holding.history)):
            table = model._meta.label_lower
            kept = model._base_manager.filter(pk__in=[one.row for one in originals if one.table == table])
            records = dict(kept.values_list("pk", key))
            rows = holding.model._base_manager.filter(pk__in=list(records.values()))
            sealed = set(sealed_among(holding, rows).values_list("pk", flat=True))
            found |= {(table, pk) for pk, record in records.items() if record in sealed}
    return found


@transaction.atomic
def disclose(*, seen, reason, recipient):
    """The governance officer reads what was redacted, to disclose it: (where, original), recorded with the reason.

    Not of a record that is sealed now: the officer learns that there is one, and no more.
    """
    if not seen.reading:
        raise Refused("Only the governance officer discloses what was redacted.")
    record_access(
        seen.incident, by=seen.actor, act=AccessAct.DISCLOSURE, subject_kind="redaction", purpose=reason,
        recipient=recipient,
    )  # fmt: skip
    originals = SealedOriginal.objects.filter(redaction__incident=seen.incident).exclude(column=FLAG)
    models, sealed = _models(), _sealed_now(originals)
    found = []
    for kept in originals:
        if (kept.table, kept.row) in sealed:
            continue
        model = models[kept.table]
        label = (
            f"{str(model._meta.verbose_name).capitalize()}: {model._meta.get_field(kept.column).verbose_name}"
        )
        found.append((label, kept.original))
    words = LogText.objects.filter(entry__in=visible_log(seen), redacted_at__isnull=False)
    found += [
        (f"Log entry, {row.entry.get_kind_display()}", row.sealed_original)
        for row in words.select_related("entry")
    ]
    return found
