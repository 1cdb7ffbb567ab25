"""Which agencies are engaged, and what each may see."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from incidents import access, actions, queries
from incidents.access import To
from incidents.forms import EngagementForm
from incidents.frame import frame
from svit.refused import perform


@require_safe
def agencies(request, uuid):
    """Engagements now and before: why, since when, which sections."""
    seen = access.get_sight(request.actor, uuid)
    if not seen.owner:
        raise access.PermissionDenied
    rows = queries.engaged_agencies(seen.incident)
    others = [
        row
        for row in rows
        if row.is_current and row.agency.csp_of_id not in (None, seen.incident.partnership_id)
    ]
    page = frame(request, seen, active="agencies") | {
        "rows": rows,
        "may_hand_over": bool(others)
        and seen.coordinates
        and seen.incident.live
        and not seen.incident.offered_to,
    }
    return render(request, "incidents/agencies.html", page)


@require_http_methods(["GET", "POST"])
def change_engagement(request, uuid, engagement_uuid):
    """Change which sections and named people an agency sees."""
    seen = access.get_sight(request.actor, uuid, to=To.COORDINATE)
    engagement = access.get_engagement(seen, engagement_uuid)
    form = EngagementForm(
        request.POST or None,
        people=queries.people_to_name(seen),
        gateway=engagement.gateway,
        initial={
            "see": [s for s, how in engagement.sections.items() if how == "see"],
            "contribute": [s for s, how in engagement.sections.items() if how == "contribute"],
            "people": [row.entry_id for row in engagement.named.all()],
            "gateway": engagement.gateway,
            "until_at": engagement.until_at,
        },
    )
    if form.is_valid() and perform(form, actions.change_engagement, engagement=engagement, by=request.actor):
        return redirect("agencies", uuid=uuid)
    page = frame(request, seen, active="agencies") | {"form": form, "engagement": engagement}
    return render(request, "incidents/change_engagement.html", page)
