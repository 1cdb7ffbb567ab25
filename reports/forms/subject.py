"""A subject access request: whom to look for and why, which records are theirs, and that it was answered."""

from django import forms

from svit.fields import GovDateField
from svit.widgets import Checkboxes, Text, Textarea


class PersonForm(forms.Form):
    """Whom to look for, and why: recorded for each incident in which they may stand."""

    name = forms.CharField(
        label="Name", max_length=150, widget=Text(width="two-thirds"),
        help_text="Every word has to be found, in any order. Search again for each way in which it is written.",
        error_messages={"required": "Enter the name"},
    )  # fmt: skip
    born = GovDateField(label="Date of birth (optional)", name="date of birth", required=False, past=True)
    reason = forms.CharField(
        label="Which request is this for?", max_length=1000, widget=Textarea(rows=2),
        help_text="The request's own number and the day on which it came.",
        error_messages={"required": "Enter which request this is for"},
    )  # fmt: skip


class GatherForm(forms.Form):
    """Which of what was found is about the person."""

    chosen = forms.MultipleChoiceField(
        label="Which of these are about this person?", widget=Checkboxes(small=True),
        help_text="Another person may have the same name. The file has each record in full, for review.",
        error_messages={"required": "Choose at least one record"},
    )  # fmt: skip

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = [(one.key, _words(one)) for one in found]


def _words(one):
    first = next((text for _, text in one.texts), "")
    about = "a record about a person" if one.record else "words"
    return f"{one.reference}, {one.title}: {about}. {' '.join(first.split())[:160]}"


class EndForm(forms.Form):
    reason = forms.CharField(
        label="How was it answered?", max_length=200, widget=Text(), help_text="Name nobody: these words are kept.",
        error_messages={"required": "Enter how it was answered"},
    )  # fmt: skip
