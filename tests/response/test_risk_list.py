"""The Daily Risk Management list: all who have a clock that runs or was missed, the most urgent first, on one page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from incidents.models import AccessRecord
from response.actions import add_person, record_contact, seal_person, take_to_meeting
from response.models import ContactClock, Person, RiskReview
from response.queries import risk_list
from svit import clock
from tests.conftest import log_one

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def labels(actor, **more):
    return [person.label for person in risk_list(actor, **more)[0]]


def shift(person, hours):
    """As if the person's clocks had begun so much earlier."""
    for row in person.clocks.all():
        row.started_at -= hours * HOUR
        row.due_at = row.due()
        row.missed_at = row.due_at if row.due_at < clock.now() else None
        ContactClock.objects.filter(pk=row.pk).update(
            started_at=row.started_at, due_at=row.due_at, missed_at=row.missed_at
        )


def test_the_missed_come_first_then_who_is_due_next(people, by):
    shift(people[1], 60)
    shift(people[0], 12)
    assert labels(by) == [people[1].label, people[0].label]


def test_who_was_reached_and_referred_leaves_it(people, by):
    from response.actions import refer

    record_contact(person=people[0], by=by, outcome="made", method="visit")
    assert set(labels(by)) == {one.label for one in people}, "a referral is still owed"
    refer(person=people[0], by=by, to="mash")
    assert labels(by) == [people[1].label]


def test_exercises_are_apart_and_other_boroughs_are_not_there(people, by, actors, toolkit):
    log_one(by, exercise=True, young_people=1)
    log_one(actors["other_coordinator"], young_people=1)
    assert len(labels(by)) == 2
    assert len(labels(by, exercise=True)) == 1


def test_a_sealed_person_is_on_the_list_of_the_holders_alone(seen, people, by, actors):
    seal_person(seen=seen, person=people[0], holders=[actors["csp_manager"].user], reason="At risk")
    assert people[0].label in labels(by)
    assert labels(actors["second_coordinator"]) == [people[1].label]


def test_it_needs_no_reveal_and_shows_nothing_restricted(client, cast, people):
    Person.objects.filter(pk=people[0].pk).update(
        name="Ottoline Heron", needs="A safe place", ward="Ward Heron"
    )
    client.force_login(cast["coordinator"])
    page = client.get(reverse("risk-list")).content.decode()
    assert people[0].label in page
    assert "Heron" not in page
    assert "safe place" not in page
    assert AccessRecord.objects.filter(subject_uuid=people[0].uuid, act="consultation").exists()


def test_who_is_ticked_was_taken_to_the_meeting_once_a_day(client, cast, people, logged):
    client.force_login(cast["coordinator"])
    url = reverse("risk-list")
    for _ in range(2):
        client.post(url, {"people": [str(people[0].uuid)]})
    assert RiskReview.objects.count() == 1
    assert "Taken today" in client.get(url).content.decode()
    assert "taken to the Daily Risk Management meeting" in logged()


@pytest.mark.parametrize("sent", [[], ["rubbish"], ["97777777-7777-4777-8777-777777777777"]])
def test_nothing_that_is_ticked_is_said(client, cast, people, sent):
    client.force_login(cast["coordinator"])
    page = client.post(reverse("risk-list"), {"people": sent}, follow=True).content.decode()
    assert "Choose whom you took to the meeting." in page


def test_another_boroughs_person_is_not_taken(client, cast, actors, toolkit, people):
    other = log_one(actors["other_coordinator"], young_people=1)
    theirs = Person.objects.select_related("entry").get(entry__incident=other)
    client.force_login(cast["coordinator"])
    client.post(reverse("risk-list"), {"people": [str(theirs.uuid)]})
    assert not RiskReview.objects.exists()


def test_it_costs_the_same_for_few_and_for_many(seen, by, django_assert_num_queries):
    for size in (0, 12):
        for _ in range(size):
            add_person(seen=seen, role="victim", age_band="child", setting="home")
        with django_assert_num_queries(3):
            people, more = risk_list(by)
    assert len(people) == 14
    assert not more


def test_more_than_fit_are_said_to_be_there(seen, by):
    add_person(seen=seen, role="victim", age_band="child", setting="home")
    people, more = risk_list(by, most=2)
    assert (len(people), more) == (2, True)


def test_a_partner_takes_nobody_to_the_meeting(actors, people):
    from svit.refused import Refused

    with pytest.raises(Refused):
        take_to_meeting(people=people, by=actors["partner"])
