"""One record of each kind that has no pages of its own, made of what the kind declares."""

from django.db import models

from incidents.actions import create_record
from incidents.models import KINDS, Concerns, Ticks
from incidents.queries import people_of
from svit import clock
from svit.widgets import date_parts, time_part

OWN_FORM = [model for model in KINDS.values() if model.page == "record"]
WORDS = "Quiet words"


def value_of(field, seen, words):
    """Something that a field of a kind may hold; `words` in every text."""
    if isinstance(field, Ticks):
        return [field.options[0][0]]
    if field.is_relation:
        return seen.actor.agency
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.DateTimeField):
        return clock.now()
    if isinstance(field, models.DateField):
        return clock.today()
    return True if isinstance(field, models.BooleanField) else words


def values_of(model, seen, words=WORDS):
    """A value for every field of a kind; `words` is one text, or gives the text of a field by its name."""
    said = words if callable(words) else lambda name: words
    return {name: value_of(model._meta.get_field(name), seen, said(name)) for name in model.fields}


def whom(model, seen, about=None):
    """Whom a record of the kind is about: somebody where it has to be."""
    if model.concerns != Concerns.MUST:
        return {}
    return {"about": about or people_of(seen)[0]}


def make(model, seen, words=WORDS, about=None, **more):
    """A record of the kind with a value in every field."""
    given = values_of(model, seen, words) | whom(model, seen, about) | more
    return create_record(seen=seen, model=model, **given)


def typed(model, seen, **more):
    """The same as somebody would send it with the form: the first answer to each question."""
    sent = {"sensitivity": "standard"}
    for name, value in (values_of(model, seen) | more).items():
        field = model._meta.get_field(name)
        if isinstance(field, models.DateField):
            local = clock.local(value) if isinstance(field, models.DateTimeField) else value
            parts = [
                *date_parts(local),
                *([time_part(local)] if isinstance(field, models.DateTimeField) else []),
            ]
            sent |= {f"{name}_{number}": part for number, part in enumerate(parts)}
        elif field.is_relation:
            sent[name] = str(value.uuid)
        else:
            sent[name] = value
    if model.concerns == Concerns.MUST:
        sent["about"] = str(people_of(seen)[0].uuid)
    return sent | ({"confirmed": "1"} if model.checked else {})
