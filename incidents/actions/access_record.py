"""Recording who read, changed or passed on personal data."""

from incidents.access import CONSULTED_FOR, recent_consultations
from incidents.models import AccessAct, AccessRecord
from svit import clock


def record_access(incident, *, by, act, subject_kind="incident", subject=None, purpose="", recipient=""):
    """One act on personal data, in the transaction of the act; `subject` is a UUID, the incident's where absent."""
    return AccessRecord.objects.create(
        incident_uuid=incident.uuid,
        subject_kind=subject_kind,
        subject_uuid=subject or incident.uuid,
        act=act,
        user=by.user,
        system=by.system,
        agency=by.agency,
        regime=by.agency.regime if by.agency else "",
        purpose=purpose[:200],
        recipient=recipient[:200],
        at=clock.recorded(),
    )


def consult(incident, *, by, subject_kind="incident", subject=None):
    """Record that somebody reads: once for an actor, a record and half an hour, before anything is shown."""
    subject = subject or incident.uuid
    known = getattr(incident, "consulted", None) if subject == incident.uuid else None
    if known is None:
        known = recent_consultations(by, subject).exists()
    if not known:
        record_access(incident, by=by, act=AccessAct.CONSULTATION, subject_kind=subject_kind, subject=subject)


def consult_all(incident, *, by, subject_kind, subjects):
    """The same for many records of one page, in two queries."""
    subjects = set(subjects)
    if not subjects:
        return
    known = AccessRecord.objects.filter(
        subject_uuid__in=subjects, user=by.user, agency=by.agency, act=AccessAct.CONSULTATION,
        at__gt=clock.now() - CONSULTED_FOR,
    ).values_list("subject_uuid", flat=True)  # fmt: skip
    AccessRecord.objects.bulk_create(
        AccessRecord(
            incident_uuid=incident.uuid,
            subject_kind=subject_kind,
            subject_uuid=subject,
            act=AccessAct.CONSULTATION,
            user=by.user,
            agency=by.agency,
            regime=by.agency.regime,
            at=clock.recorded(),
        )
        for subject in subjects - set(known)
    )
