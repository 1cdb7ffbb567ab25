"""Puts the Actor on each request: which membership, for which agency and partnership."""

from urllib.parse import urlencode

from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from partners import second_factor
from partners.acting import SAFE, acting, ways
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
        if not getattr(view, "login_required", True):
            return None
        if not ways(request.memberships):
            waits = [one for one in request.memberships if one.confirmed_at is None]
            return render(request, "partners/no_membership.html", {"waits": waits}, status=403)
        if second_factor.is_lacking(request):
            return _ask(request, reverse("mfa_index"), "partners/second_factor_first.html")
        if request.actor.membership or getattr(view, "chooses", False):
            return None
        return _ask(request, reverse("acting"), "partners/choose_first.html")


def _ask(request, page, instead):
    """To the page that asks, and back to here; what was sent waits in the browser."""
    if request.method not in SAFE:
        return render(request, instead, {"page_url": page}, status=409)
    if request.htmx:
        onward = urlencode({"next": request.htmx.current_url_abs_path or "/"})
        return HttpResponseClientRedirect(f"{page}?{onward}")
    return redirect(f"{page}?{urlencode({'next': request.get_full_path()})}")
