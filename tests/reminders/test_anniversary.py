"""The anniversary of an incident: four weeks, two, one, a day before, and on the day, at nine on the wall."""

from datetime import UTC, datetime, timedelta

import pytest

from incidents.models import Incident
from incidents.models.incident import IncidentKind
from reminders.models import Notification
from svit import clock
from tests.reminders.conftest import H24, HOUR, close, make_incident, sweep, sweep_until

COORDINATORS = {"coordinator", "second"}
HAPPENED = datetime(2025, 6, 5, 22, 30, tzinfo=UTC)  # 23:30 on the wall


def steps(said):
    assert all({who for _, _, who in told} == COORDINATORS for told in said.values())
    return {
        clock.local(moment).strftime("%Y-%m-%d %H:%M"): {s for _, s, _ in told}
        for moment, told in said.items()
    }


@pytest.fixture
def old(actors):
    return make_incident(actors["coordinator"], HAPPENED)


def test_it_is_said_28_14_7_and_1_days_before_and_on_the_day_at_nine(old):
    said = sweep_until(datetime(2026, 12, 31, tzinfo=UTC), start=HAPPENED + HOUR / 2)
    assert steps(said) == {
        "2026-05-08 09:00": {"28d"},
        "2026-05-22 09:00": {"14d"},
        "2026-05-29 09:00": {"7d"},
        "2026-06-04 09:00": {"1d"},
        "2026-06-05 09:00": {"0d"},
    }


def test_it_comes_back_every_year(old):
    jump = [datetime(year, 6, 5, 8, tzinfo=UTC) for year in (2026, 2027, 2028)]
    for moment in jump:
        assert sweep(moment) == {("anniversary", "0d", who) for who in COORDINATORS}
        assert sweep(moment + HOUR) == set()


def test_after_three_days_without_a_beat_one_late_message_is_said(old):
    sweep(datetime(2026, 5, 29, 8, tzinfo=UTC))
    woken = datetime(2026, 6, 8, 8, tzinfo=UTC)
    assert {step for _, step, _ in sweep(woken)} == {"0d"}
    assert Notification.objects.filter(step="0d", late=True).count() == 2
    assert not Notification.objects.filter(step="1d").exists()


def test_a_closed_incident_has_its_anniversary_and_an_urgent_response_has_none(actors):
    closed = make_incident(actors["coordinator"], HAPPENED)
    close(closed)
    urgent = make_incident(actors["coordinator"], HAPPENED, kind=IncidentKind.URGENT_RESPONSE)
    assert urgent.remind_at is None
    sweep(datetime(2026, 6, 5, 8, tzinfo=UTC))
    assert set(Notification.objects.values_list("subject", flat=True)) == {closed.uuid}


def test_the_29th_of_february_is_kept_on_the_28th_in_a_common_year(actors):
    make_incident(actors["coordinator"], datetime(2024, 2, 29, 12, tzinfo=UTC))
    assert sweep(datetime(2027, 2, 28, 9, tzinfo=UTC)) == {("anniversary", "0d", who) for who in COORDINATORS}
    sweep(datetime(2028, 2, 1, tzinfo=UTC))
    assert sweep(datetime(2028, 2, 28, 9, tzinfo=UTC)) == {("anniversary", "1d", who) for who in COORDINATORS}
    assert sweep(datetime(2028, 2, 29, 9, tzinfo=UTC)) == {("anniversary", "0d", who) for who in COORDINATORS}


@pytest.mark.parametrize(
    ("happened", "utc_hour"),
    [
        (
            datetime(2025, 3, 29, 12, tzinfo=UTC),
            8,
        ),  # 29 March 2026, the day the clocks go forward: BST by nine
        (datetime(2025, 3, 28, 12, tzinfo=UTC), 9),
        (datetime(2025, 10, 25, 12, tzinfo=UTC), 9),  # 25 October 2026, the day they go back: GMT by nine
        (datetime(2025, 10, 24, 12, tzinfo=UTC), 8),
        (datetime(2026, 3, 28, 12, tzinfo=UTC), 8),  # 28 March 2027
        (datetime(2026, 10, 31, 12, tzinfo=UTC), 9),  # 31 October 2027
    ],
)
def test_it_is_nine_on_the_wall_on_both_sides_of_a_clock_change(actors, happened, utc_hour):
    make_incident(actors["coordinator"], happened)
    on_the_day = happened.replace(year=happened.year + 1, hour=utc_hour)
    sweep(on_the_day - timedelta(minutes=1))
    assert {step for _, step, _ in sweep(on_the_day)} == {"0d"}


def test_an_incident_whose_own_time_is_not_known_counts_from_when_it_was_known(actors):
    make_incident(actors["coordinator"], HAPPENED, occurred_at=None, occurred_precision="unknown")
    assert sweep(datetime(2026, 6, 5, 8, tzinfo=UTC))


def test_a_message_about_a_day_that_was_corrected_is_no_longer_due(old, mailoutbox):
    from reminders import actions

    day = datetime(2026, 6, 5, 8, tzinfo=UTC)
    sweep(day)
    Incident.objects.filter(pk=old.pk).update(occurred_at=HAPPENED - H24)
    actions.deliver(day + HOUR)
    assert mailoutbox == []
