"""A clock's start, its miss, who makes contact; and the clocks that a partnership keeps."""

from django import forms

from checklists.forms import WhomField
from checklists.models import ClockKind
from incidents.forms import required
from partners.forms.fields import LineField
from partners.models import Agency
from response.models import ClockRule, MetBy
from response.models.clocks import SETTINGS
from response.models.person import AgeBand
from svit.conflicts import VersionedForm
from svit.fields import GovDateTimeField, GovTimeField
from svit.widgets import Checkbox, Checkboxes, Number, Radios, Select, Textarea


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
    """Who makes contact. `family` says in words that a family's contact goes through somebody, or is empty."""

    whom = WhomField(label="Who makes contact?", error_messages=required("Choose who makes contact."))
    agreed = forms.BooleanField(
        label="I confirm that it was agreed with whoever keeps contact with the family", required=False,
        widget=Checkbox(),
    )  # fmt: skip

    def __init__(self, *args, agencies, family="", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["whom"].offer(agencies)
        if family:
            self.fields["agreed"].help_text = family
        else:
            del self.fields["agreed"]

    def clean(self):
        data = super().clean()
        if "whom" in data:
            data["agency"], data["worker"] = data.pop("whom")
        return data


class HandOverForm(AssignClockForm):
    """A person's lead and clocks to somebody else; `scopes` are the choices of whom else to hand over with them."""

    scope = forms.ChoiceField(label="Whom do you hand over?", widget=Radios(),
                              error_messages=required("Choose whom you hand over."))  # fmt: skip
    reason = forms.CharField(label="Why?", widget=Textarea(rows=2), max_length=1000,
                             error_messages=required("Enter the reason."))  # fmt: skip
    field_order = ["scope", "whom", "agreed", "reason"]

    def __init__(self, *args, scopes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = scopes
        if len(scopes) == 1:
            self.fields["scope"].widget = forms.HiddenInput()


class ClockKindForm(StartForm):
    """One more clock: a kind of the protocol, or one that the partnership added."""

    kind = forms.ChoiceField(
        label="Which clock?", widget=Radios(), error_messages=required("Choose the clock.")
    )

    def __init__(self, *args, rules, **kwargs):
        super().__init__(*args, **kwargs)
        self.rules = {str(rule.uuid): rule for rule in rules if rule.kind == ClockKind.LOCAL}
        protocol = [choice for choice in ClockKind.choices if choice[0] != ClockKind.LOCAL]
        self.fields["kind"].choices = [*protocol, *((key, rule.name) for key, rule in self.rules.items())]

    def clean(self):
        data = super().clean()
        if rule := self.rules.get(data.get("kind")):
            data["kind"], data["rule"] = ClockKind.LOCAL, rule
        return data


class MashRuleForm(VersionedForm):
    """How long a referral to MASH may take here."""

    hours = forms.IntegerField(
        label="How many hours?", min_value=1, max_value=720, widget=Number(width=3, suffix="hours"),
        error_messages=required("Enter how many hours.") | {
            "invalid": "How many hours must be a number, such as 24.",
            "min_value": "How many hours must be 1 or more.", "max_value": "How many hours must be 720 or fewer.",
        },
    )  # fmt: skip
    working = forms.TypedChoiceField(
        label="Which hours count?",
        choices=[("yes", "Working hours"), ("no", "All hours, as they pass")],
        coerce=lambda value: value == "yes", widget=Radios(), error_messages=required("Choose which hours count."),
    )  # fmt: skip
    calendar = forms.ModelChoiceField(
        label="By whose working hours? (optional)", queryset=Agency.objects.none(), required=False, widget=Select(),
        to_field_name="uuid", empty_label="Office hours: Monday to Friday, 9am to 5pm",
        error_messages={"invalid_choice": "Choose one of the agencies, or office hours."},
    )  # fmt: skip

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["calendar"].queryset = agencies


class ClockRuleForm(MashRuleForm):
    """A kind of clock that the partnership adds."""

    name = LineField(label="What is it called?", max_length=60,
                     help_text="Such as: School told. Everybody who sees the clock reads it.",
                     error_messages=required("Enter what it is called."))  # fmt: skip
    event = LineField(label="What starts it?", max_length=80, help_text="Such as: Return from missing.",
                      error_messages=required("Enter what starts it."))  # fmt: skip
    met_by = forms.ChoiceField(label="What ends it?", choices=MetBy.choices, widget=Radios(),
                               error_messages=required("Choose what ends it."))  # fmt: skip
    ages = forms.MultipleChoiceField(
        label="For whom does it start?",
        choices=[
            (AgeBand.CHILD, "Children"), (AgeBand.YOUNG_ADULT, "Young adults"),
            (ClockRule.PARENTS, "Parents and others for whom clocks were chosen"),
        ],
        widget=Checkboxes(), required=False, help_text="With no tick it is started by hand alone.",
    )  # fmt: skip
    settings = forms.MultipleChoiceField(
        label="Where are they? (optional)", choices=SETTINGS, widget=Checkboxes(small=True), required=False,
        help_text="With no tick it starts wherever they are.",
    )  # fmt: skip
    field_order = ["name", "event", "hours", "working", "calendar", "met_by", "ages", "settings"]


DAYS = list(enumerate(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]))


class WorkingHoursForm(VersionedForm):
    """When an agency works, for the clocks that count its hours."""

    days = forms.TypedMultipleChoiceField(
        label="On which days?", choices=DAYS, coerce=int, widget=Checkboxes(small=True),
        error_messages=required("Choose at least one day."),
    )  # fmt: skip
    opens = GovTimeField(label="From", error_messages=required("Enter from when."))
    closes = GovTimeField(label="Until", error_messages=required("Enter until when."))
    bank_holidays = forms.BooleanField(
        label="Also on the bank holidays of England and Wales", required=False, widget=Checkbox()
    )

    def clean(self):
        data = super().clean()
        if data.get("opens") and data.get("closes") and data["closes"] <= data["opens"]:
            self.add_error("closes", "Until must be later than From.")
        return data
