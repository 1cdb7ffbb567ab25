"""Puts the Actor on each request: which membership, for which agency and partnership."""

from urllib.parse import urlencode

from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from partners.acting import SAFE, acting
from partners.actor import Actor


class ActorMiddleware:
    """`request.actor` for whoever is signed in; a person without a membership is told so, everywhere.

    Somebody with several who has not chosen is asked first. What they were sending is not taken: it would be
    written down for an agency that nobody chose.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        request.actor = Actor()
        if not request.user.is_authenticated:
            return None
        request.memberships = request.user.current_memberships
        request.actor = acting(request) or Actor(user=request.user)
        if request.actor.membership or not getattr(view, "login_required", True):
            return None
        if not request.memberships:
            return render(request, "partners/no_membership.html", status=403)
        return None if getattr(view, "chooses", False) else _ask(request)


def _ask(request):
    """To the page that asks, and back to here; what was sent waits in the browser."""
    page = reverse("acting")
    if request.method not in SAFE:
        return render(request, "partners/choose_first.html", {"acting_url": page}, status=409)
    if request.htmx:
        onward = urlencode({"next": request.htmx.current_url_abs_path or "/"})
        return HttpResponseClientRedirect(f"{page}?{onward}")
    return redirect(f"{page}?{urlencode({'next': request.get_full_path()})}")
