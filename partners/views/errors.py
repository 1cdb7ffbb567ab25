"""The page of an address that leads nowhere for this reader."""

from django.shortcuts import render

from partners import door_log
from partners.acting import acting, ways


def not_found(request, exception):
    """404. Whoever may act in several ways is offered the others on each such page, so the offer tells nothing."""
    if not hasattr(
        request, "memberships"
    ):  # no page of ours has this address: nobody asked yet who the reader is
        request.memberships = getattr(getattr(request, "user", None), "current_memberships", [])
        for membership in request.memberships:
            membership.user = request.user
    door_log.refused(request)
    actor = acting(request) if request.memberships else None
    now = actor.membership.pk if actor else None
    page = {
        "others": [way for way in ways(request.memberships) if way.membership.pk != now],
        "now": actor,
        "onward": request.get_full_path(),
    }
    return render(request, "404.html", page, status=404)
