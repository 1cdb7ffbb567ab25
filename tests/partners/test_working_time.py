"""Working hours: office days, bank holidays, both clock changes; what is added is what is found again."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners import working_time
from partners.working_time import OFFICE, Calendar, after, between

HOUR = timedelta(hours=1)


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (at(2026, 6, 8, 9), 4, at(2026, 6, 8, 13)),  # a Monday in summer: 10am here
        (at(2026, 6, 5, 15), 8, at(2026, 6, 8, 15)),  # Friday 4pm: an hour, then seven on Monday
        (at(2026, 6, 6, 1), 8, at(2026, 6, 8, 16)),  # Saturday night waits for Monday
        (
            at(2026, 4, 2, 15, 0),
            2,
            at(2026, 4, 7, 9, 0),
        ),  # Maundy Thursday 4pm: Good Friday and Easter Monday between
        (
            at(2026, 12, 24, 16),
            2,
            at(2026, 12, 29, 10),
        ),  # 25, 26, the weekend, and Boxing Day observed on the 28th
        (at(2026, 3, 27, 16), 2, at(2026, 3, 30, 9)),  # over the night in which the clocks go forward
        (at(2026, 10, 23, 15), 2, at(2026, 10, 26, 10)),  # and back: 9am is another hour of UTC
        (at(2026, 6, 8, 7), 8, at(2026, 6, 8, 16)),  # before the office opens
    ],
)
def test_working_hours_are_added(start, hours, end):
    assert after(start, hours * HOUR) == end
    assert between(start, end) == hours * HOUR


def test_another_calendar_works_when_it_says():
    weekend = Calendar(frozenset({5, 6}), time(8), time(20), bank_holidays=True)
    assert after(at(2026, 6, 8, 9), HOUR, weekend) == at(2026, 6, 13, 8)
    assert weekend.works_on(at(2026, 12, 26).date())
    assert not OFFICE.works_on(at(2026, 12, 25).date())


def test_no_time_lies_between_an_end_and_its_beginning():
    assert between(at(2026, 6, 8, 12), at(2026, 6, 8, 10)) == timedelta()


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.timedeltas(timedelta(minutes=1), timedelta(hours=80)),
)
def test_what_was_added_is_found_again(start, amount):
    end = after(start, amount)
    assert between(start, end) == amount
    assert end > start
    local = end.astimezone(working_time.timezone.get_default_timezone())
    assert OFFICE.opens <= local.time() <= OFFICE.closes
