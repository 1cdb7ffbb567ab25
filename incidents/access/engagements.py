"""Who takes part in an incident, may come in for life at risk, and may take it over."""

from django.http import Http404

from incidents.access.sights import To, get_sight
from incidents.models import Engagement, EngagementRole, Handover
from partners.models import Agency, Role


def can_break_glass(actor):
    """Whether the actor may open, for life at risk, an incident that the agency is not engaged in: its managers."""
    return actor.role in (Role.AGENCY_MANAGER, Role.CSP_MANAGER)


def get_offered(actor, uuid):
    """(sight, open offer of ownership) for the coordinators of the partnership that it was made to."""
    seen = get_sight(actor, uuid)
    offer = _open_offer(seen)
    if not actor.coordinates or offer.to_partnership != actor.partnership:
        raise Http404
    return seen, offer


def get_offer(actor, uuid):
    """(sight, open offer of ownership) for the owner's coordinators, who may withdraw it."""
    seen = get_sight(actor, uuid, to=To.COORDINATE)
    return seen, _open_offer(seen)


def _open_offer(seen):
    offer = (
        Handover.objects.filter(incident=seen.incident, answer="").select_related("to_partnership").first()
    )
    if offer is None:
        raise Http404
    return offer


def lead_of(incident):
    """The engagement that leads, or None before one does."""
    return (
        Engagement.objects.current()
        .filter(incident=incident, role=EngagementRole.LEAD)
        .select_related("agency")
        .first()
    )


def get_engagement(seen, uuid):
    """One current engagement of the incident, for its coordinators."""
    engagement = (
        Engagement.objects.current()
        .filter(incident=seen.incident, uuid=uuid)
        .select_related("agency")
        .first()
    )
    if engagement is None:
        raise Http404
    engagement.incident = seen.incident
    return engagement


def current_agencies(incident):
    """Primary keys of the agencies that respond at this minute: the owner's and those engaged."""
    engaged = Engagement.objects.current().filter(incident=incident).values_list("agency_id", flat=True)
    own = Agency.objects.filter(csp_of=incident.partnership_id).values_list("pk", flat=True)
    return {*engaged, *own}
