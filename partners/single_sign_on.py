"""Signing in by an agency's own service (OpenID Connect): who somebody is comes from there, whose account from here.

An account is joined to a person of the service once, by an invitation, and found by that alone from then on. No
e-mail address opens an account.
"""

import logging
from urllib.parse import urlsplit

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from requests import RequestException

from partners import actions, invitations, second_factor
from partners.models import SingleSignOn, User
from svit import clock
from svit.refused import Refused

log = logging.getLogger(__name__)

INVITED = "invited_by"
# What a service says that it asked for (`amr`, RFC 8176): what somebody knows, and what they have or are. One of each
# makes two factors, and `mfa` says so by itself; a code, a key or a finger alone may be all that was asked for.
KNOWN, HAD_OR_BEEN = {"pwd", "pin"}, {"otp", "hwk", "swk", "fpt", "face", "iris", "sc"}
NOT_INVITED = (
    "Your agency's service knows you, but no account here is joined to you. Open the link of your invitation, and "
    "continue from there."
)
ANOTHER = "You signed in there as somebody else than the invitation is for. Sign in there as yourself, or ask for one."


def service_of(agency):
    """How the agency signs its people in, or None where they have a password here."""
    return SingleSignOn.objects.filter(agency=agency, active=True).select_related("app", "agency").first()


def service_for(email):
    """The service of everybody with an address in this domain, or None. It says nothing of a person."""
    domain = email.rpartition("@")[2].lower()
    rows = SingleSignOn.objects.filter(active=True, domains__contains=f" {domain} ")
    return rows.select_related("app", "agency").first()


def begin(request, service, *, onward):
    """A page with the link to the service: a browser lets no form of ours lead to another site."""
    provider = get_adapter().get_provider(request, service.app.provider_id)
    try:
        answer = provider.redirect(request, process="login", next_url=onward)
    except RequestException as error:
        log.warning("A service of single sign-on did not answer (%s)", type(error).__name__)
        return render(request, "partners/to_service.html", {"agency": service.agency, "onward": onward})
    page = {
        "agency": service.agency,
        "service_url": answer["Location"],
        "host": urlsplit(answer["Location"]).hostname,
    }
    return render(request, "partners/to_service.html", page)


def matched(request, sociallogin):
    """Come back from the service: to the account that is joined to this person, or to the invited one."""
    account = sociallogin.account
    service = SingleSignOn.objects.filter(app__provider_id=account.provider, active=True).first()
    if service is None:
        _refuse(request, "This way of signing in is no longer open.")
    token = request.session.pop(INVITED, None)
    if not sociallogin.is_existing:
        _join(request, sociallogin, service, invitations.found(token) if token else None)
    user = sociallogin.user
    if not user.memberships.may_act().filter(agency=service.agency).exists():
        _refuse(request, NOT_INVITED)
    claims = account.extra_data.get("id_token") or {}
    if has_two_factors(claims.get("amr")):
        second_factor.passed(request, user)


def has_two_factors(amr):
    """Whether what the service says (`amr`, as it came) amounts to two factors. What is no list says nothing."""
    said = {each for each in amr if isinstance(each, str)} if isinstance(amr, list) else set()
    return "mfa" in said or bool(KNOWN & said and HAD_OR_BEEN & said)


def _join(request, sociallogin, service, invitation):
    """Join the person of the service to the account that the invitation is for."""
    if invitation is None or invitation.state(clock.now()) != "open":
        _refuse(request, NOT_INVITED)
    membership = invitation.membership
    if membership.agency_id != service.agency_id:
        _refuse(request, NOT_INVITED)
    said = {address.email.lower() for address in sociallogin.email_addresses}
    if said and membership.user.email.lower() not in said:
        _refuse(request, ANOTHER)
    try:
        with transaction.atomic():  # an invitation that is used and joins nobody would lock the person out
            user = actions.accept(invitation=invitation)
            sociallogin.connect(request, User.objects.get(pk=user.pk))
    except Refused as refusal:
        _refuse(request, refusal.message)


def failed(request):
    _refuse(
        request, "Your agency's sign-in did not work. Try again; if it goes on, tell your agency's help desk."
    )


def _refuse(request, words):
    messages.error(request, words)
    raise ImmediateHttpResponse(redirect("account_login"))
