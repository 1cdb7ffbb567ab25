"""What the access record is looked through by, and what is asked before it is handed on."""

from datetime import datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from incidents.models import AccessAct
from reports.access_record import access, queries
from svit.fields import GovDateField
from svit.widgets import Text, Textarea


def midnight(day):
    """The first moment of a day in London."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


class Between(forms.Form):
    """Two days, both included, as moments."""

    since = GovDateField(label="From", name="the first day", required=False, past=True)
    until = GovDateField(label="To", name="the last day", required=False)

    def clean(self):
        answers = super().clean()
        since, until = answers.get("since"), answers.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day must not be before the first")
            return answers
        answers["since"] = midnight(since)
        answers["until"] = midnight(until + timedelta(days=1)) if until else None
        return answers


class ActsForm(Between):
    """Which acts are shown. `by` and `record` come from a link in the list."""

    typed = ("people",)

    people = forms.CharField(
        label="Person", required=False, max_length=100, help_text="Name or e-mail address.",
        widget=Text({"autocomplete": "off"}),
    )  # fmt: skip
    incident = forms.CharField(
        label="Incident", required=False, max_length=20, help_text="Its reference, such as NM-26-0142."
    )
    agency = forms.ModelChoiceField(label="Agency", required=False, queryset=None, empty_label="All",
                                    error_messages={"invalid_choice": "Choose an agency from the list"})  # fmt: skip
    act = forms.ChoiceField(label="Act", required=False, choices=[("", "All"), *AccessAct.choices],
                            error_messages={"invalid_choice": "Choose an act from the list"})  # fmt: skip
    by = forms.UUIDField(required=False, widget=forms.HiddenInput)
    record = forms.UUIDField(required=False, widget=forms.HiddenInput)
    field_order = ("people", "incident", "agency", "act", "since", "until")

    def __init__(self, *args, partnership, **kwargs):
        super().__init__(*args, **kwargs)
        self.partnership = partnership
        self.fields["agency"].queryset = access.visible_agencies(partnership)

    def clean_people(self):
        words = self.cleaned_data["people"].strip()
        if not words:
            return None
        found = queries.people_named(self.partnership, words)
        if not found:
            raise ValidationError("Nobody in the partnership’s agencies has this name or address")
        if len(found) > queries.MOST_PEOPLE:
            raise ValidationError(
                f"More than {queries.MOST_PEOPLE} people have this in their name. Enter more of it"
            )
        return found

    def clean_incident(self):
        reference = self.cleaned_data["incident"].strip()
        if not reference:
            return None
        uuid = queries.incident_named(self.partnership, reference)
        if uuid is None:
            raise ValidationError(f"The partnership has no incident {reference}")
        return uuid

    def clean_by(self):
        """Somebody by the link of their name."""
        wanted = self.cleaned_data["by"]
        found = access.visible_people(self.partnership).filter(uuid=wanted).first() if wanted else None
        if wanted and found is None:
            raise ValidationError("This person has no part in the partnership’s agencies")
        return found


class ExportForm(Between):
    """For whom, what for, and of which days: an export is a disclosure, and recorded as one."""

    label_size = "m"
    recipient = forms.CharField(
        label="Who gets it?", max_length=200, widget=Text(), initial="Information Commissioner",
        error_messages={"required": "Enter who gets the export."},
    )  # fmt: skip
    purpose = forms.CharField(
        label="What is it for?", max_length=200, widget=Textarea(rows=2),
        help_text="Such as the reference of the Commissioner’s request. Name nobody.",
        error_messages={"required": "Enter what the export is for."},
    )  # fmt: skip
    field_order = ("recipient", "purpose", "since", "until")
