"""How signing in works here: nobody signs up by themselves, and nothing tells whether an address is known."""

import logging
import time

import qrcode
from allauth.account import app_settings as account
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.utils import user_email
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from partners import door_log
from svit import encryption

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
    """Closed to sign-up; people are invited by an administrator or their agency's manager."""

    error_messages = {**DefaultAccountAdapter.error_messages, **WORDS}

    def is_open_for_signup(self, request):
        return False

    def is_safe_url(self, url):
        """A page of ours, by its path alone. What cannot be read as an address leads nowhere, and is no failure."""
        try:
            return super().is_safe_url(url) and url.startswith("/")
        except ValueError:
            return False

    def get_password_change_redirect_url(self, request):
        return reverse("account")

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """Word of a new password or second factor, in a letter of ours: no address and no browser stand in it."""
        from partners.actions.letter import write  # it stands on this module
        from partners.models import LetterKind

        write(LetterKind.SECURITY, address=user_email(user))

    def get_reauthentication_methods(self, user):
        """A code or a passkey before the password: what a thief of the session is least likely to have."""
        methods = super().get_reauthentication_methods(user)
        return sorted(methods, key=lambda method: method["id"] == "reauthenticate")

    def is_reauthentication_required(self, *, app, **kwargs):
        """Whoever signed in within the last minutes need not show it again."""
        records = get_authentication_records(self.request, self.request.user)
        lately = any(time.time() - each["at"] < account.REAUTHENTICATION_TIMEOUT for each in records)
        return not lately and super().is_reauthentication_required(app=app, **kwargs)


class SecondFactors(DefaultMFAAdapter):
    """Secrets are encrypted, the last factor stays where one is compulsory, and the QR code is a picture of ours."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right. Enter the one that shows now",
        "cannot_delete_authenticator": "Your role needs a second factor. Add another before you remove this one",
        "cannot_generate_recovery_codes": "Add an authenticator app or a passkey first",
    }

    def encrypt(self, text):
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text):
        return encryption.decrypt(encrypted_text)

    def _get_site_name(self):
        return "SVIT"

    def can_delete_authenticator(self, authenticator):
        from partners.queries import memberships_of  # these stand on the models
        from partners.second_factor import needs_one

        if not needs_one(memberships_of(authenticator.user_id)):
            return True
        others = Authenticator.objects.filter(user=authenticator.user_id).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()

    def generate_authenticator_name(self, user, type):
        return "Passkey"

    def build_totp_svg(self, url):
        """The code as squares of one path: no style and no address, so the content security policy lets it show."""
        code = qrcode.QRCode(border=4)
        code.add_data(url)
        rows = code.get_matrix()
        squares = "".join(
            f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, filled in enumerate(row) if filled
        )
        return format_html(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="240" height="240" role="img">'
            "<title>QR code for your authenticator app. The key below says the same.</title>"
            '<rect width="{size}" height="{size}" fill="#fff"/><path d="{squares}" fill="#000"/></svg>',
            size=len(rows),
            squares=mark_safe(squares),  # noqa: S308  numbers of ours
        )


class SingleSignOn(DefaultSocialAccountAdapter):
    """Another service says who somebody is; whose account that is, an invitation said before."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def list_apps(self, request, provider=None, client_id=None):
        """The services, with the secret that the database keeps encrypted."""
        apps = super().list_apps(request, provider=provider, client_id=client_id)
        for app in apps:
            app.secret = encryption.decrypt(app.secret) if app.secret else ""
        return apps

    def pre_social_login(self, request, sociallogin):
        from partners.single_sign_on import matched  # it stands on the models

        matched(request, sociallogin)

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        from partners.single_sign_on import failed

        door_log.tell("sign-in failed", request, level=logging.WARNING, how="single sign-on")
        failed(request)


def address(name, **kwargs):
    """The full address of a page, for a message: the host that the settings name, not what a request claims."""
    return settings.BASE_URL + reverse(name, kwargs=kwargs)
