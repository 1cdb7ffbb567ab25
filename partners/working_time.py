"""Time that counts in office hours alone: by an agency's days and hours, and the bank holidays of England and Wales.

Hours stand on the wall clock of London, so that a day on which the clocks change is as long as any other.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import holidays
from django.utils import timezone

from svit import clock

LONGEST = 3 * 366  # days that are looked at: no clock runs for so long


@dataclass(frozen=True)
class Calendar:
    """When an agency works: days of the week (Monday is 0), from when until when, and whether on bank holidays too."""

    days: frozenset[int] = field(default=frozenset(range(5)))
    opens: time = time(9)
    closes: time = time(17)
    bank_holidays: bool = False

    def works_on(self, day: date) -> bool:
        return day.weekday() in self.days and (self.bank_holidays or not is_bank_holiday(day))


OFFICE = Calendar()


@lru_cache(maxsize=64)
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_bank_holiday(day: date) -> bool:
    """Whether England and Wales, which have the same, keep a bank holiday on that day."""
    return day in _bank_holidays(day.year)


def _spans(calendar: Calendar, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The calendar's working spans that end after `since`, in UTC, the first one cut to it."""
    zone, first = timezone.get_default_timezone(), clock.local(since).date()
    for number in range(LONGEST):
        day = first + timedelta(days=number)
        if calendar.works_on(day):
            opens = datetime.combine(day, calendar.opens, tzinfo=zone).astimezone(UTC)
            closes = datetime.combine(day, calendar.closes, tzinfo=zone).astimezone(UTC)
            if closes > since:
                yield max(opens, since), closes
    raise ValueError("This calendar knows no working day.")


def after(start: datetime, amount: timedelta, calendar: Calendar = OFFICE) -> datetime:
    """The moment at which `amount` of working time has passed since `start`."""
    for opens, closes in _spans(calendar, start):
        if amount <= closes - opens:
            return opens + amount
        amount -= closes - opens
    raise AssertionError("the spans never end")


def between(start: datetime, end: datetime, calendar: Calendar = OFFICE) -> timedelta:
    """How much working time lies between two moments; none where the end comes first."""
    passed = timedelta()
    for opens, closes in _spans(calendar, start):
        if opens >= end:
            return passed
        passed += min(closes, end) - opens
    raise AssertionError("the spans never end")
