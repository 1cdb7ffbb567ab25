"""Setting up by an invitation: choosing a password or another service, and on to what the link was for."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from partners import actions, invitations, single_sign_on
from partners.actor import system_actor
from partners.forms.account import SetUpForm
from svit import clock
from svit.coming_back import where_next
from svit.refused import Refused, perform

BY_LINK = system_actor("invitation")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, token):
    """What the link of an invitation leads to. Looking at it changes nothing: a mail scanner looks too."""
    found = invitations.found(token)
    state = found.state(clock.now()) if found else "unknown"
    onward = where_next(request, resolve_url("home"))
    page = {"state": state, "onward": onward, "token": token}
    if state != "open":
        if request.user.is_authenticated:
            return redirect(onward)
        return render(request, "partners/invitation_closed.html", page, status=200 if found else 404)
    membership = found.membership
    service = single_sign_on.service_of(membership.agency)
    form = SetUpForm(request.POST or None, user=membership.user)
    if service is None and form.is_valid() and perform(form, _set_up, invitation=found):
        user = form.result
        record_authentication(request, user, method="password", email=user.email)
        return perform_login(request, Login(user=user, redirect_url=onward))
    page |= {"form": form, "membership": membership, "service": service}
    return render(request, "partners/invitation.html", page)


def _set_up(*, invitation, password1, **rest):
    return actions.accept(invitation=invitation, password=password1)


@login_not_required
@require_POST
def renew_invitation(request, token):
    """Whoever holds an old link has a new one sent, to the address that the old one went to."""
    found = invitations.found(token)
    onward = where_next(request, "")
    if found is None:
        raise PermissionDenied("This link is not one of ours.")
    try:
        actions.renew(invitation=found, by=BY_LINK, onward=onward)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "A new invitation is on its way, to the address that this one went to.")
    return redirect(reverse("invitation", args=[token], query={"next": onward} if onward else None))


@login_not_required
@require_POST
def set_up_by_service(request, token):
    """The agency's own sign-in says who it is; the invitation is kept meanwhile."""
    found = invitations.found(token)
    service = single_sign_on.service_of(found.membership.agency) if found else None
    if service is None or found.state(clock.now()) != "open":
        return redirect("invitation", token=token)
    request.session[single_sign_on.INVITED] = token
    return single_sign_on.begin(request, service, onward=where_next(request, resolve_url("home")))
