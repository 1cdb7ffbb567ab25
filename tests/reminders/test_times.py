"""Hours and days on London's wall clock, across both clock changes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reminders.times import MORNING, after_the_night, anniversary, days_after, is_quiet, on_the_wall

# The last Sundays of March and October: at 01:00 UTC the wall clock jumps an hour.
SPRING = [date(2026, 3, 29), date(2027, 3, 28)]
AUTUMN = [date(2026, 10, 25), date(2027, 10, 31)]


def utc(day, hour, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "quiet"), [(21, False), (22, True), (23, True), (0, True), (6, True), (7, False), (12, False)]
)
def test_the_night_is_from_ten_to_seven_on_the_wall(hour, quiet):
    assert is_quiet(datetime(2026, 1, 14, hour, tzinfo=UTC)) is quiet
    assert is_quiet(datetime(2026, 7, 14, hour, tzinfo=UTC) - timedelta(hours=1)) is quiet


@pytest.mark.parametrize("sunday", SPRING)
def test_a_message_held_over_the_spring_change_waits_eight_hours_and_goes_at_seven(sunday):
    evening = utc(sunday - timedelta(days=1), 22)
    assert after_the_night(evening) == utc(sunday, 6)
    assert after_the_night(evening) - evening == timedelta(hours=8)


@pytest.mark.parametrize("sunday", AUTUMN)
def test_a_message_held_over_the_autumn_change_waits_ten_hours_and_goes_at_seven(sunday):
    evening = utc(sunday - timedelta(days=1), 21)
    assert after_the_night(evening) == utc(sunday, 7)
    assert after_the_night(evening) - evening == timedelta(hours=10)


@pytest.mark.parametrize("sunday", AUTUMN)
def test_both_half_past_ones_of_the_autumn_night_wait_for_the_same_morning(sunday):
    assert after_the_night(utc(sunday, 0, 30)) == after_the_night(utc(sunday, 1, 30)) == utc(sunday, 7)


def test_a_message_of_the_day_waits_for_nothing():
    noon = datetime(2026, 6, 6, 12, tzinfo=UTC)
    assert after_the_night(noon) == noon


@pytest.mark.parametrize(
    ("sunday", "hours"), [*((day, 23) for day in SPRING), *((day, 25) for day in AUTUMN)]
)
def test_a_day_before_keeps_its_time_on_the_wall(sunday, hours):
    due = on_the_wall(sunday, MORNING)
    before = days_after(due, -1)
    assert before == on_the_wall(sunday - timedelta(days=1), MORNING)
    assert due - before == timedelta(hours=hours)


@pytest.mark.parametrize("sunday", SPRING)
def test_a_time_that_spring_skips_becomes_the_one_an_hour_later(sunday):
    half_past_one = on_the_wall(sunday - timedelta(days=1), datetime(2026, 1, 1, 1, 30).time())
    assert days_after(half_past_one, 1) == utc(sunday, 1, 30)  # 02:30 on the wall


@pytest.mark.parametrize("sunday", AUTUMN)
def test_of_two_equal_times_in_autumn_a_day_later_is_the_first(sunday):
    half_past_one = on_the_wall(sunday - timedelta(days=1), datetime(2026, 1, 1, 1, 30).time())
    assert days_after(half_past_one, 1) == utc(sunday, 0, 30)


def test_the_29th_of_february_is_kept_on_the_28th_in_a_common_year():
    leap = date(2024, 2, 29)
    assert [anniversary(leap, year) for year in (2025, 2027, 2028)] == [
        date(2025, 2, 28), date(2027, 2, 28), date(2028, 2, 29)
    ]  # fmt: skip
