"""What happens at the door, in the log of the running: who came in, who did not, who changed how they come in.

For whoever watches over the service, from outside it. A line names an account by its UUID, never by name or address,
and where a request came from by a keyed digest: the same source is the same word, and nobody's address is written down.
"""

import logging

from allauth.account.adapter import get_adapter
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_used,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.utils.crypto import salted_hmac

log = logging.getLogger("svit.door")


def tell(event, request=None, user=None, *, level=logging.INFO, how=""):
    """One event at the door. `how`: by which means, or at which page."""
    user = user or getattr(request, "user", None)
    told = {
        "event": event,
        "account": str(getattr(user, "uuid", "")) or "nobody",
        "source": _source(request),
        "how": how or "-",
    }
    log.log(level, "%(event)s: account %(account)s, source %(source)s, %(how)s", told, extra=told)


def refused(request):
    """Somebody asked for what they may not have: a page that refuses, or one that is not there for them."""
    match = getattr(request, "resolver_match", None)
    tell("refused", request, level=logging.WARNING, how=match.view_name if match else "no page of ours")


def _source(request):
    """The same word for the same source, as the sign-in counts guesses; nothing from which to find it."""
    if request is None:
        return "none"
    try:
        address = get_adapter(request).get_client_ip(request)
    except Exception:  # a source that says nothing of itself
        return "unknown"
    return salted_hmac("partners.door_log", address or "").hexdigest()[:12]


def _came_in(sender, request, user, **kwargs):
    tell("signed in", request, user)


def _went(sender, request, user, **kwargs):
    if user is not None:
        tell("signed out", request, user)


def _failed(sender, credentials, request=None, **kwargs):
    """The address that was tried is not told: it may be a password in the wrong field."""
    tell("sign-in failed", request, level=logging.WARNING, how="password")


def _wrong_code(sender, request, user, authenticator=None, **kwargs):
    tell("second factor failed", request, user, level=logging.WARNING, how=getattr(authenticator, "type", ""))


def _right_code(sender, request, user, authenticator, **kwargs):
    tell("second factor passed", request, user, how=authenticator.type)


def _new_factor(sender, request, user, authenticator, **kwargs):
    tell("second factor added", request, user, how=authenticator.type)


def _no_factor(sender, request, user, authenticator, **kwargs):
    tell("second factor removed", request, user, how=authenticator.type)


def _password(sender, request, user, **kwargs):
    tell("password set", request, user)


def listen():
    """Hear of each event from whoever makes it."""
    for signal, hear in (
        (user_logged_in, _came_in),
        (user_logged_out, _went),
        (user_login_failed, _failed),
        (authentication_failed, _wrong_code),
        (authenticator_used, _right_code),
        (authenticator_added, _new_factor),
        (authenticator_removed, _no_factor),
        (password_changed, _password),
        (password_set, _password),
        (password_reset, _password),
    ):
        signal.connect(hear, dispatch_uid=f"partners.door_log.{hear.__name__}")
