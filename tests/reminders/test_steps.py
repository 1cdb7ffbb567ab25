"""Which step a row is at: the latest alone, none before the last look, none for ever."""

from datetime import UTC, datetime, timedelta

import pytest

from reminders.registry import GRACE, Step, is_late, look_at, reached, upcoming

NOON = datetime(2026, 6, 6, 12, tzinfo=UTC)
STEPS = [Step(f"{hours}h", NOON + timedelta(hours=hours)) for hours in (0, 12, 20, 24)]


def at(hours):
    return NOON + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("since", "now", "name"),
    [
        (0, -1, None),
        (0, 0, "0h"),
        (0, 11, "0h"),
        (12, 12, "12h"),
        (12, 96, "24h"),
        (24, 96, "24h"),
        (30, 96, None),
    ],
)
def test_the_latest_step_since_the_last_look_is_said_and_no_other(since, now, name):
    step = reached(STEPS, at(since), at(now))
    assert (step.name if step else None) == name


def test_a_step_that_fell_due_while_the_row_was_being_written_is_not_lost():
    assert reached(STEPS, at(0) + GRACE, at(1)).name == "0h"
    assert reached(STEPS, at(0) + GRACE + timedelta(seconds=1), at(1)) is None


def test_the_next_look_is_strictly_after_now():
    assert upcoming(STEPS, at(12)) == at(20)
    assert upcoming(STEPS, at(24)) is None


def test_a_write_leaves_steps_behind_it_unsaid():
    assert look_at(STEPS, None, at(13)) == at(20)


def test_a_write_just_after_a_step_still_says_it():
    assert look_at(STEPS, None, at(12) + timedelta(seconds=1)) == at(12)


def test_a_look_that_is_already_due_stays_due_whoever_writes():
    """A beat that was down must not be made to forget by an edit."""
    assert look_at(STEPS, at(12), at(13)) == at(12)


def test_a_row_that_has_nothing_to_say_is_not_looked_at():
    assert look_at([], at(12), at(13)) is None


def test_a_step_is_late_ten_minutes_after_its_time():
    assert not is_late(STEPS[0], at(0) + timedelta(minutes=10))
    assert is_late(STEPS[0], at(0) + timedelta(minutes=11))
