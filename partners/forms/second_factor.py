"""Codes and passkeys: the sign-in library's forms in our words and shapes."""

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm

from svit.widgets import Number, Text

NO_PASSKEY = "The browser sent no passkey. Try again"


def _code(form, label, help_text):
    field = form.fields["code"]
    field.label, field.help_text, field.max_length = label, help_text, 20
    field.widget = Number({"autocomplete": "one-time-code"}, width=10)
    field.error_messages |= {"required": "Enter the code"}


class CodeForm(AuthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code(self, "Code", "Six digits from your authenticator app, or one of your recovery codes.")


class CodeAgainForm(ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code(self, "Code", "Six digits from your authenticator app, or one of your recovery codes.")


class AppForm(ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code(self, "Code that the app shows now", "Six digits. They change every half minute.")


def _name(form):
    field = form.fields["name"]
    field.label, field.max_length = "What do you call this device?", 80
    field.help_text = "So that you know it in the list, such as: work laptop."
    field.widget = Text({"autocomplete": "off"}, width=20)
    field.error_messages |= {"required": "Enter a name for the device"}


class PasskeyForm(AddWebAuthnForm):
    """A passkey is always one that signs in by itself: it asks for a PIN, a finger or a face."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self)
        self.fields["name"].required = False
        del self.fields["passwordless"]
        self.fields["credential"].error_messages |= {"required": NO_PASSKEY, "invalid": NO_PASSKEY}


class RenamePasskeyForm(EditWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self)
