"""Items: given to somebody, sent back, falling due, overdue."""

from datetime import timedelta

import pytest

from checklists.models import ChecklistItem
from incidents.models import Engagement, RecordGrant, Sensitivity
from incidents.reminders import look_again
from partners.models import Membership
from svit import clock
from tests.reminders.conftest import (
    DAY,
    H24,
    HOUR,
    MINUTE,
    NIGHT,
    close,
    make_incident,
    make_item,
    make_person,
    mobilise,
    put_on_call,
    sweep,
    sweep_until,
)

TELL_COORDINATORS = {"coordinator", "second"}


def of(kind, step, *people):
    return {(kind, step, who) for who in people}


# --- Assigned


def test_an_item_for_an_agency_goes_to_its_people(engaged, agencies, actors):
    make_item(engaged, DAY, by=actors["coordinator"], agency=agencies.police)
    assert sweep(DAY) == of("assigned", "told", "police", "police.two", "police.manager")


def test_an_item_for_a_person_goes_to_that_person(engaged, agencies, actors, cast):
    make_item(engaged, DAY, by=actors["coordinator"], agency=agencies.police, assignee=cast["colleague"])
    assert sweep(DAY) == of("assigned", "told", "police.two")


def test_whoever_gives_an_item_to_themselves_is_told_nothing(engaged, agencies, actors, cast):
    make_item(engaged, DAY, by=actors["partner"], agency=agencies.police, assignee=cast["partner"])
    assert sweep_until(DAY + HOUR, start=DAY) == {}


def test_unopened_for_15_minutes_the_coordinators_hear_of_it(engaged, agencies, actors, cast):
    make_item(engaged, DAY, by=actors["coordinator"], agency=agencies.police, assignee=cast["partner"])
    said = sweep_until(DAY + H24, start=DAY)
    assert said[DAY + 15 * MINUTE] == of("assigned", "unseen", *TELL_COORDINATORS)
    assert len(said) == 2


def test_an_item_that_was_opened_is_not_spoken_of(engaged, agencies, actors):
    item = make_item(engaged, DAY, by=actors["coordinator"], agency=agencies.police)
    sweep(DAY)
    ChecklistItem.objects.filter(pk=item.pk).update(seen_at=DAY + MINUTE)
    assert sweep(DAY + 15 * MINUTE) == set()


def test_an_agency_that_never_opened_the_incident_is_spoken_of_by_its_mobilising_alone(
    matter, agencies, actors
):
    mobilise(matter, agencies.police, actors["coordinator"], DAY)
    make_item(matter, DAY, by=actors["coordinator"], agency=agencies.police)
    sweep(DAY)
    assert sweep(DAY + 15 * MINUTE) == of("mobilised", "unseen", *TELL_COORDINATORS)


def test_an_item_given_at_night_is_not_unopened_before_the_morning(actors, agencies):
    incident = make_incident(actors["coordinator"], NIGHT)
    engagement = mobilise(incident, agencies.police, actors["coordinator"], NIGHT)
    Engagement.objects.filter(pk=engagement.pk).update(seen_at=NIGHT)
    make_item(incident, NIGHT, by=actors["coordinator"], agency=agencies.police)
    seven = NIGHT.replace(hour=6, minute=0)
    said = sweep_until(seven + HOUR, start=NIGHT)
    assert list(said) == [NIGHT, seven + 15 * MINUTE]


def test_an_item_given_on_is_said_anew(engaged, agencies, actors, cast):
    item = make_item(engaged, DAY, by=actors["coordinator"], agency=agencies.police, assignee=cast["partner"])
    sweep(DAY)
    later = DAY + HOUR
    ChecklistItem.objects.filter(pk=item.pk).update(
        assignee=cast["colleague"], assigned_at=later, tell_at=later
    )
    assert sweep(later) == of("assigned", "told", "police.two")


def test_an_item_for_an_agency_without_people_is_the_coordinators_to_ring_about(engaged, agencies, actors):
    mobilise(engaged, agencies.school, actors["coordinator"], DAY, role="reporter")
    make_item(engaged, DAY, by=actors["coordinator"], agency=agencies.school)
    assert sweep(DAY) == of("assigned", "nobody", *TELL_COORDINATORS)


def test_an_item_of_an_agency_that_is_not_in_the_incident_is_the_coordinators_to_ring_about(
    matter, agencies, actors
):
    make_item(matter, DAY, by=actors["coordinator"], agency=agencies.housing)
    assert sweep(DAY) == of("assigned", "nobody", *TELL_COORDINATORS)


def test_a_sealed_item_is_told_to_its_holders_alone(engaged, agencies, actors, cast):
    person = make_person(engaged, sensitivity=Sensitivity.SEALED)
    for part in ("partner", "coordinator"):
        RecordGrant.objects.create(entry=person.entry, user=cast[part], given_by=cast["coordinator"])
    make_item(
        engaged, DAY, by=actors["coordinator"], agency=agencies.police, sensitivity=Sensitivity.SEALED,
        about=person.entry, due_at=DAY + HOUR,
    )  # fmt: skip
    said = sweep_until(DAY + timedelta(days=4), start=DAY)
    assert {who for told in said.values() for _, _, who in told} == {"police", "coordinator"}


# --- Sent back


def send_back(item, at):
    ChecklistItem.objects.filter(pk=item.pk).update(
        agency=None, assignee=None, sent_back_at=at, sent_back_reason="Kamal Adeyemi is not ours", tell_at=at
    )


def test_an_item_that_is_sent_back_is_the_coordinators(engaged, agencies, actors):
    item = make_item(engaged, DAY, by=actors["coordinator"], agency=agencies.police)
    sweep(DAY)
    send_back(item, DAY + HOUR)
    assert sweep_until(DAY + H24, start=DAY + HOUR) == {
        DAY + HOUR: of("sent_back", "sent_back", *TELL_COORDINATORS)
    }


# --- Due and overdue


def test_an_item_speaks_a_day_before_at_its_due_time_and_daily_and_escalates(engaged, agencies, actors, cast):
    due = DAY + timedelta(days=4)
    make_item(
        engaged, DAY, by=actors["partner"], agency=agencies.police, assignee=cast["partner"], due_at=due
    )
    said = sweep_until(due + 3 * H24, start=DAY)
    assert said == {
        due - H24: of("item_due", "before", "police"),
        due: of("item_due", "due", "police"),
        due + H24: of("item_due", "overdue1", "police", "police.manager"),
        due + 2 * H24: of("item_due", "overdue2", "police", "police.manager", *TELL_COORDINATORS),
        due + 3 * H24: of("item_due", "overdue3", "police", "police.manager", *TELL_COORDINATORS),
    }


@pytest.mark.parametrize(("hours", "before"), [(4, 2), (8, 4), (24, 12), (48, 24), (72, 24)])
def test_a_short_time_is_halved(engaged, agencies, actors, hours, before):
    due = DAY + hours * HOUR
    make_item(engaged, DAY, agency=agencies.police, due_at=due, seen_at=DAY)
    said = sweep_until(due, start=DAY)
    assert list(said) == [due - before * HOUR, due]


def test_without_an_assignee_the_agency_on_duty_is_told(engaged, agencies, world):
    put_on_call(agencies.police, world.cast["colleague"], DAY, hours=48)
    make_item(engaged, DAY, agency=agencies.police, due_at=DAY + 4 * HOUR, seen_at=DAY)
    assert sweep(DAY + 4 * HOUR) == of("item_due", "due", "police.two")


def test_an_item_that_nobody_holds_is_the_coordinators(engaged):
    make_item(engaged, DAY, due_at=DAY + 4 * HOUR)
    assert sweep(DAY + 4 * HOUR) == of("item_due", "due", *TELL_COORDINATORS)


def test_an_assignee_who_left_is_replaced_by_the_agency(engaged, agencies, cast, world):
    make_item(
        engaged, DAY, agency=agencies.police, assignee=cast["colleague"], due_at=DAY + 4 * HOUR, seen_at=DAY
    )
    Membership.objects.filter(pk=world.cast["colleague"].pk).update(until_at=DAY + HOUR)
    assert sweep(DAY + 4 * HOUR) == of("item_due", "due", "police", "police.manager")


def test_an_agency_without_a_manager_escalates_to_the_coordinators(engaged, agencies, actors):
    mobilise(engaged, agencies.youth, actors["coordinator"], DAY, role="reporter")
    make_item(engaged, DAY, agency=agencies.youth, due_at=DAY + 4 * HOUR, seen_at=DAY)
    sweep(DAY + 4 * HOUR)
    assert sweep(DAY + 28 * HOUR) == of("item_due", "overdue1", "youth", *TELL_COORDINATORS)


def test_a_recurring_check_halves_the_time_since_the_last_check(engaged):
    checked = DAY + 6 * HOUR
    make_item(engaged, DAY, kind="recurring", checked_at=checked, due_at=checked + 8 * HOUR)
    assert list(sweep_until(checked + 8 * HOUR, start=DAY)) == [checked + 4 * HOUR, checked + 8 * HOUR]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "done", "done_at": DAY},
        {"state": "not_needed", "not_needed_reason": "No school"},
        {"due_at": None},
    ],
)
def test_an_item_that_ended_says_nothing_more(engaged, change):
    item = make_item(engaged, DAY, due_at=DAY + 4 * HOUR)
    ChecklistItem.objects.filter(pk=item.pk).update(**change)
    assert sweep(DAY + 4 * HOUR) == set()
    item.refresh_from_db()
    assert item.remind_at is None


def test_a_contact_item_leaves_the_word_to_the_clocks(engaged):
    assert make_item(engaged, DAY, follows_clocks=True, due_at=DAY + 4 * HOUR).remind_at is None


def test_a_moved_due_time_speaks_again(engaged):
    item = make_item(engaged, DAY, due_at=DAY + 4 * HOUR)
    sweep(DAY + 4 * HOUR)
    ChecklistItem.objects.filter(pk=item.pk).update(due_at=DAY + 8 * HOUR, remind_at=DAY + 8 * HOUR)
    assert sweep(DAY + 8 * HOUR) == of("item_due", "due", *TELL_COORDINATORS)


def test_a_closed_incident_is_silent_until_it_is_reopened(engaged):
    item = make_item(engaged, DAY, due_at=DAY + 4 * HOUR)
    close(engaged)
    assert sweep_until(DAY + 3 * H24, start=DAY) == {}
    type(engaged).objects.filter(pk=engaged.pk).update(stage="responding")
    reopened = DAY + 3 * H24
    with clock.at(reopened):
        look_again(engaged, reopened)
    assert sweep(reopened + MINUTE) == set(), "what fell due while it was closed is not said"
    item.refresh_from_db()
    assert item.remind_at == DAY + 4 * HOUR + 3 * H24
