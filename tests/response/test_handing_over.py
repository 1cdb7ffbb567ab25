"""Who makes contact: one person or all of a worker's, with the clocks as they run; and who may go to a family."""

import pytest

from incidents.actions import engage
from response.actions import add_person, assign_clock, change_person, hand_over
from response.family import family_rules
from response.models import Person
from response.queries import others_of
from svit import clock
from svit.refused import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(incident, by, world):
    for agency in (world.agencies.police, world.agencies.youth):
        if not incident.engagements.filter(agency=agency, until_at=None).exists():
            engage(incident=incident, agency=agency, by=by, reason="x", sections={"people": "contribute"})
    return incident


def give(person, by, actors, who="youth", **more):
    [*people] = hand_over(person=person, by=by, agency=actors[who].agency, worker=actors[who].user, reason="On leave",
                          **more)  # fmt: skip
    return people


def test_the_clocks_run_on_with_somebody_else(person, by, actors, clock_of, logged):
    before = list(person.clocks.values_list("pk", "started_at", "due_at", "missed_at"))
    give(person, by, actors)
    person = Person.objects.get(pk=person.pk)
    assert (person.lead_agency, person.lead_worker) == (actors["youth"].agency, actors["youth"].user)
    assert {row.worker for row in person.clocks.all()} == {actors["youth"].user}
    assert list(person.clocks.values_list("pk", "started_at", "due_at", "missed_at")) == before
    assert "handed over to Northmere Youth Service, one of its workers: On leave Clocks run on." in logged()
    assert actors["youth"].user.email not in logged()


def test_a_clock_that_starts_later_is_the_leads(seen, person, by, actors):
    give(person, by, actors)
    change_person(seen=seen, person=person, version=None, setting="hospital")
    assert person.clocks.get(kind="professionals").worker == actors["youth"].user


def test_all_of_a_worker_go_at_once_or_none(seen, people, by, actors, world):
    for person in people:
        give(person, by, actors)
    person = Person.objects.select_related("entry__incident__partnership").get(pk=people[0].pk)
    also = others_of(seen, person)
    assert [one.pk for one in also] == [people[1].pk]
    give(person, by, actors, "partner", also=also)
    assert set(Person.objects.values_list("lead_worker", flat=True)) == {actors["partner"].user.pk}
    with pytest.raises(Refused, match="does not work with the people"):
        hand_over(person=person, by=by, agency=world.agencies.school, reason="x", also=also)
    assert set(Person.objects.values_list("lead_agency", flat=True)) == {actors["partner"].agency.pk}


def test_a_partner_hands_over_its_own_people_alone(person, by, actors):
    give(person, by, actors, "partner")
    with pytest.raises(Refused, match="do not hand over all"):
        give(person, actors["youth"], actors)


class TestTheFamily:
    @pytest.fixture
    def mother(self, seen):
        return add_person(seen=seen, role="family", age_band="adult", clocks_chosen=True, setting="home")

    def test_nobody_goes_before_the_next_of_kin_are_told(self, seen, person, mother, by, actors):
        dead = change_person(seen=seen, person=person, version=None, died_at=clock.now())
        with pytest.raises(Refused, match=f"next of kin of {dead.label} have not been told"):
            give(mother, by, actors)
        change_person(seen=seen, person=dead, version=None, next_of_kin_told_at=clock.now())
        give(mother, by, actors)

    def test_contact_through_one_person_is_agreed_first(self, seen, person, mother, by, actors, clock_of):
        change_person(seen=seen, person=person, version=None, family_contact="The family liaison officer")
        for one in (mother, person):
            with pytest.raises(Refused) as refusal:
                assign_clock(clock_row=clock_of(one), by=by, agency=actors["youth"].agency)
            assert refusal.value.field == "agreed"
        assign_clock(clock_row=clock_of(mother), by=by, agency=actors["youth"].agency, agreed=True)

    def test_a_friend_is_not_the_family(self, seen, person, by, actors):
        change_person(seen=seen, person=person, version=None, family_contact="The family liaison officer")
        friend = add_person(seen=seen, role="friend", age_band="child", setting="home")
        give(friend, by, actors)

    def test_a_sealed_death_binds_its_holders_and_tells_nobody_else(self, seen, mother, by, actors, incident):
        from incidents.access import sight

        add_person(seen=seen, sealed=True, holders=[actors["csp_manager"].user], role="victim", age_band="child",
                   setting="hospital", died_at=clock.now())  # fmt: skip
        theirs = sight(actors["second_coordinator"], incident)
        assert not family_rules(theirs, mother).not_told
        assert family_rules(seen, mother).not_told


def test_an_exercise_hands_over_no_real_person(people, by, actors, toolkit):
    """Nor does the real thing anybody of an exercise."""
    from incidents.access import sight
    from tests.conftest import log_one

    exercise = log_one(by, exercise=True, young_people=1)
    theirs = Person.objects.select_related("entry__incident").get(entry__incident=exercise)
    Person.objects.all().update(lead_agency=actors["youth"].agency)
    one = Person.objects.select_related("entry__incident").get(pk=people[0].pk)
    assert {other.pk for other in others_of(sight(by, one.entry.incident), one)} == {people[1].pk}
    assert others_of(sight(by, exercise), Person.objects.get(pk=theirs.pk)) == []


def test_an_agency_hands_over_nobody_whom_it_may_not_know_of(incident, people, by, actors, world):
    from incidents.access import sight
    from incidents.models import Engagement, NamedPerson

    police = Engagement.objects.get(incident=incident, agency=world.agencies.police)
    police.sections = {"general": "contribute"}
    police.save()
    NamedPerson.objects.create(engagement=police, entry=people[0].entry)
    Person.objects.all().update(lead_agency=world.agencies.police)
    seen = sight(actors["partner"], incident)
    one, other = Person.objects.select_related("entry__incident").order_by("pk")
    assert others_of(seen, one) == []
    with pytest.raises(Refused, match="do not hand over all"):
        hand_over(person=one, also=[other], by=actors["partner"], agency=world.agencies.police, reason="x")
