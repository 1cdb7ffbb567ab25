"""The page of what the reader may not do: why, and whom to ask."""

from django.shortcuts import render

from incidents.access import visible_incidents
from incidents.queries import csp_of
from partners import door_log


def refused(request, exception):
    """403, with the telephone of those who coordinate the incident, else of the reader's own partnership."""
    door_log.refused(request)
    page = {"exception": str(exception), "contact": _contact(request)}
    return render(request, "403.html", page, status=403)


def _contact(request):
    actor = getattr(request, "actor", None)
    if actor is None or actor.membership is None:
        return None
    partnership, detail = actor.partnership, "Your community safety partnership"
    if incident := _incident(request, actor):
        partnership, detail = incident.partnership_id, f"Coordinates {incident.reference}"
    agency = csp_of(partnership) if partnership else None
    return agency and {"name": agency.name, "detail": detail, "phone": agency.telephone}


def _incident(request, actor):
    """The incident of this address, where the actor may know of it."""
    match = request.resolver_match
    if match is None or not match.route.startswith("incidents/<uuid:uuid>/"):
        return None
    return visible_incidents(actor).filter(uuid=match.kwargs["uuid"]).first()
