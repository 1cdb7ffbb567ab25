"""Who needs a second factor, and whether this session has one: compulsory for every role but a practitioner's."""

from allauth.usersessions.models import UserSession
from django.conf import settings

from partners.models import Role

SESSION = "second_factor"
# Where somebody without one may still go: to set one up, to choose for whom they act, and out.
BEFORE = {
    "account_login", "account_logout", "account_reauthenticate", "acting", "stay", "keep-answers", "mfa_index",
    "mfa_activate_totp", "mfa_add_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
}  # fmt: skip


def needs_one(memberships):
    """Whether somebody with these memberships has to have one.

    Each role but a practitioner's needs it, and a practitioner of an agency that serves a partnership which says so.
    """
    return settings.SECOND_FACTOR_COMPULSORY and any(
        one.counts
        and (one.role != Role.PRACTITIONER or any(each.second_factor_for_all for each in one.serves))
        for one in memberships
    )


def is_lacking(request):
    """Whether this session has to pass a second factor first."""
    if request.session.get(SESSION) == request.user.pk or request.resolver_match.url_name in BEFORE:
        return False
    return needs_one(request.memberships)


def passed(request, user):
    """This session has one from now on, under a key that nobody knew before."""
    request.session[SESSION] = user.pk
    if request.user.is_authenticated:
        new_key(request)


def on_step(sender, request, method, user, **kwargs):
    """A code, a recovery code or a passkey was right, at sign-in or again later; or the password was, again."""
    if method == "mfa":
        passed(request, user)
    elif kwargs.get("reauthenticated"):
        new_key(request)


def new_key(request):
    """The same session under a key that nobody knew before."""
    request.session.cycle_key()
    UserSession.objects.create_from_request(request)


def on_added(sender, request, user, authenticator, **kwargs):
    """An app or a passkey that was just tried counts at once; codes on paper were not tried."""
    if authenticator.type != authenticator.Type.RECOVERY_CODES:
        passed(request, user)
