"""Logging an incident, and what is done with a report."""

import uuid
from datetime import timedelta

from django import forms

from incidents.forms import required
from incidents.models import Trait
from incidents.models.incident import Happened, Injury, Precision, Source
from partners.models import Agency, Partnership
from response.models import Noticed
from response.models.person import AgeBand, Setting
from svit import clock
from svit.fields import GovDateTimeField
from svit.widgets import Checkboxes, Number, Radios, Textarea

WHEN = [
    ("now", "Just now"),
    ("hour", "Within the last hour"),
    ("enter", "Enter a time"),
    ("not_known", "Not known"),
]
PLACES = [
    ("custody", "Custody"),
    ("hospital", "Hospital"),
    ("neither", "Neither"),
    ("not_known", "Not known"),
]


class Boroughs(forms.Form):
    """What both forms that open a case ask where an agency serves several boroughs; sent twice, each opens one."""

    partnership = forms.ModelChoiceField(
        label="Which borough?", queryset=Partnership.objects.none(), widget=Radios(), empty_label=None,
        error_messages=required("Choose the borough."),
    )  # fmt: skip
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, partnerships, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["submission"].initial = uuid.uuid4
        if len(partnerships) > 1:
            self.fields["partnership"].queryset = Partnership.objects.filter(
                pk__in=[p.pk for p in partnerships]
            )
            self.order_fields(["partnership"])  # what all the rest is about
        else:
            del self.fields["partnership"]


class LogIncidentForm(Boroughs):
    """Eight questions, one button (UX journey A). `Not known` is always allowed."""

    label_size = "m"
    reveals = {"when": {"enter": ["occurred_at", "known_at"], "not_known": ["known_since"]}}

    happened = forms.ChoiceField(label="1. What happened?", choices=Happened.choices, widget=Radios(layout="two"),
                                 error_messages=required("Choose what happened, or Not known."))  # fmt: skip
    when = forms.ChoiceField(label="2. When?", choices=WHEN, widget=Radios(layout="two"),
                             error_messages=required("Choose when it happened, or Not known."))  # fmt: skip
    occurred_at = GovDateTimeField(label="When it happened", required=False, past=True)
    place = forms.CharField(
        label="3. Where?", max_length=200, error_messages=required("Enter where it happened, or Not known."),
        help_text="Street, place or postcode. No names. House numbers and hospitals are kept apart, for coordinators.",
    )  # fmt: skip
    source = forms.ChoiceField(label="4. Who told us?", choices=Source.choices, widget=Radios(layout="two"),
                               error_messages=required("Choose who told us, or Not known."))  # fmt: skip
    injury = forms.ChoiceField(label="5. Worst injury known?", choices=Injury.choices, widget=Radios(layout="two"),
                               error_messages=required("Choose the worst injury, or Not known."))  # fmt: skip
    young_people = forms.IntegerField(
        label="6. How many children and young adults under 25?", required=False, min_value=0, max_value=30,
        widget=Number(width=2),
        help_text="Each opens a person with contact clocks. 0 if none; leave empty if not known.",
        error_messages={
            "invalid": "How many children and young adults must be a number, such as 2.",
            "max_value": "How many children and young adults must be 30 or fewer.",
            "min_value": "How many children and young adults must be 0 or more.",
        },
    )  # fmt: skip
    places = forms.MultipleChoiceField(
        label="7. Anyone in custody or hospital?", choices=PLACES, widget=Checkboxes(layout="two"),
        error_messages=required("Choose custody, hospital, neither, or Not known."),
    )  # fmt: skip
    summary = forms.CharField(label="8. Summary", widget=Textarea(rows=3), max_length=4000, required=False,
                              help_text="Two lines will do. Do not name anyone.")  # fmt: skip
    known_at = GovDateTimeField(
        label="When did it become known? (optional)", required=False, past=True,
        help_text="Only where that was earlier than now.",
    )  # fmt: skip
    known_since = GovDateTimeField(
        label="When did it become known to anybody? (optional)", name="when it became known", required=False, past=True,
        help_text="Only where that was earlier than now. The clocks run from there.",
    )  # fmt: skip

    def clean_places(self):
        places = self.cleaned_data["places"]
        if len(places) > 1 and {"neither", "not_known"} & set(places):
            raise forms.ValidationError("Choose Neither or Not known by itself.")
        return places

    def clean(self):
        data = super().clean()
        if data.get("when") == "enter" and not data.get("occurred_at") and "occurred_at" not in self.errors:
            self.add_error("occurred_at", "Enter the time when it happened.")
        return data if self.errors else self._answers(data)

    @staticmethod
    def _answers(data):
        """The answers as the action takes them. Within the last hour counts as half an hour ago, about."""
        now = clock.now()
        when, places = data.pop("when"), set(data.pop("places"))
        known = "not_known" not in places
        data["occurred_at"], data["occurred_precision"] = {
            "now": (now, Precision.ABOUT),
            "hour": (now - timedelta(minutes=30), Precision.ABOUT),
            "enter": (data["occurred_at"], Precision.EXACT),
            "not_known": (None, Precision.UNKNOWN),
        }[when]
        earlier = {"enter": data["known_at"], "not_known": data.pop("known_since")}
        data["known_at"] = earlier.get(when) or now
        data["custody"] = "custody" in places if known else None
        data["hospital"] = "hospital" in places if known else None
        return data


class UrgentForm(Boroughs):
    """A young person who needs an urgent response, without an incident: seven questions, one button."""

    label_size = "m"

    noticed = forms.ChoiceField(
        label="1. How did the young person come to notice?",
        choices=[choice for choice in Noticed.choices if choice[0] != Noticed.NOT_KNOWN], widget=Radios(),
        error_messages=required("Choose how the young person came to notice."),
    )  # fmt: skip
    occurred_at = GovDateTimeField(
        label="2. When was that?", name="when that was", required=False, past=True,
        help_text="The booking at custody, the arrival, the return or the telling. Leave empty for now.",
    )  # fmt: skip
    age_band = forms.ChoiceField(
        label="3. How old?", choices=[choice for choice in AgeBand.choices if choice[0] != AgeBand.ADULT],
        widget=Radios(), error_messages=required("Choose the age."),
    )  # fmt: skip
    setting = forms.ChoiceField(label="4. Where are they now?", choices=Setting.choices, widget=Radios(layout="two"),
                                error_messages=required("Choose where they are, or Not known yet."))  # fmt: skip
    place = forms.CharField(
        label="5. Which area?", max_length=200, error_messages=required("Enter the area, or Not known."),
        help_text="Ward, street or estate. No names, no custody suite or hospital.",
    )  # fmt: skip
    source = forms.ChoiceField(label="6. Who told us?", choices=Source.choices, widget=Radios(layout="two"),
                               error_messages=required("Choose who told us, or Not known."))  # fmt: skip
    summary = forms.CharField(label="7. Summary (optional)", widget=Textarea(rows=3), max_length=4000, required=False,
                              help_text="Two lines will do. Do not name anyone.")  # fmt: skip


class KnownForm(forms.Form):
    """What became known of an incident after it was logged; the items that fit open."""

    traits = forms.MultipleChoiceField(
        label="What is known now?", choices=Trait.choices, widget=Checkboxes(), required=False,
        help_text="What is ticked already stays. Items that fit open now, due from now.",
    )  # fmt: skip


class JoinForm(forms.Form):
    into = forms.ChoiceField(label="Which incident is it part of?", widget=Radios(),
                             error_messages=required("Choose the incident."))  # fmt: skip
    bring = forms.ModelMultipleChoiceField(
        label="Which agencies come along?", queryset=Agency.objects.none(), required=False, to_field_name="uuid",
        widget=Checkboxes(), help_text="They go on seeing the people they reported, in that incident.",
    )  # fmt: skip
    reason = forms.CharField(label="Why?", widget=Textarea(rows=3), max_length=2000,
                             error_messages=required("Enter the reason."))  # fmt: skip

    def __init__(self, *args, incidents, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.incidents = {str(row.uuid): row for row in incidents}
        self.fields["into"].choices = [
            (key, f"{row.reference}, {row.title}") for key, row in self.incidents.items()
        ]
        self.fields["bring"].queryset = agencies
        self.initial.setdefault("bring", [agency.uuid for agency in agencies])

    def clean_into(self):
        return self.incidents[self.cleaned_data["into"]]
