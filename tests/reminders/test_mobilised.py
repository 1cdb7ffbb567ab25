"""Mobilised: the agency's person on call, else its members; the coordinators when nobody opens it."""

from datetime import timedelta

import pytest

from incidents.actions import stand_down
from incidents.models import Engagement, EngagementRole
from partners.models import Membership
from svit import clock
from tests.reminders.conftest import (
    DAY,
    H24,
    MINUTE,
    NIGHT,
    close,
    make_incident,
    mobilise,
    put_on_call,
    sweep,
    sweep_until,
)


def asked(*people):
    return {("mobilised", "told", who) for who in people}


MEMBERS = asked("police", "police.two", "police.manager")
COORDINATORS = {("mobilised", "unseen", "coordinator"), ("mobilised", "unseen", "second")}


def test_an_agency_with_nobody_on_call_is_told_at_once_and_all_of_it(matter, agencies, actors):
    mobilise(matter, agencies.police, actors["coordinator"], DAY)
    assert sweep(DAY) == MEMBERS


def test_whoever_is_on_call_is_told_and_nobody_else(matter, agencies, actors, world):
    put_on_call(agencies.police, world.cast["colleague"], DAY)
    mobilise(matter, agencies.police, actors["coordinator"], DAY)
    assert sweep(DAY) == asked("police.two")


def test_somebody_on_call_who_left_the_agency_is_not_told(matter, agencies, actors, world):
    put_on_call(agencies.police, world.cast["colleague"], DAY)
    Membership.objects.filter(pk=world.cast["colleague"].pk).update(until_at=DAY - MINUTE)
    mobilise(matter, agencies.police, actors["coordinator"], DAY)
    assert sweep(DAY) == asked("police", "police.manager")


def test_after_15_minutes_unseen_the_coordinators_hear_of_it_once(matter, agencies, actors):
    mobilise(matter, agencies.police, actors["coordinator"], DAY)
    said = sweep_until(DAY + H24, start=DAY)
    assert said == {DAY: MEMBERS, DAY + 15 * MINUTE: COORDINATORS}


@pytest.mark.parametrize("change", [{"seen_at": DAY}, {"told_how": "By telephone, the duty sergeant"}])
def test_an_agency_that_saw_it_or_was_rung_is_not_spoken_of(matter, agencies, actors, change):
    engagement = mobilise(matter, agencies.police, actors["coordinator"], DAY)
    sweep(DAY)
    Engagement.objects.filter(pk=engagement.pk).update(**change)
    assert sweep(DAY + 15 * MINUTE) == set()


def test_an_agency_that_was_stood_down_is_not_told(matter, agencies, actors):
    engagement = mobilise(matter, agencies.police, actors["coordinator"], DAY)
    with clock.at(DAY):
        stand_down(engagement=engagement, by=actors["coordinator"], reason="Not needed.")
    assert sweep(DAY + MINUTE) == set()


def test_an_agency_without_people_is_the_coordinators_to_ring_at_once(matter, agencies, actors):
    mobilise(matter, agencies.school, actors["coordinator"], DAY)
    assert sweep(DAY) == {("mobilised", "nobody", "coordinator"), ("mobilised", "nobody", "second")}


def test_at_night_with_nobody_on_call_the_coordinators_are_told_as_well(actors, agencies):
    incident = make_incident(actors["coordinator"], NIGHT)
    mobilise(incident, agencies.police, actors["coordinator"], NIGHT)
    assert sweep(NIGHT) == MEMBERS | {("mobilised", "night", "coordinator"), ("mobilised", "night", "second")}


def test_at_night_the_person_on_call_is_told_and_no_coordinator(actors, agencies, world):
    put_on_call(agencies.police, world.cast["colleague"], NIGHT)
    incident = make_incident(actors["coordinator"], NIGHT)
    mobilise(incident, agencies.police, actors["coordinator"], NIGHT)
    assert sweep(NIGHT) == asked("police.two")


def test_a_beat_that_was_down_for_three_days_still_tells_the_agency_first(matter, agencies, actors):
    mobilise(matter, agencies.police, actors["coordinator"], DAY)
    woken = DAY + timedelta(days=3)
    assert sweep(woken) == MEMBERS
    assert sweep(woken + 15 * MINUTE) == COORDINATORS


def test_whoever_reported_it_and_the_owner_itself_are_not_asked(matter, agencies, actors):
    mobilise(matter, agencies.police, actors["coordinator"], DAY, role=EngagementRole.REPORTER)
    mobilise(matter, agencies.csp, actors["coordinator"], DAY, role=EngagementRole.LEAD)
    assert sweep(DAY) == set()


def test_a_closed_incident_asks_nobody(matter, agencies, actors):
    mobilise(matter, agencies.police, actors["coordinator"], DAY)
    close(matter)
    assert sweep(DAY) == set()
