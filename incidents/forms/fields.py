"""What the forms of this room share."""

from django import forms

from svit.widgets import Text, Textarea

YES_NO = [("yes", "Yes"), ("no", "No"), ("not_known", "Not known")]


def required(words):
    """The same words where nothing was answered, and where the answer is none that the page offers."""
    return {"required": words, "invalid_choice": words}


def late_reason():
    """The question that goes with a time in the past."""
    return forms.CharField(
        label="Why it is written down late", required=False, max_length=500, widget=Text(),
        help_text="Only where it happened more than an hour ago.",
    )  # fmt: skip


class ReasonForm(forms.Form):
    """One question: why."""

    reason = forms.CharField(
        label="Why?", widget=Textarea(rows=3), max_length=2000, error_messages=required("Enter the reason.")
    )


class ConfirmForm(forms.Form):
    """Nothing to fill in: the button is the answer."""
