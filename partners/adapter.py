"""How signing in works here: nobody signs up by themselves, and nothing tells whether an address is known."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.urls import reverse

WORDS = {
    "email_password_mismatch": "The e-mail address and the password do not match",
    "incorrect_password": "This is not your password",
    "enter_current_password": "This is not your present password",
    "invalid_password_reset": "This link was used already or is too old",
    "too_many_login_attempts": "That was tried too often. Wait five minutes, then try again",
    "rate_limited": "That was tried too often. Wait a few minutes, then try again",
    "account_inactive": "This account is closed",
}


class Adapter(DefaultAccountAdapter):
    """Closed to sign-up; people are added by an administrator or their agency's manager."""

    error_messages = {**DefaultAccountAdapter.error_messages, **WORDS}

    def is_open_for_signup(self, request):
        return False

    def get_reset_password_from_key_url(self, key):
        """The link in a message leads to the address that the settings name, not to what a request claims."""
        uid, _, token = key.partition("-")
        return address("account_reset_password_from_key", uidb36=uid, key=token)

    def get_password_change_redirect_url(self, request):
        return reverse("account")


def address(name, **kwargs):
    """The full address of a page, for a message."""
    return settings.BASE_URL + reverse(name, kwargs=kwargs)
