"""Writing records: the row, its entry, its log entry and its access record in one transaction."""

from django.db import transaction

from incidents import offers
from incidents.access import masked_fields
from incidents.actions.access_record import record_access
from incidents.actions.log import log
from incidents.actions.saving import lock, merge, save, sign
from incidents.models import AccessAct, Concerns, Entry, LogKind, RecordGrant, Sensitivity
from incidents.reminders.records import next_remind_at
from reminders import wake
from reminders.actions import over
from svit import clock
from svit.refused import Refused


def _log(seen, record, text):
    log(
        seen.incident, by=seen.actor, kind=LogKind.RECORD, text=text, section=record.entry.section,
        sensitivity=record.entry.sensitivity, about=record.entry, act=None,
    )  # fmt: skip


def _index(record):
    """What the index row has of its record: what it is called, what a search finds, when it falls due."""
    entry = record.entry
    entry.title, entry.due_at = record.entry_title()[:200], record.due_at()
    if record.page == "record":
        entry.words = record.search_words()
    entry.remind_at = next_remind_at(entry, clock.now())
    return ("title", "words", "due_at", "remind_at")


def _sent_before(submission, by):
    """The record that this form made already, when it is sent once more."""
    entry = Entry.objects.filter(submission=submission, created_by=by.user).first() if submission else None
    return getattr(entry, entry.kind) if entry else None


@transaction.atomic
def create_record(
    *, seen, model, sensitivity=None, about=None, holders=(), section=None, submission=None, item=None, **fields
):  # fmt: skip
    """A record of a kind, with its index row. A sealed one has at least two named holders.

    What is about a sealed record is sealed too, and has its holders. `section` is another than its kind's own. The
    same `submission` makes one record; `item` is what it ends of the checklist.
    """
    if known := _sent_before(submission, seen.actor):
        return known
    section = section or model.section
    if seen.incident.at_rest:
        raise Refused(seen.incident.at_rest)
    if not seen.contributes(section):
        raise Refused(f"You cannot add to this section ({section}).")
    if model.concerns == Concerns.MUST and about is None:
        raise Refused("Choose whom it is about.", "about")
    about = about and lock(about)  # it may have been sealed since it was read
    if about is not None and about.sensitivity == Sensitivity.SEALED:
        sensitivity, holders = (
            Sensitivity.SEALED,
            [grant.user for grant in about.grants.select_related("user")],
        )
    entry = Entry(
        incident=seen.incident,
        kind=model.kind(),
        phase=model.phase,
        section=section,
        sensitivity=sensitivity or model.sensitivity,
        about=about,
        owner=seen.actor.agency,
        created_by=seen.actor.user,
        created_at=clock.now(),
        updated_at=clock.now(),
        submission=submission,
    )
    record = model(entry=entry, **fields)
    _index(record)
    entry.save(force_insert=True)
    record.entry = entry
    sign(record, by=seen.actor).save(force_insert=True)
    if entry.sensitivity == Sensitivity.SEALED:
        _seal(entry, holders, by=seen.actor)
    record_access(
        seen.incident, by=seen.actor, act=AccessAct.COLLECTION, subject_kind=entry.kind, subject=entry.uuid
    )
    _log(seen, record, f"{entry.title}: added.")
    if item is not None:
        offers.finish(seen, item)
    if entry.remind_at:
        wake()
    return record


@transaction.atomic
def change_record(*, seen, record, version, choice=None, **fields):
    """Change a record's fields; two people's changes of different fields merge, of the same one ask."""
    if seen.incident.at_rest:
        raise Refused(seen.incident.at_rest)
    entry = lock(record.entry)
    record = type(record).objects.get(pk=entry.pk)
    if not seen.contributes(entry.section) and entry.sensitivity != Sensitivity.SEALED:
        raise Refused("You cannot change records of this section.")
    record.entry = entry
    hidden = masked_fields(seen, record)
    fields = {name: value for name, value in fields.items() if name not in hidden}
    changed = merge(record, by=seen.actor, version=version, changes=fields, choice=choice)
    if not changed:
        return record
    for name, value in changed.items():
        setattr(record, name, value)
    record.entry = entry
    was = entry.due_at
    indexed = _index(record)
    save(record, by=seen.actor, fields=[*changed])
    entry.version, entry.updated_at = record.version, clock.now()
    entry.save(update_fields=[*indexed, "version", "updated_at"])
    if entry.due_at != was:
        over(entry.uuid)
        wake()
    record_access(
        seen.incident, by=seen.actor, act=AccessAct.ALTERATION, subject_kind=entry.kind, subject=entry.uuid
    )
    names = ", ".join(str(record._meta.get_field(name).verbose_name) for name in changed)
    _log(seen, record, f"{entry.title}: {names} changed.")
    return record


def _seal(entry, holders, *, by):
    holders = {user.pk: user for user in [*holders, by.user] if user is not None}
    if len(holders) < 2:
        raise Refused("A sealed record needs at least two named holders.", "holders")
    RecordGrant.objects.bulk_create(
        [RecordGrant(entry=entry, user=user, given_by=by.user) for user in holders.values()],
        ignore_conflicts=True,
    )


@transaction.atomic
def seal(*, seen, entry, holders, reason):
    """From now on nobody but the holders learns that the record exists, nor of the records that are about it.

    What was logged about it is sealed by the door, which asks the entry. The act itself is in the access record alone.
    """
    entry = lock(entry)
    if entry.sensitivity == Sensitivity.SEALED:
        raise Refused("This record is sealed already.")
    if not seen.coordinates:
        raise Refused("Only a coordinator of the owning partnership can seal a record.")
    for one in [entry, *Entry.objects.filter(about=entry).exclude(sensitivity=Sensitivity.SEALED)]:
        _seal(one, holders, by=seen.actor)
        one.sensitivity = Sensitivity.SEALED
        one.save(update_fields=["sensitivity"])
    record_access(
        seen.incident, by=seen.actor, act=AccessAct.ALTERATION, subject_kind=entry.kind, subject=entry.uuid,
        purpose=f"Sealed: {reason}",
    )  # fmt: skip
    return entry
