"""Contact clocks: their steps, whom they wake, and the miss that stands for ever."""

from datetime import timedelta

import pytest

from checklists.models import ClockKind
from incidents.models import LogEntry, LogKind, RecordGrant, Sensitivity
from response.models import ContactClock
from response.reminders import next_remind_at
from tests.reminders.conftest import (
    DAY,
    H24,
    HOUR,
    MINUTE,
    NIGHT,
    look,
    make_clock,
    make_incident,
    make_person,
    mobilise,
    put_on_call,
    sweep,
    sweep_until,
)

COORDINATORS = {"coordinator", "second"}
POLICE = {"police", "police.two", "police.manager"}
SEES_PEOPLE = {"general": "contribute", "people": "contribute"}


@pytest.fixture
def open_matter(actors, agencies):
    """An incident whose police and youth service see its people, and have seen it."""
    return of_both(make_incident(actors["coordinator"], DAY), actors, agencies, DAY)


def of_both(incident, actors, agencies, at):
    for agency in (agencies.police, agencies.youth):
        engagement = mobilise(incident, agency, actors["coordinator"], at, sections=SEES_PEOPLE)
        type(engagement).objects.filter(pk=engagement.pk).update(seen_at=at, remind_at=None)
    return incident


def people_at(said):
    """{(hours, minutes) after the start: (step, who)}"""
    return {
        moment: ({step for _, step, _ in told}.pop(), {who for _, _, who in told})
        for moment, told in said.items()
    }


def test_the_golden_hour_speaks_at_once_at_30_and_50_minutes_and_at_the_hour(open_matter):
    make_clock(make_person(open_matter), ClockKind.GOLDEN_HOUR, DAY)
    said = people_at(sweep_until(DAY + 5 * HOUR, start=DAY))
    at_once = POLICE | COORDINATORS
    assert said == {
        DAY: ("booked", at_once),
        DAY + 30 * MINUTE: ("30min", at_once),
        DAY + 50 * MINUTE: ("50min", at_once),
        DAY + HOUR: ("due", at_once | {"manager"}),
    }


def test_a_first_attempt_speaks_at_12_20_and_24_hours(open_matter, agencies):
    make_clock(make_person(open_matter), ClockKind.FIRST_ATTEMPT, DAY, agency=agencies.police)
    said = people_at(sweep_until(DAY + 4 * H24, start=DAY))
    assert {moment - DAY: what for moment, what in said.items()} == {
        12 * HOUR: ("12h", POLICE | COORDINATORS),  # 22:00: nobody of the agency is on call
        20 * HOUR: ("20h", POLICE | COORDINATORS),
        24 * HOUR: ("due", POLICE | COORDINATORS),
    }


def test_contact_made_speaks_at_24_40_46_and_48_hours_and_daily_until_the_cause_is_given(
    open_matter, agencies, cast
):
    row = make_clock(
        make_person(open_matter),
        ClockKind.CONTACT_MADE,
        DAY,
        agency=agencies.police,
        worker=cast["colleague"],
    )
    said = people_at(sweep_until(DAY + 4 * H24, start=DAY))
    managed = POLICE | COORDINATORS | {"manager"}
    assert {moment - DAY: what for moment, what in said.items()} == {
        24 * HOUR: ("24h", POLICE),
        40 * HOUR: ("40h", POLICE | COORDINATORS),  # 02:00
        46 * HOUR: ("46h", POLICE | COORDINATORS),
        48 * HOUR: ("due", managed),
        72 * HOUR: ("late1", managed),
        96 * HOUR: ("late2", managed),
    }
    ContactClock.objects.filter(pk=row.pk).update(missed_cause="He had moved")
    assert sweep_until(DAY + 7 * H24, start=DAY + 4 * H24 + HOUR) == {}


def test_a_clock_that_nobody_works_is_the_coordinators(open_matter):
    make_clock(make_person(open_matter), ClockKind.CONTACT_MADE, DAY)
    assert sweep(DAY + 24 * HOUR) == {("contact_made", "24h", who) for who in COORDINATORS}


def test_the_worker_is_told_beside_whoever_is_on_call(open_matter, agencies, cast, world):
    put_on_call(agencies.police, world.cast["agency_manager"], DAY, hours=60)
    make_clock(
        make_person(open_matter),
        ClockKind.CONTACT_MADE,
        DAY,
        agency=agencies.police,
        worker=cast["colleague"],
    )
    assert sweep(DAY + 24 * HOUR) == {
        ("contact_made", "24h", "police.two"), ("contact_made", "24h", "police.manager"),
    }  # fmt: skip


@pytest.mark.parametrize("change", [{"met_at": DAY}, {"stopped_at": DAY, "stopped_reason": "Died"}])
def test_a_clock_that_was_met_or_ended_says_nothing(open_matter, change):
    row = make_clock(make_person(open_matter), ClockKind.CONTACT_MADE, DAY)
    ContactClock.objects.filter(pk=row.pk).update(**change)
    assert sweep_until(DAY + 4 * H24, start=DAY) == {}


def test_at_its_due_time_a_clock_is_missed_once_and_the_log_says_so(open_matter):
    row = make_clock(make_person(open_matter), ClockKind.CONTACT_MADE, DAY)
    sweep_until(DAY + 4 * H24, start=DAY)
    row.refresh_from_db()
    assert row.missed_at == row.due_at
    entries = LogEntry.objects.filter(incident=open_matter, kind=LogKind.CLOCK)
    assert entries.count() == 1
    assert row.history.filter(missed_at__isnull=False).count() == 1


def test_after_three_days_without_a_beat_the_latest_step_is_said_once_and_marked_late(open_matter):
    from reminders.models import Notification

    make_clock(make_person(open_matter), ClockKind.CONTACT_MADE, DAY)
    assert {step for _, step, _ in sweep(DAY + 73 * HOUR)} == {"late1"}
    assert set(Notification.objects.values_list("late", flat=True)) == {True}
    assert sweep(DAY + 73 * HOUR + 5 * MINUTE) == set()


def test_a_moved_start_moves_the_steps_and_speaks_of_the_new_deadline(open_matter):
    row = make_clock(make_person(open_matter), ClockKind.FIRST_ATTEMPT, DAY)
    sweep(DAY + 12 * HOUR)
    moved = DAY + 13 * HOUR
    row.refresh_from_db()
    row.started_at, row.due_at = DAY - 7 * HOUR, DAY + 17 * HOUR
    row.save()
    look(row, next_remind_at(row, moved))
    assert sweep(moved) == {("first_attempt", "20h", who) for who in COORDINATORS}
    assert {step for _, step, _ in sweep(DAY + 17 * HOUR)} == {"due"}


def test_what_is_past_when_it_is_first_written_down_is_shown_and_not_paged(open_matter):
    """An incident that came to light five days late: only the question for the cause is put, the day after."""
    written = DAY + 5 * H24 + HOUR
    person = make_person(open_matter)
    rows = [
        make_clock(
            person, kind, DAY, created_at=written, missed_at=DAY + timedelta(hours=ContactClock.HOURS[kind])
        )
        for kind in (ClockKind.GOLDEN_HOUR, ClockKind.FIRST_ATTEMPT, ClockKind.CONTACT_MADE)
    ]
    said = sweep_until(written + 22 * HOUR, start=written)
    assert said == {}
    assert [row.remind_at is None for row in rows] == [True, True, False]


def test_steps_that_passed_before_the_clock_was_written_down_are_not_said(open_matter):
    written = DAY + 21 * HOUR
    make_clock(make_person(open_matter), ClockKind.FIRST_ATTEMPT, DAY, created_at=written)
    said = sweep_until(DAY + 25 * HOUR, start=written)
    assert list(said) == [DAY + 24 * HOUR]


def test_an_agency_that_does_not_see_people_is_not_told_and_the_coordinators_are(actors, agencies):
    incident = make_incident(actors["coordinator"], DAY)
    mobilise(
        incident, agencies.housing, actors["coordinator"], DAY, sections={"general": "see"}, role="reporter"
    )
    make_clock(make_person(incident), ClockKind.CONTACT_MADE, DAY, agency=agencies.housing)
    assert sweep(DAY + 24 * HOUR) == {("contact_made", "24h", who) for who in COORDINATORS}


def test_a_sealed_person_s_clocks_speak_to_the_holders_alone(open_matter, agencies, cast):
    person = make_person(open_matter, sensitivity=Sensitivity.SEALED)
    for part in ("partner", "csp_manager"):
        RecordGrant.objects.create(entry=person.entry, user=cast[part], given_by=cast["csp_manager"])
    make_clock(person, ClockKind.CONTACT_MADE, DAY, agency=agencies.police)
    said = people_at(sweep_until(DAY + 4 * H24, start=DAY))
    assert set.union(*(who for _, who in said.values())) == {"police", "manager"}


def test_at_night_only_the_person_on_call_is_mailed_and_the_worker_in_the_morning(
    actors, agencies, cast, world, mailoutbox
):
    from reminders import actions

    put_on_call(agencies.police, world.cast["partner"], NIGHT, hours=60)
    put_on_call(agencies.csp, world.cast["second_coordinator"], NIGHT, hours=60)
    incident = of_both(make_incident(actors["coordinator"], NIGHT), actors, agencies, NIGHT)
    make_clock(
        make_person(incident), ClockKind.CONTACT_MADE, NIGHT, agency=agencies.police, worker=cast["colleague"]
    )
    night = NIGHT + 24 * HOUR
    sweep(night)
    actions.deliver(night)
    assert {mail.to[0] for mail in mailoutbox} == {"police@northmere.example"}
    actions.deliver(night.replace(hour=6, minute=0))
    assert {mail.to[0] for mail in mailoutbox[1:]} == {"police.two@northmere.example"}
