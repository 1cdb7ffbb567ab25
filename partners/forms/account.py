"""Signing in and passwords: the sign-in library's forms in our words and shapes."""

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from django import forms

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


class ResetForm(ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _address(self, "email")


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
