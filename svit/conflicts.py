"""Two people, one field: what each wrote stands side by side, and whoever came second chooses field by field."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial

from django import forms
from django.utils.choices import flatten_choices

from svit.templatetags.svit import day, time_of_day, when

YOURS, THEIRS = "yours", "theirs"


class VersionField(forms.Field):
    """The version of the page that somebody has before them. Rubbish counts as none: it asks for nothing."""

    def __init__(self):
        super().__init__(required=False, widget=forms.HiddenInput)

    def clean(self, value):
        text = str(value or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@dataclass(frozen=True)
class Choice:
    """What was chosen, YOURS or THEIRS by field, and the version that was being looked at while choosing."""

    against: int
    keep: dict[str, str]


class VersionedForm(forms.Form):
    """A form over what others may change meanwhile: it cleans to the version it was opened with, and `choice`.

    `spoken` gives label and words of what the form's fields do not say by themselves: {name: (label, value to words)}.
    Its names may be no field's, where several fields clean to one value.
    """

    spoken = {}
    version = VersionField()

    def clean(self):
        cleaned = super().clean()
        against = VersionField().clean(self.data.get("against"))
        keep = {name: self.data.get(f"keep_{name}") for name in {*self.fields, *self.spoken}}
        keep = {name: kept for name, kept in keep.items() if kept in (YOURS, THEIRS)}
        cleaned["choice"] = Choice(against, keep) if against and keep else None
        return cleaned

    def carried(self):
        """The names and values of a choice, for a page that asks once more before it saves."""
        choice = self.cleaned_data.get("choice")
        if choice is None:
            return []
        return [("against", choice.against), *((f"keep_{name}", kept) for name, kept in choice.keep.items())]


def _in_words(field, value):
    if value in (None, ""):
        return ""
    if isinstance(value, list):
        return ", ".join(_in_words(field, one) for one in value)
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, time):
        return time_of_day(value)
    choices = flatten_choices(getattr(field, "choices", ()))
    return next((str(label) for key, label in choices if str(key) == str(value)), str(value))


def side_by_side(form, conflict):
    """What `components/conflict.html` shows: who, when, the version, and by field what each of the two wrote."""
    rows = []
    for name, value in conflict.theirs.items():
        if name in form.spoken:
            label, words = form.spoken[name]
        elif name in form.fields:
            label, words = form.fields[name].label, partial(_in_words, form.fields[name])
        else:
            continue
        yours = form.cleaned_data[name] if name in form.cleaned_data else form[name].value()
        label = str(label).removesuffix(" (optional)")
        rows.append({"name": name, "label": label, "yours": words(yours), "theirs": words(value)})
    return {"who": conflict.who, "when": conflict.when, "against": conflict.version, "rows": rows}
