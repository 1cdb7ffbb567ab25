"""Forms of the response room."""

import uuid
from datetime import timedelta

from django import forms

from checklists.forms import WhomField
from checklists.models import ClockKind
from incidents.forms import HoldersField, late_reason, required
from incidents.models import Trait
from incidents.models.incident import Happened, Injury, Precision, Source
from partners.models import Agency, Partnership
from response.models import AttemptOutcome, ContactMethod
from response.models.person import AgeBand, PersonRole, Setting
from svit import clock
from svit.conflicts import VersionedForm
from svit.fields import GovDateField, GovDateTimeField
from svit.widgets import Checkbox, Checkboxes, Number, Radios, Text, Textarea

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


class LogIncidentForm(forms.Form):
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


class PersonDetails(forms.Form):
    """What is known of a person."""

    role = forms.ChoiceField(label="Role in the incident", choices=PersonRole.choices, widget=Radios(layout="two"),
                             error_messages=required("Choose the role, or Not known yet."))  # fmt: skip
    age_band = forms.ChoiceField(label="Age", choices=AgeBand.choices, widget=Radios(),
                                 error_messages=required("Choose the age."))  # fmt: skip
    setting = forms.ChoiceField(label="Where they are", choices=Setting.choices, widget=Radios(layout="two"),
                                error_messages=required("Choose where they are, or Not known yet."))  # fmt: skip
    name = forms.CharField(label="Name (restricted)", max_length=150, required=False)
    born = GovDateField(label="Date of birth (restricted)", name="date of birth", required=False, past=True)
    address = forms.CharField(
        label="Address (restricted)", widget=Textarea(rows=2), max_length=500, required=False
    )
    ward = forms.CharField(label="Hospital and ward (restricted)", max_length=120, required=False)
    school = forms.CharField(label="School or college (restricted)", max_length=150, required=False)
    next_of_kin_told_at = GovDateTimeField(label="Next of kin told (optional)", name="next of kin told", required=False,
                                           past=True)  # fmt: skip
    family_contact = forms.CharField(
        label="Family contact only through (restricted)", max_length=200, required=False,
        help_text="Such as the family liaison officer.",
    )  # fmt: skip
    died_at = GovDateTimeField(
        label="Died (optional)", name="died", required=False, past=True,
        help_text="Ends this person's contact clocks.",
    )  # fmt: skip
    death_confirmed = forms.BooleanField(
        label="I confirm that this person has died", required=False, widget=Checkbox()
    )

    def clean(self):
        """A death that is told for the first time is confirmed beside its time."""
        data = super().clean()
        confirmed = data.pop("death_confirmed", False)
        if data.get("died_at") and not self.initial.get("died_at") and not confirmed:
            self.add_error("death_confirmed", "Confirm that this person has died, or leave Died empty.")
        return data


class PersonForm(VersionedForm, PersonDetails):
    """A change of it. Restricted fields are left out for who may not read them."""

    def __init__(self, *args, hide=(), **kwargs):
        super().__init__(*args, **kwargs)
        for name in hide:
            del self.fields[name]
        if self.initial.get("died_at"):
            del self.fields["death_confirmed"]
            self.fields[
                "died_at"
            ].help_text = "Leave empty if it was a mistake: the clocks that it ended run again."


class NewPersonForm(PersonDetails):
    """A new person with the event that starts the clocks."""

    event = forms.CharField(
        label="What starts the contact clocks? (optional)", max_length=80, required=False,
        help_text="Such as arrival at hospital, custody booking, or return from missing.",
    )  # fmt: skip
    started_at = GovDateTimeField(
        label="When was that? (optional)", name="starting event", required=False, past=True,
        help_text="Leave empty to run from the incident's own time, estimated.",
    )  # fmt: skip
    sealed = forms.BooleanField(
        label="Seal this person: named people alone know that the record exists. The next page asks who",
        required=False,
        widget=Checkbox(),
    )


class HoldersForm(forms.Form):
    """Who holds a new person who is sealed from the start."""

    holders = HoldersField(error_messages=required("Choose at least one more person."))

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["holders"].offer(people)


class MissedClock(forms.Form):
    """The two questions that a missed clock asks of whoever records contact; the action says when they are needed."""

    missed_cause = forms.CharField(label="Why was the clock missed?", widget=Textarea(rows=2), max_length=2000,
                                   required=False)  # fmt: skip
    new_plan = forms.CharField(
        label="What is the new plan?", widget=Textarea(rows=2), max_length=2000, required=False
    )

    def __init__(self, *args, missed, **kwargs):
        super().__init__(*args, **kwargs)
        if not missed:
            del self.fields["missed_cause"], self.fields["new_plan"]


class ContactForm(MissedClock):
    """An attempt, or contact made."""

    outcome = forms.ChoiceField(label="What came of it?", choices=AttemptOutcome.choices, widget=Radios(),
                                error_messages=required("Choose whether contact was made."))  # fmt: skip
    method = forms.ChoiceField(label="How?", choices=ContactMethod.choices, widget=Radios(layout="two"),
                               error_messages=required("Choose how."))  # fmt: skip
    occurred_at = GovDateTimeField(label="When? (optional)", name="when it was", required=False, past=True,
                                   help_text="Leave empty for now.")  # fmt: skip
    what_happened = forms.CharField(label="What happened (optional)", widget=Textarea(rows=3), max_length=4000,
                                    required=False, help_text="Do not name anyone.")  # fmt: skip
    next_step = forms.CharField(label="Next step (optional)", max_length=500, required=False)
    late_reason = late_reason()
    told_by = forms.CharField(
        label="Recorded for somebody else? Told by, and how", max_length=200, required=False, widget=Text(),
        help_text="Leave empty if you made the contact yourself.",
    )  # fmt: skip

    field_order = ["outcome", "method", "occurred_at", "late_reason", "missed_cause", "new_plan"]


class MissForm(forms.Form):
    missed_cause = forms.CharField(label="Why was it missed?", widget=Textarea(rows=3), max_length=2000,
                                   error_messages=required("Enter why it was missed."))  # fmt: skip
    new_plan = forms.CharField(label="What is the new plan?", widget=Textarea(rows=3), max_length=2000,
                               error_messages=required("Enter the new plan."))  # fmt: skip


class StartForm(forms.Form):
    """The event that a clock runs from, and its time."""

    event = forms.CharField(label="What started it?", max_length=80,
                            help_text="Such as arrival at hospital or custody booking.",
                            error_messages=required("Enter what started the clock."))  # fmt: skip
    started_at = GovDateTimeField(label="When was that?", name="starting event", past=True)


class AssignClockForm(forms.Form):
    whom = WhomField(label="Who makes contact?", error_messages=required("Choose who makes contact."))

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["whom"].offer(agencies)

    def clean(self):
        data = super().clean()
        if "whom" in data:
            data["agency"], data["worker"] = data.pop("whom")
        return data


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


class ClockKindForm(StartForm):
    kind = forms.ChoiceField(label="Which clock?", choices=ClockKind.choices, widget=Radios(),
                             error_messages=required("Choose the clock."))  # fmt: skip


class GoldenForm(MissedClock):
    field_order = ["occurred_at", "late_reason"]

    occurred_at = GovDateTimeField(label="When were they told? (optional)", name="when they were told", required=False,
                                   past=True, help_text="Leave empty for now.")  # fmt: skip
    late_reason = late_reason()


class SealForm(HoldersForm):
    reason = forms.CharField(label="Why?", widget=Textarea(rows=3), max_length=190,
                             error_messages=required("Enter the reason."))  # fmt: skip
