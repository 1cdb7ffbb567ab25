"""A partner's report: taken on, or declined with a reason."""

from django.db import transaction

from incidents.actions.log import log
from incidents.actions.saving import derive, lock, save
from incidents.models import LogKind, ReportState
from incidents.reminders import next_remind_at
from reminders.actions import over
from svit import clock
from svit.refused import Refused


def _waiting(incident):
    incident = lock(incident)
    if not incident.unconfirmed:
        raise Refused(
            f"{incident.reference} is not waiting: it was {incident.get_report_state_display().lower()}."
        )
    return incident


@transaction.atomic
def accept(*, incident, by, reason):
    """The partnership takes the report on; its clocks run on from where they are."""
    incident = _waiting(incident)
    incident.report_state, incident.state_reason = ReportState.ACCEPTED, reason
    save(incident, by=by, reason=reason, fields=["report_state", "state_reason"])
    derive(incident, remind_at=next_remind_at(incident, clock.now()))
    over(incident.uuid)
    log(incident, by=by, kind=LogKind.REPORT, text=f"Report accepted: {reason}")
    return incident


@transaction.atomic
def decline(*, incident, by, reason):
    """The partnership does not take it on, and says why to whoever reported it."""
    incident = _waiting(incident)
    incident.report_state, incident.state_reason, incident.remind_at = ReportState.DECLINED, reason, None
    save(incident, by=by, reason=reason, fields=["report_state", "state_reason", "remind_at"])
    over(incident.uuid)
    derive(incident, retention_at=clock.now())
    log(incident, by=by, kind=LogKind.REPORT, text=f"Report declined: {reason}")
    return incident
