"""The incident's stage: responding, scaled down, closed, and back."""

from django.db import transaction

from incidents.actions.log import log
from incidents.actions.saving import derive, lock, save
from incidents.models import Disposal, DisposalState, LogKind, ReportState, Stage
from incidents.reminders import look_again
from svit import clock
from svit.refused import Refused


def _move(incident, *, by, to, reason, text):
    incident.stage = to
    save(incident, by=by, reason=reason, fields=["stage"])
    log(incident, by=by, kind=LogKind.STAGE, text=text)
    return incident


@transaction.atomic
def respond(*, incident, by, reason):
    """The response begins, with the first mobilising."""
    incident = lock(incident)
    if incident.stage == Stage.RESPONDING:
        return incident
    if incident.report_state in (ReportState.DECLINED, ReportState.JOINED):
        raise Refused(f"{incident.reference} was not taken on, so nobody responds to it.")
    return _move(incident, by=by, to=Stage.RESPONDING, reason=reason, text=f"Responding: {reason}")


@transaction.atomic
def scale_down(*, incident, by, reason):
    """Prevention takes over from response (toolkit, After). Open items stay open."""
    incident = lock(incident)
    if incident.stage != Stage.RESPONDING:
        raise Refused(f"{incident.reference} is not responding, so it cannot be scaled down.")
    return _move(incident, by=by, to=Stage.SCALED_DOWN, reason=reason, text=f"Scaled down: {reason}")


@transaction.atomic
def close(*, incident, by, reason):
    """Nothing more is done under this incident; what stays open is said in the reason."""
    incident = lock(incident)
    if incident.stage == Stage.CLOSED:
        raise Refused(f"{incident.reference} is already closed.")
    if incident.unconfirmed:
        raise Refused(f"{incident.reference} is an unconfirmed report: accept or decline it first.")
    incident = _move(incident, by=by, to=Stage.CLOSED, reason=reason, text=f"Closed: {reason}")
    derive(incident, retention_at=clock.now())
    return incident


@transaction.atomic
def reopen(*, incident, by, reason):
    """Back to responding, from scaled down or closed; not where a worker is about to erase it."""
    incident = lock(incident)
    if incident.stage not in (Stage.SCALED_DOWN, Stage.CLOSED):
        raise Refused(f"{incident.reference} is open already.")
    if Disposal.objects.filter(incident_id_was=incident.pk, state=DisposalState.CONFIRMED).exists():
        raise Refused("Its disposal was confirmed. Place a legal hold first.")
    incident = _move(incident, by=by, to=Stage.RESPONDING, reason=reason, text=f"Reopened: {reason}")
    look_again(incident, clock.now())
    return incident
