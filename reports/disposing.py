"""Disposal carried out: every row, file and message of an incident goes, in one transaction; the decision stays.

The row of the decision is the job. A worker that dies in the middle has done nothing; one that dies between the
database and the files leaves their keys in the row, and the next one removes them.
"""

import logging

from django.db import transaction
from django.db.models import Q

from incidents.actions import erase_words, record_access
from incidents.models import AccessAct, Disposal, DisposalState, Entry, Incident, RedactionState, StoredFile
from incidents.models.files import stored_files
from incidents.retention import holds_on, whole
from partners.actor import Actor
from partners.models import Agency
from reports.models import FILE_KIND, REPLACED_KIND, Pack
from svit import clock, engines, privacy

logger = logging.getLogger(__name__)

MANY = 500  # keys in one statement


def carry_out():
    """Do what was confirmed, then remove the files that wait to be removed; how many disposals that was."""
    done, broken, tried = 0, set(), set()
    while disposal := _next(tried):
        tried.add(disposal.pk)
        try:
            done += dispose(disposal.pk)
        except Exception as error:  # its words may quote the incident
            logger.error("Disposal %s was not carried out (%s)", disposal.uuid, type(error).__name__)
            broken.add(disposal.pk)
    for row in Disposal.objects.exclude(files=[]):
        remove_files(row)
    remove_withdrawn()
    if broken:
        raise RuntimeError(f"{len(broken)} disposals were not carried out.")
    return done


def _next(tried):
    waiting = Disposal.objects.filter(state=DisposalState.CONFIRMED, along=None).exclude(pk__in=tried)
    return waiting.order_by("confirmed_at", "pk").first()


@transaction.atomic
def dispose(pk):
    """One confirmed disposal; False where another worker did it, or where a hold or a live incident stands against."""
    rows = list(Disposal.objects.filter(Q(pk=pk) | Q(along=pk)).order_by("pk"))
    # The incidents first, as whoever places a hold does; and whole, so that nobody adds to them any more
    parts = list(Incident.objects.select_for_update().filter(pk__in=[row.incident_id_was for row in rows]))
    disposal = engines.lock(Disposal.objects.filter(pk=pk)).get()
    if disposal.state != DisposalState.CONFIRMED or holds_on(parts).exists():
        return False
    incident = next(part for part in parts if part.pk == disposal.incident_id_was)
    if {part.pk for part in whole(incident)} != {part.pk for part in parts}:
        return False
    if any(part.live for part in parts):  # a report that was joined is not
        return False
    _record(parts, by=disposal)
    counts, files = erase(parts)
    disposal.counts, disposal.files = counts, files
    for row in (disposal, *(row for row in rows if row.pk != pk)):
        row.state, row.done_at = DisposalState.DONE, clock.now()
        row.save(update_fields=["state", "done_at", "counts", "files"])
    return True


def _record(parts, *, by):
    """The erasure of the incident and of each record of it, in the access record, whose typed words go as well."""
    csp = Agency.objects.filter(csp_of=by.partnership_id).first()
    actor = Actor(user=by.confirmed_by, agency=csp, system="disposal")
    purpose = f"Disposal: {by.get_ground_display()}"
    for part in parts:
        erase_words(incident=part, by=actor, purpose=purpose)
        record_access(part, by=actor, act=AccessAct.ERASURE, purpose=purpose)
        for entry in Entry.objects.filter(incident=part):
            record_access(
                part,
                by=actor,
                act=AccessAct.ERASURE,
                subject_kind=entry.kind,
                subject=entry.uuid,
                purpose=purpose,
            )


def erase(incidents):
    """All that any room holds of these incidents, history included: (counts by kind, keys of files to remove).

    Rows go by plain DELETE, without signals: a history would else write down once more what is deleted.
    """
    pks = [incident.pk for incident in incidents]
    holdings = privacy.holdings()
    found = {one.model: list(one.rows(pks).values_list("pk", flat=True)) for one in holdings}
    uuids = {uuid for one in holdings for uuid in _uuids(one.model, found[one.model])}
    files = list(
        StoredFile.objects.filter(pk__in=found[StoredFile]).exclude(file="").values_list("file", flat=True)
    )
    counts = {}
    for function in privacy.traces():
        for what, count in function(uuids, files).items():
            counts[what] = counts.get(what, 0) + count
    for one in holdings:
        history = _erase_history(one, found[one.model], pks)
        gone = _delete(one.model, "pk__in", found[one.model])
        counts[str(one.model._meta.verbose_name_plural)] = gone
        if history:
            counts[f"history of {one.model._meta.verbose_name_plural}"] = history
    return {what: count for what, count in sorted(counts.items()) if count}, sorted(files)


def _uuids(model, pks):
    if not any(column.name == "uuid" for column in model._meta.concrete_fields):
        return
    for at in range(0, len(pks), MANY):
        yield from model._base_manager.filter(pk__in=pks[at : at + MANY]).values_list("uuid", flat=True)


def _erase_history(holding, pks, incidents):
    """The history of these rows, and of rows of the incidents that were deleted before."""
    if holding.history is None:
        return 0
    key = f"{holding.model._meta.pk.attname}__in"
    gone = _delete(holding.history, key, pks)
    if holding.incident == "incident":
        gone += _delete(holding.history, "incident_id__in", incidents)
    return gone


def _delete(model, look_up, values):
    gone = 0
    for at in range(0, len(values), MANY):
        rows = model._base_manager.filter(Q(**{look_up: values[at : at + MANY]}))
        gone += rows._raw_delete(rows.db)
    return gone


def remove_files(disposal):
    """Remove the files whose keys stand in the decision, then forget the keys. What is gone already does no harm."""
    if all(_removed(key) for key in disposal.files):
        Disposal.objects.filter(pk=disposal.pk).update(files=[])


def remove_withdrawn():
    """Remove the files of packs that were withdrawn for good; the row of each keeps its hash."""
    final = Q(withdrawn_for=None) | Q(withdrawn_for__state=RedactionState.CONFIRMED)
    packs = Pack.objects.filter(final, withdrawn_at__isnull=False)
    for stored in StoredFile.objects.filter(
        about_kind__in=(FILE_KIND, REPLACED_KIND), about_uuid__in=packs.values("uuid")
    ).exclude(file=""):
        if _removed(stored.file.name):
            StoredFile.objects.filter(pk=stored.pk).update(file="")


def _removed(key):
    try:
        stored_files().delete(key)
    except OSError as error:
        logger.error("A file was not removed (%s)", type(error).__name__)
        return False
    return True
