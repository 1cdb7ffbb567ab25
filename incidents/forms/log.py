"""What is written in the log, put right there, and looked for."""

from django import forms

from incidents.forms.fields import late_reason, required
from incidents.models import LogKind, Section, Sensitivity
from partners.models import Agency
from svit.fields import GovDateTimeField
from svit.widgets import Radios, Text, Textarea


class NoteForm(forms.Form):
    """An entry for the log."""

    text = forms.CharField(
        label="What happened", widget=Textarea(rows=4), max_length=8000,
        help_text="Facts, not interpretation. Do not name anyone.",
        error_messages=required("Enter what happened."),
    )  # fmt: skip
    section = forms.ChoiceField(label="Section", choices=[], error_messages=required("Choose a section."))
    sensitivity = forms.ChoiceField(
        label="Who may read it", widget=Radios(),
        choices=[
            (Sensitivity.STANDARD, "Everybody who sees the section"),
            (Sensitivity.RESTRICTED, "Coordinators of the partnership and me"),
        ],
        initial=Sensitivity.STANDARD,
        error_messages=required("Choose who may read it."),
    )  # fmt: skip
    occurred_at = GovDateTimeField(
        label="When it happened (optional)", required=False, past=True, help_text="Leave empty for now."
    )
    late_reason = late_reason()

    def __init__(self, *args, sections, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = [(s, Section(s).label) for s in Section.values if s in sections]


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label="What is right", widget=Textarea(rows=4), max_length=8000,
        help_text="The entry that you correct stays as it is; yours points at it.",
        error_messages=required("Enter what is right."),
    )  # fmt: skip


class LogFilterForm(forms.Form):
    """Which entries of the log are shown."""

    typed = ("q",)

    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "All"), *LogKind.choices])
    agency = forms.ModelChoiceField(
        label="Agency", required=False, queryset=Agency.objects.none(), empty_label="All"
    )
    q = forms.CharField(label="Words", required=False, max_length=100, widget=Text({"autocomplete": "off"}))

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies
