"""One question about an item each; and an item of the partnership's own."""

from django import forms

from checklists.actions.evidence import ALLOWED
from checklists.durations import duration
from checklists.forms.fields import (
    DISCREET,
    NOTE,
    REASON,
    EvidenceField,
    WhomField,
    WordsField,
    required,
)
from checklists.models import ItemKind
from incidents.models import PHASES, Section, Sensitivity
from incidents.sections import section_of_item
from svit.conflicts import VersionedForm
from svit.fields import GovDateTimeField
from svit.widgets import Radios, Select, Text, Textarea

SECTIONS = Section.choices
EVERY = [("PT4H", "Every 4 hours"), ("P1D", "Every day"), ("P7D", "Every week"), ("P28D", "Every 4 weeks")]


class ReasonForm(forms.Form):
    """One reason, in words."""

    label_size = "s"

    def __init__(self, *args, label="Why?", missing="Say why.", hint=DISCREET, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"] = WordsField(
            label=label, name="The reason", max_length=REASON, widget=Textarea(rows=3), help_text=hint,
            errors=required(missing),
        )  # fmt: skip


class NoteForm(forms.Form):
    label_size = "s"
    note = WordsField(
        label="Note", name="The note", max_length=NOTE, widget=Textarea(rows=4), help_text=DISCREET,
        errors=required("Enter the note."),
    )  # fmt: skip


class EvidenceForm(forms.Form):
    label_size = "s"
    file = EvidenceField(
        label="Photo or file", help_text=f"{ALLOWED}, up to 10 MB. Places only, no faces.",
        errors={"required": "Choose a file."},
    )  # fmt: skip
    note = WordsField(
        label="What it shows (optional)", name="What it shows", required=False, max_length=1_000,
        widget=Textarea(rows=2), help_text=DISCREET,
    )  # fmt: skip


class DueForm(VersionedForm):
    label_size = "s"
    due_at = GovDateTimeField(label="When is it due?", name="the due time")
    reason = WordsField(
        label="Why?", name="The reason", max_length=500, widget=Textarea(rows=2),
        errors=required("Say why it moves."),
    )  # fmt: skip


class AssignForm(VersionedForm):
    label_size = "s"
    whom = WhomField(label="Who does it?", error_messages=required("Choose who does it."))
    note = WordsField(
        label="Anything they need to know (optional)", name="The note", required=False, max_length=NOTE,
        widget=Textarea(rows=2), help_text=DISCREET,
    )  # fmt: skip

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["whom"].offer(agencies)

    def clean(self):
        cleaned = super().clean()
        if "whom" in cleaned:
            cleaned["agency"], cleaned["assignee"] = cleaned.pop("whom")
        return cleaned


class LocalItemForm(forms.Form):
    """An item of the partnership's own."""

    label_size = "s"
    reveals = {"kind": {ItemKind.RECURRING: ["every"]}}
    hints = {
        "kind": {
            ItemKind.ACTION: "Something is done, once.",
            ItemKind.QUESTION: "It has an answer.",
            ItemKind.ASSURANCE: "Somebody confirms that it is so.",
            ItemKind.RECURRING: "Each check makes the next one due.",
        }
    }

    title = WordsField(
        label="What has to be done?", name="What has to be done", max_length=300, widget=Text(), help_text=DISCREET,
        errors=required("Enter what has to be done."),
    )  # fmt: skip
    details = WordsField(
        label="Details (optional)", name="The details", required=False, max_length=2_000, widget=Textarea(rows=3),
        help_text=DISCREET,
    )  # fmt: skip
    phase = forms.ChoiceField(label="Phase", choices=PHASES, widget=Select())
    kind = forms.ChoiceField(label="Kind", choices=ItemKind.choices, widget=Radios(), initial=ItemKind.ACTION)
    every = forms.ChoiceField(
        label="How often?", choices=EVERY, widget=Select(), required=False, initial="P1D"
    )
    whom = WhomField(label="Who does it? (optional)", required=False)
    due_at = GovDateTimeField(label="When is it due? (optional)", name="the due time", required=False)
    section = forms.ChoiceField(
        label="Who may see it?", widget=Select(), required=False,
        choices=[("", "Whoever sees the phase"), *((key, f"Whoever sees {name.lower()}") for key, name in SECTIONS)],
        help_text="The agency that does it sees it in any case.",
    )  # fmt: skip
    restricted = forms.BooleanField(
        label="Restricted: others see that it exists, not what it says", required=False
    )

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["whom"].offer(agencies, nobody="Nobody yet")

    def clean(self):
        cleaned = super().clean()
        if "whom" in cleaned:
            cleaned["agency"], cleaned["assignee"] = cleaned.pop("whom")
        restricted = cleaned.pop("restricted", False)
        cleaned["sensitivity"] = Sensitivity.RESTRICTED if restricted else Sensitivity.STANDARD
        if "phase" in cleaned:
            usual = section_of_item(phase=cleaned["phase"], heading="", key="")
            cleaned["section"] = cleaned.get("section") or usual
        if cleaned.get("kind") != ItemKind.RECURRING:
            cleaned["every"] = ""
        elif not cleaned.get("every"):
            self.add_error("every", "Choose how often it is checked.")
        else:
            duration(cleaned["every"])
        return cleaned


class ReassignForm(forms.Form):
    """Several items to one colleague."""

    whom = WhomField(label="Reassign the ticked items to", error_messages=required("Choose a colleague."))

    def __init__(self, *args, agency, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["whom"].offer([(agency, people)])
