"""Reasons that open something: to the governance officer, what is restricted, for life at risk."""

from django import forms

from incidents.forms.fields import required
from incidents.models import RevealReason
from svit.widgets import Radios, Text, Textarea


class GovernanceReasonForm(forms.Form):
    reason = forms.ChoiceField(
        label="Why do you need to read this incident?", widget=Radios(),
        choices=[
            ("subject_access", "Subject access request"),
            ("disclosure", "Disclosure"),
            ("breach", "Possible breach"),
            ("audit", "Audit of access"),
            ("retention", "Retention review"),
        ],
        error_messages=required("Choose a reason."),
    )  # fmt: skip
    text = forms.CharField(label="In your words", widget=Textarea(rows=3), max_length=2000,
                           error_messages=required("Say what you are looking for."))  # fmt: skip


class RevealForm(forms.Form):
    reason = forms.ChoiceField(
        label="Why do you need to see this?", widget=Radios(),
        choices=RevealReason.choices,
        error_messages=required("Choose a reason."),
    )  # fmt: skip
    text = forms.CharField(label="In your words", widget=Textarea(rows=3), max_length=2000,
                           error_messages=required("Say why, in a sentence."))  # fmt: skip


class BreakGlassForm(forms.Form):
    """Life at risk: which incident, and why."""

    reference = forms.CharField(
        label="Reference of the incident", max_length=20, widget=Text(width="10"),
        help_text="Such as NM-26-0142. Whoever rang you has it.", error_messages=required("Enter the reference."),
    )  # fmt: skip
    reason = forms.CharField(
        label="Whose life is at risk, and how does this help?", widget=Textarea(rows=3), max_length=2000,
        help_text="Do not name anyone.", error_messages=required("Say how a life is at risk."),
    )  # fmt: skip
