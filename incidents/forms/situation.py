"""How an incident stands, and which incidents are listed."""

from django import forms

from incidents.forms.fields import required
from svit.conflicts import VersionedForm
from svit.widgets import Radios, Text, Textarea


class SituationForm(VersionedForm):
    """The picture on the overview. The version is the one that the form was opened with."""

    situation = forms.CharField(label="Situation", widget=Textarea(rows=4), max_length=4000, required=False,
                                help_text="What is so, now. Do not name anyone.")  # fmt: skip
    needs = forms.CharField(label="Needs", widget=Textarea(rows=3), max_length=4000, required=False)
    biggest_risk = forms.CharField(
        label="Biggest risk", widget=Textarea(rows=2), max_length=2000, required=False
    )
    area = forms.CharField(
        label="Ward or neighbourhood", max_length=120, required=False, widget=Text(width="two-thirds"),
        help_text="For the cumulative picture, and for packs that withhold the exact place.",
    )  # fmt: skip
    exact_place = forms.CharField(
        label="Exact place", max_length=200, required=False, widget=Text(width="two-thirds"),
        help_text="A house, a flat, a hospital. Coordinators alone read it; it stands in no title, pack or print.",
    )  # fmt: skip


STATUS_ACTS = {
    "scale_down": "Scale down: prevention takes over from response",
    "close": "Close: nothing more is done under this incident",
    "reopen": "Reopen: respond again",
    "accept": "Accept the report",
    "decline": "Decline the report",
}


class StatusForm(forms.Form):
    """Which way the incident moves, and why."""

    act = forms.ChoiceField(label="What changes?", choices=[], widget=Radios(),
                            error_messages=required("Choose what changes."))  # fmt: skip
    reason = forms.CharField(label="Why?", widget=Textarea(rows=3), max_length=2000,
                             error_messages=required("Enter the reason."))  # fmt: skip

    def __init__(self, *args, acts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = [(act, STATUS_ACTS[act]) for act in acts]


class IncidentFilterForm(forms.Form):
    """Which incidents are listed."""

    stage = forms.ChoiceField(label="Stage", required=False, choices=[])
    kind = forms.ChoiceField(
        label="Real or exercise", required=False,
        choices=[("", "Both"), ("real", "Real incidents"), ("exercise", "Exercises")],
    )  # fmt: skip
