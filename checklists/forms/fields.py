"""What the forms of this room ask in: words up to a length, a checked file, an agency or a person in it."""

from django import forms
from django.core.exceptions import ValidationError

from checklists.actions.evidence import LARGEST, check_file
from svit.refused import Refused
from svit.widgets import File, Select

DISCREET = "Do not name anyone."
ACCEPT = "image/jpeg,image/png,image/webp,image/heic,application/pdf,text/plain,.heic"
HOW = [
    ("by telephone", "By telephone"),
    ("in person", "In person"),
    ("by e-mail", "By e-mail"),
    ("in a meeting", "In a meeting"),
]
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
