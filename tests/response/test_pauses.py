"""Contact that is not safe: a manager approves, the clocks rest and run again, and a miss stays a miss."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from incidents.actions import engage, withhold
from reminders.actions import sweep
from reminders.models import Notification
from response.actions import (
    answer_pause,
    ask_pause,
    change_person,
    end_pause,
    mark_missed,
    record_contact,
    start_clock,
    stop_clocks,
)
from response.models import ClockRule, SafetyPause
from response.queries import lead_words
from svit import clock
from svit.refused import Refused
from tests.conftest import log_one

pytestmark = pytest.mark.django_db

START = datetime(2026, 6, 8, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOT_SAFE = "The phone is with somebody else"


@pytest.fixture
def incident(toolkit, actors, world):
    with clock.at(START):
        incident = log_one(actors["coordinator"], occurred_at=START, known_at=START, young_people=1)
        sections = {"people": "contribute"}
        engage(
            incident=incident, agency=world.agencies.police, by=actors["coordinator"], reason="x", sections=sections
        )  # fmt: skip
        return incident


@pytest.fixture
def asked(person, actors):
    with clock.at(START + 10 * HOUR):
        return ask_pause(person=person, by=actors["partner"], reason=NOT_SAFE, until_at=START + 34 * HOUR)


def approve(pause, actors, who="agency_manager", at=12):
    with clock.at(START + at * HOUR):
        return answer_pause(pause=pause, by=actors[who], approved=True)


def test_until_a_manager_answers_the_clocks_run_on(asked, person, clock_of):
    assert asked.waits
    assert clock_of(person).paused_at is None


@pytest.mark.parametrize(("who", "may"), [("agency_manager", True), ("csp_manager", True), ("coordinator", False),
                                          ("partner", False), ("youth", False)])  # fmt: skip
def test_who_approves(asked, actors, who, may):
    if may:
        assert approve(asked, actors, who).rests
    else:
        with pytest.raises(Refused):
            approve(asked, actors, who)


def test_a_managers_own_word_needs_no_second(person, actors):
    with clock.at(START + HOUR):
        pause = ask_pause(person=person, by=actors["csp_manager"], reason=NOT_SAFE, until_at=START + 9 * HOUR)
    assert pause.rests


def test_while_it_rests_nothing_is_missed_and_nothing_is_said(asked, person, actors, clock_of):
    approve(asked, actors)
    row = clock_of(person)
    assert row.paused_at == START + 12 * HOUR
    assert lead_words(row, START + 30 * HOUR) == "Paused: contact is not safe"
    Notification.objects.all().delete()
    sweep(START + 33 * HOUR)
    assert not Notification.objects.filter(kind__in=["first_attempt", "contact_made"]).exists()
    assert clock_of(person, "first_attempt").missed_at is None
    assert clock_of(person, "mash_referral").paused_at is None, "a referral needs no contact"


def test_at_its_end_the_clocks_run_again_by_themselves(asked, person, actors, clock_of):
    approve(asked, actors)
    sweep(START + 34 * HOUR)
    row = clock_of(person)
    assert (row.paused_at, row.paused_for) == (None, 22 * HOUR)
    assert row.due_at == START + 70 * HOUR
    assert Notification.objects.filter(kind="safety_pause", step="over").exists()
    assert SafetyPause.objects.get().ended_at == START + 34 * HOUR
    sweep(START + 71 * HOUR)
    assert clock_of(person).missed_at == START + 70 * HOUR


def test_found_late_it_counts_no_longer_than_was_approved(asked, person, actors, clock_of):
    approve(asked, actors)
    sweep(START + 100 * HOUR)
    assert clock_of(person).paused_for == 22 * HOUR


def test_ended_early_the_rest_of_it_counts(asked, person, actors, clock_of):
    pause = approve(asked, actors)
    with clock.at(START + 15 * HOUR):
        end_pause(pause=pause, by=actors["coordinator"], reason="She rang")
    assert clock_of(person).due_at == START + 51 * HOUR


def test_a_miss_survives_a_pause(person, actors, clock_of):
    with clock.at(START + 25 * HOUR):
        mark_missed(clock=clock_of(person, "first_attempt"), by=actors["coordinator"])
        ask_pause(person=person, by=actors["csp_manager"], reason=NOT_SAFE, until_at=START + 40 * HOUR)
    sweep(START + 41 * HOUR)
    assert clock_of(person, "first_attempt").missed_at == START + 24 * HOUR


def test_contact_that_is_made_meanwhile_meets_the_clock(asked, person, actors, clock_of):
    approve(asked, actors)
    with clock.at(START + 20 * HOUR):
        record_contact(person=person, by=actors["partner"], outcome="made", method="visit")
    assert clock_of(person).state(START + 20 * HOUR) == "met"


def test_a_refusal_says_why_and_the_clocks_run(asked, actors, logged, person, clock_of):
    with clock.at(START + 12 * HOUR):
        with pytest.raises(Refused) as refusal:
            answer_pause(pause=asked, by=actors["csp_manager"], approved=False)
        assert refusal.value.field == "answer"
        answer_pause(pause=asked, by=actors["csp_manager"], approved=False, answer="Go with the school")
    assert "the pause was refused, so the clocks run on. Go with the school" in logged()
    assert clock_of(person).paused_at is None


def test_where_the_log_withholds_why_it_was_asked_for_the_pause_does(
    asked, actors, seen, client, cast, person
):
    with clock.at(START + 11 * HOUR):
        withhold(seen=seen, entry=asked.logged, reason="It names somebody")
        pages = [
            reverse("person", args=[seen.incident.uuid, person.uuid]),
            reverse("answer-pause", args=[seen.incident.uuid, person.uuid, asked.uuid]),
        ]
        for who, told in (("agency_manager", False), ("csp_manager", True)):
            client.force_login(cast[who])
            for url in pages:
                page = client.get(url).content.decode()
                assert (NOT_SAFE in page, "Withheld by a coordinator." in page) == (told, not told), (
                    who,
                    url,
                )


def test_a_death_ends_it(asked, person, actors, clock_of):
    approve(asked, actors)
    with clock.at(START + 20 * HOUR):
        stop_clocks(person=person, by=actors["coordinator"], reason="The person has died.")
    assert clock_of(person).paused_at is None
    sweep(START + 40 * HOUR)
    assert clock_of(person).missed_at is None


@pytest.mark.parametrize("hours", [-1, 8 * 24])
def test_its_end_lies_within_seven_days(person, actors, hours):
    with clock.at(START + HOUR), pytest.raises(Refused) as refusal:
        ask_pause(person=person, by=actors["partner"], reason=NOT_SAFE, until_at=START + HOUR + hours * HOUR)
    assert refusal.value.field == "until_at"


def test_the_managers_are_told_at_once(asked, actors):
    sweep(START + 10 * HOUR)
    told = set(
        Notification.objects.filter(kind="safety_pause", step="asked").values_list("recipient", flat=True)
    )
    assert told == {actors["agency_manager"].user.pk, actors["csp_manager"].user.pk}


def test_a_death_that_is_taken_back_leaves_the_clock_as_it_was(asked, seen, person, actors, clock_of):
    approve(asked, actors)
    with clock.at(START + 13 * HOUR):
        dead = change_person(seen=seen, person=person, version=None, died_at=START + 13 * HOUR)
    with clock.at(START + 14 * HOUR):
        change_person(seen=seen, person=dead, version=None, died_at=None)
    row = clock_of(person)
    assert (row.paused_for, row.due_at) == (HOUR, START + 49 * HOUR), "the hour that it rested, and no more"


def test_what_fell_due_while_the_sweep_slept_is_said(asked, person, actors):
    approve(asked, actors)
    Notification.objects.all().delete()
    sweep(START + 100 * HOUR)
    sweep(START + 100 * HOUR + HOUR / 60)
    said = set(Notification.objects.values_list("kind", "step", "late"))
    assert ("first_attempt", "due", True) in said
    assert {kind for kind, step, _ in said if step.startswith(("due", "late"))} >= {
        "first_attempt",
        "contact_made",
    }


def test_what_starts_meanwhile_rests_along(asked, person, actors, world, clock_of):
    approve(asked, actors)
    rule = ClockRule.objects.create(
        partnership=world.north, name="Home visit", event="x", hours=6, met_by="made"
    )
    with clock.at(START + 15 * HOUR):
        row = start_clock(
            person=person,
            kind="local",
            rule=rule,
            by=actors["coordinator"],
            event="x",
            started_at=START + 15 * HOUR,
        )
    row.refresh_from_db()
    assert row.paused_at == START + 15 * HOUR
    sweep(START + 34 * HOUR)
    row.refresh_from_db()
    assert row.due_at == START + 40 * HOUR


def test_one_that_nobody_answered_makes_room_for_another(asked, person, actors):
    with clock.at(START + 40 * HOUR):
        again = ask_pause(person=person, by=actors["partner"], reason="Still", until_at=START + 60 * HOUR)
    assert again.waits
    assert SafetyPause.objects.filter(ended_at=None).count() == 1
