"""Signing in and passwords: the sign-in library's forms in our words and shapes."""

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from django import forms
from django.contrib.auth.password_validation import validate_password

from partners import actions
from partners.forms.fields import MobileField
from partners.models import LetterKind
from svit.widgets import Email, Password, Radios

ADDRESS = {
    "required": "Enter your e-mail address",
    "invalid": "Enter an e-mail address, such as name@agency.example",
}
NEW = "Use 12 characters or more, such as three words that do not belong together."


def _address(form, name):
    field = form.fields[name]
    field.label = "E-mail address"
    field.max_length = 254
    field.widget = Email({"autocomplete": "username"})
    field.error_messages |= ADDRESS


def _password(form, name, label, missing, *, new=False, help_text=""):
    field = form.fields[name]
    field.label, field.help_text = label, help_text
    field.widget = Password(autocomplete="new-password" if new else "current-password")
    field.error_messages |= {"required": missing}


def _new_passwords(form):
    _password(form, "password1", "New password", "Enter a new password", new=True, help_text=NEW)
    _password(form, "password2", "New password again", "Enter the new password again", new=True)


class SignInForm(LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _address(self, "login")
        _password(self, "password", "Password", "Enter your password")

    def clean(self):
        """What does not match stands at the address, so that the summary leads to a field."""
        try:
            return super().clean()
        except forms.ValidationError as error:
            self.add_error("login", error)
            return self.cleaned_data


class ChangeForm(ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _password(self, "oldpassword", "Present password", "Enter your present password")
        _new_passwords(self)


class SetForm(SetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _new_passwords(self)


class AgainForm(ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _password(self, "password", "Password", "Enter your password")


class SetUpForm(forms.Form):
    """The first password of somebody who was invited."""

    password1 = forms.CharField(
        label="Choose a password",
        help_text=NEW,
        strip=False,
        max_length=1000,
        widget=Password(autocomplete="new-password"),
        error_messages={"required": "Choose a password", "max_length": "Use 1,000 characters or fewer"},
    )
    password2 = forms.CharField(
        label="The same again",
        strip=False,
        widget=Password(autocomplete="new-password"),
        error_messages={"required": "Enter the password again"},
    )

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password1(self):
        validate_password(self.cleaned_data["password1"], self.user)
        return self.cleaned_data["password1"]

    def clean(self):
        one, other = (self.cleaned_data.get(name) for name in ("password1", "password2"))
        if one and other and one != other:
            self.add_error("password2", "Enter the same password twice")
        return self.cleaned_data


class AgencySignInForm(forms.Form):
    """Which agency's own service signs somebody in: the domain of the address tells."""

    page_heading = "email"

    email = forms.EmailField(
        label="Your work e-mail address",
        max_length=254,
        help_text="It tells which agency you belong to. You enter no password here.",
        widget=Email({"autocomplete": "username"}),
        error_messages=ADDRESS,
    )


class ResetForm(ResetPasswordForm):
    """Writes down that somebody asked, for any address alike; a worker knows whether there is an account."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _address(self, "email")

    def save(self, request, **kwargs):
        address = self.cleaned_data["email"]
        actions.write(LetterKind.PASSWORD, address=address)
        return address


class ResetFromLinkForm(ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _new_passwords(self)


class ActingForm(forms.Form):
    """For which agency somebody acts from now on: `membership` or `membership:partnership`, as UUIDs."""

    page_heading = "acting"

    acting = forms.ChoiceField(
        label="Who do you act for?",
        help_text="What you see and what you write down is for the agency and partnership that you choose.",
        widget=Radios(),
        error_messages={"required": "Choose who you act for", "invalid_choice": "Choose who you act for"},
    )

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["acting"].choices = choices


class TextsForm(forms.Form):
    """Where to send texts when something urgent is due; empty, none are sent."""

    mobile = MobileField(
        label="Your mobile number",
        required=False,
        help_text="A UK number. Leave it empty to get no texts. It is used for nothing else, and shown to nobody else.",
        error_messages={"max_length": "Enter a UK mobile number, such as 07700 900123"},
    )
