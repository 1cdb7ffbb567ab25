"""Recording who read, changed or passed on personal data."""

from django.db import DatabaseError, transaction

from incidents import chain
from incidents.access import CONSULTED_FOR, recent_consultations
from incidents.models import AccessAct, AccessDigest, AccessRecord
from svit import clock, engines

WORDS = "access_words"  # what was typed with an act, as the record of its erasure names it


class NotRecorded(Exception):
    """That somebody reads could not be written down, so nothing is shown."""


def _row(by, **act):
    """A record, not saved yet, of what `by` does."""
    return AccessRecord(
        user=by.user,
        system=by.system,
        agency=by.agency,
        regime=by.agency.regime if by.agency else "",
        at=clock.recorded(),
        **act,
    )


def _of(incident):
    return {
        "partnership_id": incident.partnership_id,
        "incident_uuid": incident.uuid,
        "reference": incident.reference,
    }


def record_access(
    incident, *, by, act, subject_kind="incident", subject=None, purpose="", recipient="", sha256=""
):
    """One act on personal data, in the transaction of the act; `subject` is a UUID, the incident's where absent."""
    row = _row(
        by, act=act, subject_kind=subject_kind, subject_uuid=subject or incident.uuid, purpose=purpose[:200],
        recipient=recipient[:200], sha256=sha256, **_of(incident),
    )  # fmt: skip
    row.save(force_insert=True)
    return row


def record_each(incident, *, by, act, subjects):
    """The same act on many records, in one query; `subjects` are pairs of a kind and a UUID."""
    AccessRecord.objects.bulk_create(
        _row(by, act=act, subject_kind=kind, subject_uuid=subject or incident.uuid, **_of(incident))
        for kind, subject in subjects
    )


def record_oversight(partnership, *, by, act, subject_kind, purpose="", recipient="", sha256=""):
    """One act on what is recorded of a whole partnership, such as reading its access record."""
    row = _row(
        by, act=act, partnership=partnership, subject_kind=subject_kind, subject_uuid=partnership.uuid,
        purpose=purpose[:200], recipient=recipient[:200], sha256=sha256,
    )  # fmt: skip
    row.save(force_insert=True)
    return row


def consult(incident, *, by, subject_kind="incident", subject=None):
    """Record that somebody reads: once for an actor, a record and half an hour, before anything is shown."""
    subject = subject or incident.uuid
    known = getattr(incident, "consulted", None) if subject_kind == "incident" else None
    try:
        if known is None:
            known = recent_consultations(by, subject, subject_kind).exists()
        if not known:
            record_access(
                incident, by=by, act=AccessAct.CONSULTATION, subject_kind=subject_kind, subject=subject
            )
    except DatabaseError as error:
        raise NotRecorded from error


def consult_all(incident, *, by, subject_kind, subjects):
    """The same for many records of one incident's page, in two queries."""
    consult_each(by=by, subject_kind=subject_kind, subjects=dict.fromkeys(subjects, incident))


def consult_each(*, by, subject_kind, subjects):
    """The same for records of several incidents: `subjects` maps each record's UUID to its incident."""
    if not subjects:
        return
    try:
        known = AccessRecord.objects.filter(
            subject_uuid__in=subjects, subject_kind=subject_kind, user=by.user, agency=by.agency,
            act=AccessAct.CONSULTATION, at__gt=clock.now() - CONSULTED_FOR,
        ).values_list("subject_uuid", flat=True)  # fmt: skip
        AccessRecord.objects.bulk_create(
            _row(
                by, act=AccessAct.CONSULTATION, subject_kind=subject_kind, subject_uuid=subject,
                **_of(subjects[subject]),
            )
            for subject in subjects.keys() - set(known)
        )  # fmt: skip
    except DatabaseError as error:
        raise NotRecorded from error


def oversee(partnership, *, by, subject_kind):
    """Record that a governance officer reads what is recorded of a partnership; once in half an hour, as others are."""
    try:
        if not recent_consultations(by, partnership.uuid, subject_kind).exists():
            record_oversight(partnership, by=by, act=AccessAct.CONSULTATION, subject_kind=subject_kind)
    except DatabaseError as error:
        raise NotRecorded from error


@transaction.atomic
def erase_words(*, incident, by, purpose, subject=None):
    """Erase what was typed with the acts on a record, or on a whole incident: purposes and recipients.

    The acts themselves stay. The digest of the words takes their place, and the salt goes with the words, so that
    nobody can find them by guessing. The erasure is recorded; `purpose` must not repeat what it erases.
    """
    engines.only_one(chain.SEALING, wait=True)  # no sweep may seal words that go meanwhile
    told = record_access(
        incident, by=by, act=AccessAct.ERASURE, subject_kind=WORDS, subject=subject, purpose=purpose
    )
    rows = AccessRecord.objects.filter(incident_uuid=incident.uuid, pk__lt=told.pk).exclude(
        purpose="", recipient=""
    )
    if subject is not None:
        rows = rows.filter(subject_uuid=subject)
    words = {
        pk: (purpose, recipient) for pk, purpose, recipient in rows.values_list("pk", "purpose", "recipient")
    }
    AccessRecord.objects.filter(pk__in=words).update(purpose="", recipient="")
    for sealed in AccessDigest.objects.filter(pk__in=words).exclude(salt=""):
        sealed.words, sealed.salt = chain.words_digest(sealed.salt, *words[sealed.pk]), ""
        sealed.save(update_fields=["words", "salt"])
    return len(words)
