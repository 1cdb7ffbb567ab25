"""The nine questions of categorising."""

from django import forms

from incidents.actions.categorise import contradictions
from incidents.forms.fields import YES_NO, required
from incidents.models.incident import LocalCategory, MeetingResponse, OfNote, Seriousness
from partners.models import Agency
from svit.conflicts import VersionedForm
from svit.widgets import Checkboxes, Radios, Text, Textarea


class CategoriseForm(VersionedForm):
    """Nine questions at most (UX journey B)."""

    label_size = "m"
    reveals = {"response": {MeetingResponse.PARTNERS_MEETING: ["of_note"]}}

    police_called = forms.ChoiceField(
        label="Have the police called a critical incident?", choices=YES_NO, widget=Radios(layout="inline"),
        error_messages=required("Choose whether the police have called it."),
    )  # fmt: skip
    police_declared = forms.ChoiceField(
        label="Have the police declared one?", choices=YES_NO, widget=Radios(layout="inline"),
        help_text="To call and to declare are two steps, often by two people.",
        error_messages=required("Choose whether the police have declared it."),
    )  # fmt: skip
    serious = forms.ChoiceField(
        label="Is the impact on confidence likely to be significant?", choices=Seriousness.choices, widget=Radios(),
        help_text="Of the victim, their family or the community.",
        error_messages=required("Choose whether the impact on confidence is likely to be significant."),
    )  # fmt: skip
    category = forms.ChoiceField(
        label="Local category", choices=LocalCategory.choices, widget=Radios(),
        error_messages=required("Choose the local category."),
    )  # fmt: skip
    response = forms.ChoiceField(
        label="What response does it need?", choices=MeetingResponse.choices, widget=Radios(),
        error_messages=required("Choose the response."),
    )  # fmt: skip
    of_note = forms.MultipleChoiceField(
        label="Why does the council lead?", choices=OfNote.choices, widget=Checkboxes(), required=False
    )
    lead_agency = forms.ModelChoiceField(
        label="Which agency leads?", queryset=Agency.objects.none(), empty_label="Choose an agency",
        error_messages=required("Choose the agency that leads."),
    )  # fmt: skip
    lead_person = forms.CharField(
        label="Who leads there? (optional)", required=False, max_length=150, widget=Text(width="two-thirds"),
        help_text="A role, such as duty inspector.",
    )  # fmt: skip
    other_boroughs = forms.CharField(
        label="Other boroughs (optional)", required=False, max_length=200,
        help_text="Where the response has to cross a borough boundary.",
    )  # fmt: skip
    rationale = forms.CharField(
        label="Why this category and response?", widget=Textarea(rows=4), max_length=4000,
        help_text="The facts as known now. Do not name anyone.",
        error_messages=required("Say why, in a sentence or two."),
    )  # fmt: skip

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead_agency"].queryset = agencies

    def clean(self):
        cleaned = super().clean()
        for field, words in contradictions(cleaned):
            self.add_error(field, words)
        return cleaned

    def shown(self):
        """Question and answer pairs, for checking the answers."""
        rows = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name) if name != "version" else None
            choices = dict(getattr(field, "choices", None) or []) if name != "lead_agency" else {}
            if isinstance(value, list):
                text = ", ".join(str(choices[one]) for one in value)
            else:
                text = str(choices.get(value, value) or "")
            if text:
                rows.append({"key": field.label.replace(" (optional)", ""), "value": text})
        return rows
