"""Opening an incident for life at risk."""

from datetime import timedelta

from django.db import transaction

from incidents.access import SECTIONS, can_break_glass
from incidents.actions.access_record import record_access
from incidents.actions.engagement import engage
from incidents.actions.saving import derive
from incidents.actions.sharing import share_all
from incidents.gateways import VITAL_INTERESTS
from incidents.models import AccessAct, Engagement, EngagementRole, Incident
from svit import clock
from svit.refused import Refused

OPEN_FOR = timedelta(hours=4)


@transaction.atomic
def break_glass(*, by, reference, reason):
    """A manager of an agency that is not engaged opens an incident by its reference, for four hours.

    It sees every section and changes nothing; what is restricted takes a reason each time, what is sealed stays so. It
    is loud: the owner's coordinators, CSP managers and governance officers are told at once.
    """
    if not can_break_glass(by):
        raise Refused("Only a manager of an agency does this. Ring the coordinators instead.")
    incident = Incident.objects.filter(reference=reference.strip().upper()).first()
    if incident is None:
        raise Refused("There is no incident with this reference.", "reference")
    owner = by.agency.csp_of_id == incident.partnership_id
    if owner or Engagement.objects.current().filter(incident=incident, agency=by.agency).exists():
        raise Refused("Your agency is in this incident already. Open it from the list.", "reference")
    now = clock.now()
    share_all(incident, by.agency)  # life comes first
    engagement = engage(
        incident=incident, agency=by.agency, by=by, reason=reason, role=EngagementRole.BREAK_GLASS,
        sections=dict.fromkeys(SECTIONS, "see"), gateway=VITAL_INTERESTS.key, until_at=now + OPEN_FOR,
    )  # fmt: skip
    derive(engagement, remind_at=now, seen_at=now, seen_by=by.user)
    record_access(incident, by=by, act=AccessAct.CONSULTATION, purpose="Break-glass: life at risk")
    return engagement
