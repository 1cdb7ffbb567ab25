"""The form that ends an item, by its kind."""

from django import forms

from checklists.actions.ending import NOT_KNOWN_YET
from checklists.forms.fields import (
    DISCREET,
    HOW,
    NOTE,
    EvidenceField,
    WordsField,
    required,
)
from checklists.models import ItemKind
from incidents.models.incident import Source
from svit.conflicts import VersionField
from svit.fields import GovDateTimeField
from svit.widgets import Radios, Text, Textarea


class EndForm(forms.Form):
    """Done, confirmed, checked: a note and a photo where somebody has them, and one button."""

    label_size = "s"
    verb = "Mark done"
    heading = "Mark it done"

    note = WordsField(
        label="Note (optional)", name="The note", required=False, max_length=NOTE, widget=Textarea(rows=3),
        help_text=DISCREET,
    )  # fmt: skip
    file = EvidenceField(
        label="Photo (optional)", required=False, help_text="Places only, no faces. Or a PDF."
    )
    version = VersionField()

    def __init__(self, *args, record_for=None, **kwargs):
        """`record_for` is the agency that a coordinator ticks for: then it can be said who told, how and when."""
        super().__init__(*args, **kwargs)
        if record_for is None:
            return
        self.fields["told_by"] = WordsField(
            label="Who told you? (optional)", name="Who told you", required=False, max_length=120,
            widget=Text(width="two-thirds"),
            help_text=f"A role at {record_for}, such as duty sergeant.",
        )  # fmt: skip
        self.fields["told_how"] = forms.ChoiceField(
            label="How did they tell you?",
            required=False,
            choices=HOW,
            widget=Radios(layout="inline", small=True),
        )
        self.fields["done_at"] = GovDateTimeField(
            label="When was it done? (optional)", name="when it was done", required=False, past=True,
            help_text="Leave this empty if it was done just now.",
        )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        how = cleaned.pop("told_how", "")
        if "told_by" in self.fields and "told_by" in cleaned:
            who = cleaned["told_by"].strip()
            if how and not who:
                self.add_error("told_by", "Enter who told you.")
            cleaned["told_by"] = f"{who}, {how}" if who and how else who
        return cleaned


class ConfirmForm(EndForm):
    verb = "Confirm"
    heading = "Confirm that it is so"


class CheckForm(EndForm):
    verb = "Record check"
    heading = "Record a check"


def answer_choices(item, agencies):
    """The answers that a toolkit question takes; none where any words will do."""
    key = item.template_item.key if item.template_item else ""
    if key == "notification-source":
        return [(label, label) for value, label in Source.choices if value != Source.NOT_KNOWN]
    if key in ("who-leads", "lead-agency"):
        return [(str(agency), str(agency)) for agency in agencies]
    return [("Yes", "Yes"), ("No", "No")] if item.title.rstrip().endswith("?") else []


class AnswerForm(EndForm):
    """A question: its answer, or that it is not known yet, which leaves it open."""

    verb = "Save answer"
    heading = "Answer"

    def __init__(self, *args, choices=(), **kwargs):
        super().__init__(*args, **kwargs)
        if choices:
            self.fields["answer"] = forms.ChoiceField(
                label="Answer", choices=[*choices, (NOT_KNOWN_YET, NOT_KNOWN_YET)],
                widget=Radios(divider="or"),
                error_messages=required("Choose an answer, or that it is not known yet."),
            )  # fmt: skip
        else:
            self.fields["answer"] = WordsField(
                label="Answer", name="The answer", max_length=500, widget=Text(width="two-thirds"), help_text=DISCREET,
                required=False,
            )  # fmt: skip
            self.fields["unknown"] = forms.BooleanField(label=NOT_KNOWN_YET, required=False)
        self.order_fields(["answer", "unknown"])

    def clean(self):
        cleaned = super().clean()
        if "unknown" in self.fields:
            if cleaned.pop("unknown", False):
                cleaned["answer"] = NOT_KNOWN_YET
            elif "answer" in cleaned and not cleaned["answer"].strip():
                self.add_error("answer", "Enter the answer, or say that it is not known yet.")
        return cleaned


END_FORMS = {
    ItemKind.ACTION: EndForm,
    ItemKind.QUESTION: AnswerForm,
    ItemKind.ASSURANCE: ConfirmForm,
    ItemKind.RECURRING: CheckForm,
}


def end_form(item, *args, agencies=(), **kwargs):
    """The form that ends an item, by its kind."""
    form = END_FORMS[ItemKind(item.kind)]
    if form is AnswerForm:
        kwargs["choices"] = answer_choices(item, agencies)
    return form(*args, initial={"version": item.version}, **kwargs)
