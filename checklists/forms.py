"""Forms of the checklist room: they validate, the actions save."""

from django import forms
from django.core.exceptions import ValidationError

from checklists.actions.evidence import ALLOWED, LARGEST, check_file
from checklists.actions.working import NOT_KNOWN_YET
from checklists.durations import duration
from checklists.models import ItemKind
from incidents.models import PHASES, Section, Sensitivity
from incidents.models.incident import Source
from incidents.sections import section_of_item
from svit.conflicts import VersionedForm, VersionField
from svit.fields import GovDateTimeField
from svit.refused import Refused
from svit.widgets import File, Radios, Select, Text, Textarea

DISCREET = "Do not name anyone."
ACCEPT = "image/jpeg,image/png,image/webp,image/heic,application/pdf,text/plain,.heic"
HOW = [
    ("by telephone", "By telephone"),
    ("in person", "In person"),
    ("by e-mail", "By e-mail"),
    ("in a meeting", "In a meeting"),
]
SECTIONS = Section.choices
EVERY = [("PT4H", "Every 4 hours"), ("P1D", "Every day"), ("P7D", "Every week"), ("P28D", "Every 4 weeks")]


NOTE = 4_000
REASON = 2_000


def required(words):
    return {"required": words}


class WordsField(forms.CharField):
    """Words up to a length. Too many are refused with a message: a browser that cuts what is pasted says nothing."""

    def __init__(self, *, name, max_length, errors=None, **options):
        too_long = f"{name} must be {max_length:,} characters or fewer."
        super().__init__(
            max_length=max_length, error_messages={"max_length": too_long, **(errors or {})}, **options
        )

    def widget_attrs(self, widget):
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class EvidenceField(forms.FileField):
    """Cleans to a checked file: the right size and kind, openable, and free of what runs."""

    def __init__(self, **options):
        super().__init__(
            widget=File(accept=ACCEPT),
            error_messages={
                "empty": "The file is empty.",
                "invalid": "Choose a file.",
                **options.pop("errors", {}),
            },
            **options,
        )

    def clean(self, data, initial=None):
        if data is not None and getattr(data, "size", 0) > LARGEST:
            raise ValidationError("The file must be smaller than 10 MB.")
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            return check_file(upload)
        except Refused as refusal:
            raise ValidationError(refusal.message) from None


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


class WhomField(forms.ChoiceField):
    """One list of agencies, and of the people in each; cleans to (agency, person or None)."""

    widget = Select

    def offer(self, agencies, *, anybody="Anybody there", nobody=""):
        """`agencies` are pairs of an agency and its people."""
        self.pairs = {}
        groups = [("", nobody)] if nobody else [("", "Choose")]
        for agency, people in agencies:
            rows = [(f"agency:{agency.uuid}", f"{agency}: {anybody.lower()}")]
            self.pairs[rows[0][0]] = (agency, None)
            for person in people:
                key = f"person:{agency.uuid}:{person.uuid}"
                rows.append((key, f"{person.name}{', ' + person.job_title if person.job_title else ''}"))
                self.pairs[key] = (agency, person)
            groups.append((str(agency), rows))
        self.choices = groups

    def clean(self, value):
        return self.pairs.get(super().clean(value), (None, None))


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


class MobiliseForm(forms.Form):
    """The words that go with mobilising; which agencies, items and sections is read off the rows."""

    label_size = "s"
    reason = WordsField(
        label="Why? (optional)", name="The reason", required=False, max_length=500, widget=Textarea(rows=2),
        help_text=f"Each agency reads it after signing in. {DISCREET}",
    )  # fmt: skip


class ToldForm(forms.Form):
    """Somebody rang: who was told, and how."""

    label_size = "s"
    who = WordsField(
        label="Who was told?", name="Who was told", max_length=120, widget=Text(width="two-thirds"),
        help_text="A role, such as duty sergeant.", errors=required("Enter who was told."),
    )  # fmt: skip
    how = forms.ChoiceField(
        label="How?",
        choices=HOW,
        widget=Radios(layout="inline"),
        error_messages=required("Choose how they were told."),
    )

    def clean(self):
        cleaned = super().clean()
        if "who" in cleaned and "how" in cleaned:
            cleaned["told_how"] = f"{cleaned.pop('who')}, {cleaned.pop('how')}"
        return cleaned


class PhaseLeadForm(forms.Form):
    label_size = "s"
    lead_agency = WhomField(label="Which agency leads this phase?", required=False)

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["lead_agency"]
        field.pairs = {str(agency.uuid): (agency, None) for agency in agencies}
        field.choices = [("", "Nobody"), *((str(agency.uuid), str(agency)) for agency in agencies)]

    def clean_lead_agency(self):
        return self.cleaned_data["lead_agency"][0]


def end_form(item, *args, agencies=(), **kwargs):
    """The form that ends an item, by its kind."""
    form = END_FORMS[ItemKind(item.kind)]
    if form is AnswerForm:
        kwargs["choices"] = answer_choices(item, agencies)
    return form(*args, initial={"version": item.version}, **kwargs)
