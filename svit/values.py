"""A value of a row, as a person reads it."""

from datetime import date, datetime, time
from uuid import UUID

from svit.templatetags.svit import day, time_of_day, when


def in_words(field, value):
    """A field's value as a person reads it: a choice's label, local times in our style; "" where there is none."""
    if value in (None, ""):
        return ""
    if isinstance(value, list):
        return field.in_words(value) if hasattr(field, "in_words") else ", ".join(map(str, value))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, time):
        return time_of_day(value)
    return str(dict(field.flatchoices).get(value, value) if field.choices else value)


def uuids(texts):
    """Those of some texts that are UUIDs, each once; what else was sent is left out."""
    found = {}
    for text in texts:
        try:
            found[UUID(text)] = True
        except ValueError:
            continue
    return list(found)
