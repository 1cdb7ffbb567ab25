"""The form of a kind of record, made of what the kind declares; and what every kind asks besides its own fields."""

import uuid
from collections import Counter

from django import forms
from django.db import models
from django.forms import modelform_factory
from django.utils.text import capfirst

from incidents.forms.fields import required
from incidents.models import Concerns, Sensitivity, Ticks
from incidents.queries import agencies_of, people_of, people_who_may_hold
from svit.conflicts import VersionedForm
from svit.fields import GovDateField, GovDateTimeField
from svit.widgets import Checkbox, Checkboxes, Number, Radios, Select, Text, Textarea

WORDS = 4_000
FEW, SHORT = 4, 24  # more answers than these stand in two columns, where none has more signs than that
READERS = [
    (Sensitivity.STANDARD, "Standard: everybody who sees this section"),
    (Sensitivity.RESTRICTED, "Restricted: others see that it exists, and give a reason to read it"),
    (Sensitivity.SEALED, "Sealed: named people alone know that it exists"),
]


class HoldersField(forms.MultipleChoiceField):
    """The named holders of a sealed record besides whoever seals it; cleans to users, known by their uuid."""

    widget = Checkboxes

    def __init__(self, **options):
        super().__init__(**{"label": "Who holds it, besides you"} | options)

    def offer(self, people):
        """`people` are (user, words), as `queries.people_who_may_hold` gives them."""
        self.users = {str(user.uuid): user for user, _ in people}
        self.choices = [(str(user.uuid), words) for user, words in people]

    def clean(self, value):
        return [self.users[key] for key in super().clean(value)]


def who_may_read():
    return forms.ChoiceField(
        label="Who may read it", widget=Radios(), initial=Sensitivity.STANDARD, choices=READERS,
        error_messages=required("Choose who may read it."),
    )  # fmt: skip


def who_holds():
    return HoldersField(required=False, help_text="Only where it is sealed: at least one more person.")


SEALED_ASKS = {"sensitivity": {Sensitivity.SEALED: ["holders"]}}


class RecordExtras(forms.Form):
    """Who may read a new record of a kind that has a form of its own."""

    sensitivity, holders = who_may_read(), who_holds()
    reveals = SEALED_ASKS

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["holders"].offer(people)


class PersonField(forms.ChoiceField):
    """One of the people of the incident, by label; cleans to the person's entry, or None."""

    widget = Select

    def offer(self, entries):
        self.entries = {str(entry.uuid): entry for entry in entries}
        self.choices = [("", "Choose" if self.required else "Nobody alone"), *self._named()]

    def _named(self):
        return [(key, entry.title) for key, entry in self.entries.items()]

    def clean(self, value):
        return self.entries.get(super().clean(value))


def field_for(model):
    """What makes the form's field of a field of the model, as our pages draw it, its messages in the field's words."""

    def made(field, **kwargs):
        called, label = str(field.verbose_name), capfirst(field.verbose_name)
        missing = model.missing.get(field.name, "")
        optional = field.blank and not isinstance(field, models.BooleanField | Ticks) and not field.choices
        label += " (optional)" if optional else ""
        if isinstance(field, models.DateField):  # a moment is one too
            kind = GovDateTimeField if isinstance(field, models.DateTimeField) else GovDateField
            made = kind(label=label, name=called, required=not field.blank, past=field.name in model.past,
                        help_text=field.help_text)  # fmt: skip
        else:
            made = field.formfield(**kwargs | {"label": label, "widget": _widget(field)})
            made.label = label
        if isinstance(made, forms.CharField):
            made.max_length = made.max_length or WORDS
            made.widget.attrs.pop("maxlength", None)
            made.validators.append(_no_longer(called, made.max_length))
        if field.choices and not isinstance(field, models.BooleanField):
            made.choices = field.choices
        words = missing or f"{'Choose' if field.choices else 'Enter'} the {called}."
        made.error_messages |= required(words)
        if isinstance(field, models.IntegerField):
            made.error_messages |= dict.fromkeys(("invalid", "min_value", "max_value"),
                                                 f"{capfirst(called)} must be a whole number.")  # fmt: skip
        return made

    return made


def _no_longer(called, most):
    def check(value):
        if len(value) > most:
            raise forms.ValidationError(f"{capfirst(called)} must be {most:,} characters or fewer.")

    return check


def _layout(choices):
    return "two" if len(choices) > FEW and all(len(label) <= SHORT for _, label in choices) else "stacked"


def _widget(field):
    if isinstance(field, Ticks):
        return Checkboxes(layout=_layout(field.options), small=True)
    if field.is_relation:
        return Select()
    if field.choices:
        return Radios(layout=_layout(field.choices))
    if isinstance(field, models.BooleanField):
        return Checkbox()
    if isinstance(field, models.IntegerField):
        return Number()
    return Textarea(rows=3) if isinstance(field, models.TextField) else Text()


class KindForm(forms.ModelForm):
    """The fields of a kind in its groups. What stands under another answer than the one that was given is emptied."""

    label_size = "s"

    def __init__(self, *args, seen, **kwargs):
        super().__init__(*args, **kwargs)
        self.seen, self.model = seen, self._meta.model
        self.asked = {
            field: {
                answer: [name for name in names if name in self.fields] for answer, names in answers.items()
            }
            for field, answers in self.model.asked_for.items()
            if field in self.fields
        }
        times = Counter(
            name for answers in self.asked.values() for names in answers.values() for name in names
        )
        # What several answers ask for stands by itself: on the page it can be under one of them alone
        self.reveals = {
            field: {answer: [name for name in names if times[name] == 1] for answer, names in answers.items()}
            for field, answers in self.asked.items()
        }
        for name in times:
            self.fields[name].required = False
        agencies = None
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                agencies = agencies if agencies is not None else agencies_of(seen)
                field.queryset, field.to_field_name = agencies, "uuid"
                field.empty_label = "Choose an agency" if field.required else "None"
                if self.instance.pk:
                    self.initial[name] = getattr(self.instance, name)

    def _shown(self, cleaned):
        """The conditional fields for which an answer asks."""
        return {
            name
            for field, answers in self.asked.items()
            for name in answers.get(str(cleaned.get(field, "")), ())
        }

    def clean(self):
        cleaned = super().clean()
        shown = self._shown(cleaned)
        under = {name for answers in self.reveals.values() for names in answers.values() for name in names}
        for name in under - shown - {"holders"}:
            field = self.model._meta.get_field(name)
            cleaned[name] = [] if isinstance(field, Ticks) else None if field.null else field.get_default()
            self.errors.pop(name, None)
        for name in shown - set(self.errors):
            if not self.model._meta.get_field(name).blank and cleaned.get(name) in (None, "", []):
                self.add_error(name, self.fields[name].error_messages["required"])
        for name, words in self.model.wrong(cleaned):
            if name in self.fields and name not in self.errors:
                self.add_error(name, words)
        return cleaned

    def drawn(self):
        """The groups of the page: a heading and the fields that no other answer draws."""
        groups = [*(self.model.groups or (("", self.model.fields),)), *self.more_groups()]
        return [
            {"heading": heading, "fields": fields}
            for heading, names in groups
            if (
                fields := [self[name] for name in names if name in self.fields and not self[name].is_revealed]
            )
        ]

    def more_groups(self):
        return ()

    def shown_back(self):
        """Question and answer pairs, to be checked before they are saved."""
        filled = {name: value for name, value in self.cleaned_data.items() if name in self.model.fields}
        return self.model(**filled).rows(self.model.fields)


class AddForm(KindForm):
    """A new record: whom it is about, who may read it, and the item of the checklist that it ends."""

    about = PersonField(label="Whom is it about?", error_messages=required("Choose whom it is about."))
    sensitivity, holders = who_may_read(), who_holds()
    ends_item = forms.BooleanField(required=False, widget=Checkbox())
    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, item=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["submission"].initial = uuid.uuid4
        self.fields["sensitivity"].initial = self.model.sensitivity
        self.fields["holders"].offer(people_who_may_hold(self.seen))
        self.reveals = self.reveals | SEALED_ASKS
        self.item = item
        if item is None:
            del self.fields["ends_item"]
        else:
            self.fields["ends_item"].label = f"This does what the checklist asks: mark “{item.title}” done"
        if self.model.concerns:
            self.fields["about"].required = self.model.concerns == Concerns.MUST
            self.fields["about"].label += "" if self.fields["about"].required else " (optional)"
            self.fields["about"].offer(people_of(self.seen))
        else:
            del self.fields["about"]

    def clean_submission(self):
        return self.cleaned_data["submission"] or uuid.uuid4()

    def drawn(self):
        groups = super().drawn()
        if "about" in self.fields:
            groups[0]["fields"].insert(0, self["about"])
        return groups

    def more_groups(self):
        return (("", ("ends_item",)), ("", ("sensitivity",)))


class ChangeForm(VersionedForm, KindForm):
    """A kind's fields, over what others may change meanwhile."""


def form_of(model, form, *args, masked=(), **kwargs):
    """The form of a kind, without the fields that are masked for whoever fills it in."""
    fields = [name for name in model.fields if name not in masked]
    made = modelform_factory(model, form=form, fields=fields, formfield_callback=field_for(model))
    return made(*args, **kwargs)
