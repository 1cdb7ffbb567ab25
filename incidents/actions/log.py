"""Writing to the log, and the three acts on what stands there: correct, withhold, redact.

Each write appends to the log, so this is also where it is recorded that somebody collected, altered or erased
personal data: no action can forget it. One that records its own act, or more of it, says `act=None`.
"""

from django.db import transaction

from incidents.access import Sight, may_correct, may_write
from incidents.actions.access_record import record_access, record_each
from incidents.models import (
    LATE_AFTER,
    AccessAct,
    Entry,
    LogEntry,
    LogKind,
    LogText,
    Section,
    Sensitivity,
)
from svit import clock, engines
from svit.refused import Refused


def log(incident, *, by, text, late_reason="", act=AccessAct.ALTERATION, **told):
    """Append to the incident's log, within the transaction of the act that it tells of; `told` as `_entry` takes it.

    The act goes into the access record, on what the entry is about.
    """
    entry = _entry(incident, by=by, late_reason=late_reason, **told)
    entry.save(force_insert=True)
    LogText.objects.create(entry=entry, text=text, late_reason=late_reason)
    if act is not None:
        kind, subject = _subject(entry, act, **told)
        record_access(incident, by=by, act=act, subject_kind=kind, subject=subject)
    return entry


def _subject(entry, act, *, about=None, corrects=None, **told):
    """Kind and UUID of what an entry's act is on: what it is about, else the words that came, or the incident."""
    if corrects is not None:
        return "logentry", corrects.uuid
    if about is not None:
        return (about.kind if isinstance(about, Entry) else entry.about_kind), about.uuid
    return ("logentry", entry.uuid) if act == AccessAct.COLLECTION else ("incident", None)


def log_all(incident, *, by, entries, act=AccessAct.ALTERATION):
    """Append several entries, each what `log` takes as a dictionary, in three queries; one `act` for all of them."""
    words = [(one.pop("text"), one.get("late_reason", "")) for one in entries]
    rows = LogEntry.objects.bulk_create(_entry(incident, by=by, **one) for one in entries)
    if act is not None:
        subjects = [_subject(row, act, **one) for row, one in zip(rows, entries, strict=True)]
        record_each(incident, by=by, act=act, subjects=subjects)
    LogText.objects.bulk_create(
        LogText(entry=row, text=text, late_reason=late) for row, (text, late) in zip(rows, words, strict=True)
    )


def _entry(
    incident, *, by, kind, section=Section.GENERAL, sensitivity=Sensitivity.STANDARD, occurred_at=None,
    precision="exact", late_reason="", about=None, person=None, corrects=None,
):  # fmt: skip
    """An entry, not saved yet, in what it tells of besides its words.

    What corrects, withholds or redacts an entry is about the same record and the same person, so that whoever may not
    know of those learns nothing by it, however often it was corrected. What is about a thing is about its person.
    An entry that is written more than an hour after it happened says why (JESIP).
    """
    now = clock.now()
    if clock.in_future(occurred_at):
        raise Refused("When it happened must be now or in the past.", "occurred_at")
    if occurred_at and now - occurred_at > LATE_AFTER and not late_reason.strip():
        raise Refused("Say why this is written down late.", "late_reason")
    if about is not None:
        about_kind, about_uuid = about._meta.model_name, about.uuid
    else:
        about_kind, about_uuid = (corrects.about_kind, corrects.about_uuid) if corrects else ("", None)
    if person is None and corrects is not None:
        person = corrects.person_uuid
    elif person is None and (whom := getattr(about, "about", None)):
        person = whom.uuid
    return LogEntry(
        incident=incident,
        kind=kind,
        section=section,
        sensitivity=sensitivity,
        marking=incident.marking,
        occurred_at=occurred_at or now,
        recorded_at=clock.recorded(),
        precision=precision,
        by=by.user,
        agency=by.agency,
        by_label=by.label,
        about_kind=about_kind,
        about_uuid=about_uuid,
        person_uuid=person,
        corrects=corrects,
    )


@transaction.atomic
def add_note(
    *, seen: Sight, text, section, sensitivity=Sensitivity.STANDARD, occurred_at=None, late_reason=""
):
    """An entry that somebody writes by hand, in any section that they see: an account adds, and changes nothing."""
    if not may_write(seen):
        raise Refused(seen.incident.at_rest or "You cannot write in this log.")
    if not seen.sees(section):
        raise Refused("You cannot write in this section.", "section")
    if sensitivity == Sensitivity.SEALED:
        raise Refused("A note cannot be sealed.", "sensitivity")
    return log(
        seen.incident, by=seen.actor, kind=LogKind.NOTE, text=text, section=section, sensitivity=sensitivity,
        occurred_at=occurred_at, late_reason=late_reason, act=AccessAct.COLLECTION,
    )  # fmt: skip


@transaction.atomic
def correct(*, seen, entry, text):
    """A new entry that points at the one it corrects; the old one stays."""
    if not may_correct(seen, entry):
        raise Refused(
            "Only the agency that wrote an entry, or a coordinator, corrects it. Add an entry of your own."
        )
    return log(
        seen.incident, by=seen.actor, kind=LogKind.CORRECTION, text=text, section=entry.section,
        sensitivity=entry.sensitivity, corrects=entry, about=None,
    )  # fmt: skip


def _told_to(entry):
    """Why words were withheld may say what they said: it is for those who may still read them."""
    return Sensitivity.SEALED if entry.sensitivity == Sensitivity.SEALED else Sensitivity.RESTRICTED


def _words(entry):
    return engines.lock(LogText.objects.filter(entry=entry)).get()


@transaction.atomic
def withhold(*, seen, entry, reason):
    """A coordinator hides the words of an entry from everybody else, at once; the act is logged for coordinators."""
    if not seen.coordinates:
        raise Refused("Only a coordinator of the owning partnership can withhold an entry.")
    words = _words(entry)
    if words.withheld_at:
        raise Refused("These words are already withheld.")
    words.withheld_at, words.withheld_by, words.withheld_reason = clock.now(), seen.actor.user, reason
    words.save(update_fields=["withheld_at", "withheld_by", "withheld_reason"])
    return log(
        seen.incident, by=seen.actor, kind=LogKind.WITHHELD, section=entry.section, sensitivity=_told_to(entry),
        text=f"An entry was withheld by {seen.actor.user.name}: {reason}", corrects=entry,
    )  # fmt: skip


@transaction.atomic
def ask_redaction(*, seen, entry, reason):
    """The first of two people asks that the words go; they are withheld from now on."""
    if not seen.coordinates:
        raise Refused("Only a coordinator of the owning partnership can ask for a redaction.")
    words = _words(entry)
    if words.redacted_at or words.redaction_asked_by_id:
        raise Refused("A redaction of this entry was already asked for.")
    words.redaction_asked_by = seen.actor.user
    words.withheld_at = words.withheld_at or clock.now()
    words.withheld_by = words.withheld_by or seen.actor.user
    words.withheld_reason = words.withheld_reason or reason
    words.save(update_fields=["redaction_asked_by", "withheld_at", "withheld_by", "withheld_reason"])
    return log(
        seen.incident, by=seen.actor, kind=LogKind.WITHHELD, section=entry.section, sensitivity=_told_to(entry),
        text=f"A redaction was asked for by {seen.actor.user.name}: {reason}", corrects=entry,
    )  # fmt: skip


@transaction.atomic
def redact(*, seen, entry):
    """The second person confirms: the words go from view, the original is sealed for disclosure."""
    if not seen.coordinates:
        raise Refused("Only a coordinator of the owning partnership can confirm a redaction.")
    words = _words(entry)
    if words.redacted_at or not words.redaction_asked_by_id:
        raise Refused("Nobody asked for a redaction of this entry.")
    if words.redaction_asked_by_id == seen.actor.user.pk:
        raise Refused("A redaction takes two people: somebody else has to confirm it.")
    words.redacted_at, words.redacted_by = clock.now(), seen.actor.user
    words.sealed_original = f"{words.text}\n{words.late_reason}".strip()
    words.text, words.late_reason = "Redacted.", ""
    words.save(update_fields=["redacted_at", "redacted_by", "sealed_original", "text", "late_reason"])
    return log(
        seen.incident, by=seen.actor, kind=LogKind.WITHHELD, section=entry.section, sensitivity=_told_to(entry),
        text=f"A redaction was confirmed by {seen.actor.user.name}.", corrects=entry, act=AccessAct.ERASURE,
    )  # fmt: skip
