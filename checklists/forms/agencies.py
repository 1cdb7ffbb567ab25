"""What is asked about an agency: why it is mobilised, who was told, which phase it leads."""

from django import forms

from checklists.forms.fields import (
    DISCREET,
    HOW,
    WhomField,
    WordsField,
    required,
)
from svit.widgets import Radios, Text, Textarea


class MobiliseForm(forms.Form):
    """The words that go with mobilising; which agencies, items and sections is read off the rows."""

    label_size = "s"
    reason = WordsField(
        label="Why? (optional)", name="The reason", required=False, max_length=500, widget=Textarea(rows=2),
        help_text=f"Each agency reads it after signing in. {DISCREET}",
    )  # fmt: skip


class ToldForm(forms.Form):
    """Somebody rang: who was told, and how."""

    label_size = "s"
    who = WordsField(
        label="Who was told?", name="Who was told", max_length=120, widget=Text(width="two-thirds"),
        help_text="A role, such as duty sergeant.", errors=required("Enter who was told."),
    )  # fmt: skip
    how = forms.ChoiceField(
        label="How?",
        choices=HOW,
        widget=Radios(layout="inline"),
        error_messages=required("Choose how they were told."),
    )

    def clean(self):
        cleaned = super().clean()
        if "who" in cleaned and "how" in cleaned:
            cleaned["told_how"] = f"{cleaned.pop('who')}, {cleaned.pop('how')}"
        return cleaned


class PhaseLeadForm(forms.Form):
    label_size = "s"
    lead_agency = WhomField(label="Which agency leads this phase?", required=False)

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["lead_agency"]
        field.pairs = {str(agency.uuid): (agency, None) for agency in agencies}
        field.choices = [("", "Nobody"), *((str(agency.uuid), str(agency)) for agency in agencies)]

    def clean_lead_agency(self):
        return self.cleaned_data["lead_agency"][0]
