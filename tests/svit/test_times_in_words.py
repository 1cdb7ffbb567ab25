"""Times, lengths of time and telephone numbers as a page says them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from svit import clock
from svit.templatetags import svit as tags
from tests.conftest import NIGHT


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 6, 4, 8, 32, tzinfo=UTC), "4 June 2026 at 9:32am"),
        (datetime(2026, 1, 4, 9, 0, tzinfo=UTC), "4 January 2026 at 9am"),
        (datetime(2026, 6, 4, 11, 0, tzinfo=UTC), "4 June 2026 at midday"),
        (datetime(2026, 6, 3, 23, 0, tzinfo=UTC), "4 June 2026 at midnight"),
        (datetime(2026, 6, 3, 23, 5, tzinfo=UTC), "4 June 2026 at 12:05am"),
        (None, ""),
    ],
)
def test_when_is_told_in_local_time(moment, words):
    assert tags.when(moment) == words


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (2.25, "today at 4:11am"),
        (-3, "yesterday at 10:56pm"),
        (24, "tomorrow at 1:56am"),
        (72, "9 June 2026 at 1:56am"),
    ],
)
def test_near_days_have_names(hours, words):
    assert tags.when(NIGHT + timedelta(hours=hours), NIGHT) == words


def test_a_date_of_another_year_names_it():
    with clock.at(NIGHT):
        assert tags.day_short(date(2026, 6, 4)) == "Thu 4 June"
        assert tags.day_short(date(2027, 6, 4)) == "Fri 4 June 2027"


@pytest.mark.parametrize(
    ("delta", "words"),
    [
        (timedelta(hours=3, minutes=6), "3 h 6 min"),
        (timedelta(minutes=40, seconds=50), "40 min"),
        (timedelta(hours=-2), "2 h"),
        (timedelta(hours=47, minutes=59), "47 h 59 min"),
        (timedelta(days=2, hours=5), "2 days"),
        (timedelta(seconds=20), "0 min"),
        (None, ""),
    ],
)
def test_a_length_of_time_has_two_units_at_most(delta, words):
    assert tags.duration(delta) == words


def test_a_length_of_time_is_spoken_in_full():
    assert tags.duration_words(timedelta(hours=1, minutes=6)) == "1 hour 6 minutes"


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("020 7946 0142", "+442079460142"),
        ("+44 20 7946 0142", "+442079460142"),
        ("999", "999"),
        ("00 33 1", "00331"),
    ],
)
def test_a_telephone_number_becomes_a_link(number, link):
    assert tags.tel(number) == link
