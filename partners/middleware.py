"""Puts the Actor on each request: which membership, for which agency and partnership."""

from django.shortcuts import render

from partners.actor import Actor, actor_for
from partners.models import Partnership

MEMBERSHIP, PARTNERSHIP = "acting_membership", "acting_partnership"


class ActorMiddleware:
    """`request.actor` for whoever is signed in; a person without a membership is told so, everywhere."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        request.actor = Actor()
        if not request.user.is_authenticated:
            return None
        request.memberships = request.user.current_memberships
        public = not getattr(view, "login_required", True)
        if not request.memberships:
            request.actor = Actor(user=request.user)
            return None if public else render(request, "partners/no_membership.html", status=403)
        wanted = request.session.get(MEMBERSHIP)
        membership = next((m for m in request.memberships if m.pk == wanted), request.memberships[0])
        membership.user = request.user
        chosen = request.session.get(PARTNERSHIP)
        partnership = None
        if chosen and not membership.agency.csp_of_id:
            partnership = Partnership.objects.filter(pk=chosen, agencies=membership.agency).first()
        request.actor = actor_for(membership, partnership)
        return None
