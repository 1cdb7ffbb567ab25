"""When a toolkit item falls due: ISO 8601 durations, and the next school day."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_duration

NEXT_SCHOOL_DAY = "next_school_day"
LONDON = ZoneInfo("Europe/London")
SCHOOL_OPENS = time(9)


def duration(text):
    """`PT4H` or `P7D` as a timedelta; ValueError where it is none, or is not longer than nothing."""
    found = parse_duration(text) if text.startswith("P") else None
    if not found or found <= timedelta(0):
        raise ValueError(f"{text} is no duration such as PT4H or P7D")
    return found


def next_school_day(at):
    """9am of the first weekday that begins school after `at`. Holidays are not known here."""
    day = at.astimezone(LONDON).date()
    while True:
        opens = datetime.combine(day, SCHOOL_OPENS, tzinfo=LONDON)
        if opens > at and day.weekday() < 5:
            return opens
        day += timedelta(days=1)


def due_after(text, at):
    """When something that is due `text` after `at` falls due."""
    return next_school_day(at) if text == NEXT_SCHOOL_DAY else at + duration(text)
