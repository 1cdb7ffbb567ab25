"""Forms of meetings: set up, decide, raise an action, who is there, what is added later."""

import uuid

from django import forms

from checklists.forms.fields import WordsField, required
from incidents.forms import AddForm
from response.actions.meetings import IN
from response.models.meetings import Answer
from svit import clock
from svit.widgets import Checkbox, Select, Text, Textarea

SOON = [("4h", "In 4 hours"), ("1d", "By tomorrow at this time"), ("2d", "In 2 days"), ("7d", "In a week")]
WORDS = 4_000


def both(words):
    """The same words where nothing was chosen, and where it is not offered."""
    return {"required": words, "invalid_choice": words}


class MeetingForm(AddForm):
    """A meeting that is set up."""

    agenda = WordsField(
        label="Agenda (optional)", name="The agenda", max_length=WORDS, required=False, widget=Textarea(rows=5),
        help_text="A point on each line. Leave it empty for the usual agenda of such a meeting.",
    )  # fmt: skip

    def more_groups(self):
        return (("", ("agenda",)), *super().more_groups())


class Once(forms.Form):
    """A form that makes one thing, however often it is sent."""

    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["submission"].initial = uuid.uuid4

    def clean_submission(self):
        return self.cleaned_data["submission"] or uuid.uuid4()


def one_of(agencies, **options):
    field = forms.ModelChoiceField(queryset=agencies, to_field_name="uuid", widget=Select(), **options)
    field.empty_label = "Choose an agency"
    return field


class DecisionForm(Once):
    """A decision in at most four fields; what else the Joint Decision Model asks for stands below."""

    text = WordsField(label="Decision", name="The decision", max_length=WORDS, widget=Text(),
                      errors=required("Enter what was decided."))  # fmt: skip
    why = WordsField(label="Why", name="The reason", max_length=WORDS, widget=Text(),
                     errors=required("Enter why it was decided."))  # fmt: skip
    options = WordsField(label="Options that were weighed (optional)", name="The options", max_length=WORDS,
                         required=False, widget=Textarea(rows=2))  # fmt: skip
    risks = WordsField(label="Risks, and the working strategy (optional)", name="The risks", max_length=WORDS,
                       required=False, widget=Textarea(rows=2))  # fmt: skip
    powers = WordsField(label="Powers and policies (optional)", name="The powers", max_length=WORDS,
                        required=False, widget=Textarea(rows=2))  # fmt: skip
    restricted = forms.BooleanField(
        label="Restricted: not on the shared screen, nor in what others read",
        required=False,
        widget=Checkbox(),
    )
    more = ("options", "risks", "powers", "restricted")

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["by_agency"] = one_of(agencies, label="Decided by",
                                          error_messages=required("Choose the agency that decided."))  # fmt: skip
        self.fields["text"].widget.attrs["autofocus"] = True

    def in_sight(self):
        return [self[name] for name in ("text", "why", "by_agency")]

    def further(self):
        return [self[name] for name in self.more]

    def further_open(self):
        return any(self[name].errors for name in self.more)


class ActionForm(Once):
    """Something to do: what, by which agency, by when."""

    title = WordsField(label="Action", name="The action", max_length=300, widget=Text(),
                       errors=required("Enter what is to be done."))  # fmt: skip
    due = forms.ChoiceField(label="By when", choices=SOON, initial="1d", widget=Select(),
                            error_messages=both("Choose by when."))  # fmt: skip

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"] = one_of(agencies, label="Who does it",
                                       error_messages=required("Choose the agency that does it."))  # fmt: skip
        self.fields["title"].widget.attrs["autofocus"] = True

    def clean(self):
        cleaned = super().clean()
        if "due" in cleaned:
            cleaned["due_at"] = clock.now() + IN[cleaned.pop("due")]
        return cleaned

    def in_sight(self):
        return [self[name] for name in ("title", "agency", "due")]


class AttendanceForm(forms.Form):
    """Who is there: an answer for each agency that was asked, and one more agency."""

    def __init__(self, *args, attendance, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.attendance = attendance
        for row in attendance:
            self.fields[f"answer_{row.agency.uuid}"] = forms.ChoiceField(
                choices=Answer.choices, required=False, initial=row.answer,
                error_messages={"invalid_choice": "Choose present, deputy or apologies."},
            )  # fmt: skip
            self.fields[f"adviser_{row.agency.uuid}"] = forms.BooleanField(
                required=False, initial=row.adviser
            )
        self.fields["extra"] = one_of(agencies, label="Somebody else is there (optional)", required=False)
        self.fields["extra"].empty_label = "Nobody else"

    def rows(self):
        """(row, whether it has each of the answers in turn) for the table."""
        for row in self.attendance:
            chosen = self[f"answer_{row.agency.uuid}"].value()
            yield {
                "agency": row.agency,
                "name": f"answer_{row.agency.uuid}",
                "answers": [(key, label, key == chosen) for key, label in Answer.choices],
                "adviser_name": f"adviser_{row.agency.uuid}",
                "adviser": self[f"adviser_{row.agency.uuid}"].value(),
            }

    def clean(self):
        cleaned = super().clean()
        answers, advisers = {}, set()
        for row in self.attendance:
            answers[row.agency_id] = cleaned.pop(f"answer_{row.agency.uuid}", "")
            if cleaned.pop(f"adviser_{row.agency.uuid}", False):
                advisers.add(row.agency_id)
        return {"answers": answers, "advisers": advisers, "extra": cleaned.get("extra")}


class AddendumForm(forms.Form):
    """What is added to signed minutes."""

    label_size = "m"
    text = WordsField(
        label="What has to be added?", name="The addendum", max_length=WORDS, widget=Textarea(rows=4),
        help_text="What stands in the minutes stays as it is. Do not name anyone.",
        errors=required("Enter what has to be added."),
    )  # fmt: skip
