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
    page = frame(request, seen, active="agencies") | {"rows": queries.engaged_agencies(seen.incident)}
    return render(request, "incidents/agencies.html", page)


@require_http_methods(["GET", "POST"])
def change_engagement(request, uuid, engagement_uuid):
    """Change which sections and named people an agency sees."""
    seen = access.get_sight(request.actor, uuid, to=To.COORDINATE)
    engagement = access.get_engagement(seen, engagement_uuid)
    form = EngagementForm(
        request.POST or None,
        people=queries.people_to_name(seen),
        initial={
            "see": [s for s, how in engagement.sections.items() if how == "see"],
            "contribute": [s for s, how in engagement.sections.items() if how == "contribute"],
            "people": [row.entry_id for row in engagement.named.all()],
        },
    )
    if form.is_valid() and perform(form, actions.change_engagement, engagement=engagement, by=request.actor):
        return redirect("agencies", uuid=uuid)
    page = frame(request, seen, active="agencies") | {"form": form, "engagement": engagement}
    return render(request, "incidents/change_engagement.html", page)
