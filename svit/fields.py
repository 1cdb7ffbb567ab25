"""Dates and times as people type them, and several files in one field."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from svit import clock, widgets

LONDON = ZoneInfo("Europe/London")
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
NAMED_TIMES = {"noon": time(12), "midday": time(12), "12noon": time(12), "midnight": time(0)}
TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d{2}))?(?P<half>[ap]m)?$")


def read_time(text):
    """`text` as a time of day: 9:32am, 9.32 pm, 21:32, 2132, 9am, midday. ValueError where it is none."""
    squeezed = re.sub(r"\s+|(?<=[ap])\.|(?<=m)\.", "", text.strip().lower())
    if squeezed in NAMED_TIMES:
        return NAMED_TIMES[squeezed]
    found = TIME.match(squeezed)
    if not found or (found["minute"] is None and found["half"] is None):
        raise ValueError(text)  # "9" alone may be morning or evening
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if found["half"] == "pm" else 0)
    return time(hour, minute)


def read_month(text):
    """`text` as a month's number: 6, 06, Jun, June. ValueError where it is none."""
    text = text.strip().lower().rstrip(".")
    if text.isdigit():
        return int(text)
    if len(text) < 3:
        raise ValueError(text)
    for number, name in enumerate(MONTHS, 1):
        if name.startswith(text):
            return number
    raise ValueError(text)


def in_words(names):
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


class PartsField(forms.Field):
    """A field of several inputs. `name` is how its messages call it; else its label does."""

    part_names = ()

    def __init__(self, *, name="", past=False, future=False, **options):
        self.name, self.past, self.future = name, past, future
        super().__init__(**options)

    @property
    def called(self):
        name = self.name or str(self.label or "").rstrip("?") or "The date"
        return name[0].upper() + name[1:]

    def refuse(self, message, *parts):
        raise ValidationError(message, code="parts", params={"parts": parts})

    def clean(self, value):
        typed = [str(part or "").strip() for part in (value or [""] * len(self.part_names))]
        if not any(typed):
            if self.required:
                raise ValidationError(self.required_message(), code="required")
            return None
        result = self.to_python(typed)
        self.run_validators(result)
        return result

    def required_message(self):
        own = self.error_messages["required"]
        return (
            f"Enter {self.called[0].lower()}{self.called[1:]}"
            if own == forms.Field.default_error_messages["required"]
            else own
        )

    def has_changed(self, initial, data):
        return self.widget.decompress(initial) != [str(part or "").strip() for part in data or []]

    def read_date(self, day, month, year):
        missing = [part for part, text in (("day", day), ("month", month), ("year", year)) if not text]
        if missing:
            self.refuse(f"{self.called} must include a {in_words(missing)}", *missing)
        try:
            number = read_month(month)
        except (ValueError, OverflowError):
            self.refuse(f"{self.called} must have a real month, such as 6 or June", "month")
        if not re.fullmatch(r"(19|20)\d\d", year):
            self.refuse(f"{self.called} must have a year of 4 numbers, such as {clock.today().year}", "year")
        try:
            return date(int(year), number, int(day))
        except (ValueError, OverflowError):
            self.refuse(f"{self.called} must be a real date", "day", "month", "year")

    def read_time(self, text):
        try:
            return read_time(text)
        except ValueError:
            self.refuse(f"{self.called} must have a time such as 9:32am or 21:32", "time")


class GovDateField(PartsField):
    """Cleans to a date. `past`: today or before; `future`: today or after."""

    widget = widgets.Date
    part_names = ("day", "month", "year")

    def to_python(self, value):
        result = self.read_date(*value)
        if self.past and result > clock.today():
            self.refuse(f"{self.called} must be today or in the past", *self.part_names)
        if self.future and result < clock.today():
            self.refuse(f"{self.called} must be today or in the future", *self.part_names)
        return result


class GovTimeField(PartsField):
    """Cleans to a time of day."""

    widget = widgets.Time
    part_names = ("time",)

    def to_python(self, value):
        return self.read_time(value[0])


class GovDateTimeField(PartsField):
    """A moment on London's wall clock, cleaned to UTC.

    The hour that spring skips never was, and is refused. The hour that autumn repeats is taken as its first.
    """

    widget = widgets.DateTime
    part_names = ("day", "month", "year", "time")

    def to_python(self, value):
        *day, typed_time = value
        missing = [name for name, text in zip(self.part_names, value, strict=True) if not text]
        if missing:
            self.refuse(f"{self.called} must include a {in_words(missing)}", *missing)
        moment = datetime.combine(self.read_date(*day), self.read_time(typed_time), tzinfo=LONDON)
        if datetime.fromtimestamp(moment.timestamp(), LONDON).replace(fold=0) != moment.replace(fold=0):
            self.refuse(
                f"{self.called} does not exist: on that night the clocks go forward from 1am to 2am", "time"
            )
        if self.past and moment > clock.now():
            self.refuse(f"{self.called} must be today or in the past", *self.part_names)
        if self.future and moment < clock.now():
            self.refuse(f"{self.called} must be in the future", *self.part_names)
        # An hour that comes twice compares equal to no other zone's time, so the moment leaves as UTC
        return moment.astimezone(UTC)


class FilesField(forms.FileField):
    """Cleans to a list of uploaded files, each of them checked."""

    widget = widgets.Files

    def clean(self, data, initial=None):
        if not data:
            super().clean(None, initial)
            return []
        return [super(FilesField, self).clean(one, initial) for one in data]
