"""What an agency sees of an incident, and handing it over."""

from django import forms

from incidents.forms.fields import required
from incidents.gateways import GATEWAYS
from incidents.models import Section
from partners.models import Partnership
from svit.fields import GovDateTimeField
from svit.widgets import Checkboxes, Radios, Textarea

NONE_TO_TAKE_IT = (
    "None can take it yet: mobilise the community safety partnership of the other borough first."
)


class HandoverForm(forms.Form):
    """To which borough an incident is offered, and why."""

    to_partnership = forms.ModelChoiceField(
        label="To which borough?", queryset=Partnership.objects.none(), empty_label=None, widget=Radios(),
        help_text="Its community safety partnership must be engaged.", error_messages=required("Choose the borough."),
    )  # fmt: skip
    reason = forms.CharField(label="Why?", widget=Textarea(rows=3), max_length=2000,
                             error_messages=required("Enter the reason."))  # fmt: skip

    def __init__(self, *args, partnerships, **kwargs):
        super().__init__(*args, **kwargs)
        borough = self.fields["to_partnership"]
        borough.queryset = partnerships
        borough.choices = [(one.pk, str(one)) for one in partnerships]
        if not borough.choices:
            borough.help_text = NONE_TO_TAKE_IT


class AnswerHandoverForm(forms.Form):
    """Whether a borough takes an incident over."""

    answer = forms.ChoiceField(
        label="Your answer", widget=Radios(), error_messages=required("Choose your answer."),
        choices=[("accept", "Accept: it belongs to your borough from now on"), ("refuse", "Refuse")],
    )  # fmt: skip
    reason = forms.CharField(label="Why?", widget=Textarea(rows=3), max_length=2000,
                             error_messages=required("Enter the reason."))  # fmt: skip


def offered_gateways():
    """The gateways that somebody may choose: (key, name)."""
    return [(one.key, one.name) for one in GATEWAYS.values() if one.chosen]


class EngagementForm(forms.Form):
    """Which sections and named people an agency sees, and why that changes."""

    contribute = forms.MultipleChoiceField(
        label="Sections it sees and contributes to", choices=Section.choices, widget=Checkboxes(layout="two"),
        required=False,
    )  # fmt: skip
    see = forms.MultipleChoiceField(
        label="Sections it only sees",
        choices=Section.choices,
        widget=Checkboxes(layout="two"),
        required=False,
    )
    people = forms.ModelMultipleChoiceField(
        label="Named people", queryset=None, widget=Checkboxes(), required=False,
        help_text="It sees these people, without the section too, and reads what is restricted about them.",
    )  # fmt: skip
    gateway = forms.ChoiceField(
        label="Shared under", required=False, widget=Radios(), choices=offered_gateways(),
        error_messages={"invalid_choice": "Choose what it is shared under."},
    )  # fmt: skip
    until_at = GovDateTimeField(
        label="Until when (optional)", required=False, help_text="Access ends at that minute."
    )
    reason = forms.CharField(label="Why?", widget=Textarea(rows=3), max_length=2000,
                             error_messages=required("Enter the reason."))  # fmt: skip

    def __init__(self, *args, people, gateway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people
        if gateway not in dict(self.fields["gateway"].choices):
            self.fields["gateway"].choices += [(gateway, GATEWAYS[gateway].name)]

    def clean(self):
        data = super().clean()
        sections = dict.fromkeys(data.pop("see", []), "see") | dict.fromkeys(
            data.pop("contribute", []), "contribute"
        )
        if not sections:
            self.add_error("contribute", "Choose at least one section, or stand the agency down.")
        return data | {"sections": sections}
