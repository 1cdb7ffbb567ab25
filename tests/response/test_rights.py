"""Who manages a clock, and who may hold what is sealed."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from incidents.access import sight
from incidents.actions import engage
from incidents.queries import people_who_may_hold
from partners.models import Role
from response.actions import assign_clock, explain_miss, mark_missed, move_start
from response.models import ContactClock, Person
from svit import clock
from svit.refused import Refused
from tests.conftest import make_member


@pytest.fixture
def row(person, clock_of):
    return clock_of(person)


@pytest.fixture
def held(row, by, actors):
    """The clock, with the youth service."""
    return assign_clock(clock_row=row, by=by, agency=actors["youth"].agency)


@pytest.fixture
def outside(incident, by, actors):
    """An agency that is engaged without the section of people."""
    engage(incident=incident, agency=actors["stranger"].agency, by=by, reason="Housing")
    return actors["stranger"].agency


class TestAssigning:
    def test_a_coordinator_gives_it_to_an_agency_that_works_with_people(self, held, actors):
        assert held.agency == actors["youth"].agency

    def test_and_to_no_other(self, row, by, outside):
        with pytest.raises(Refused, match="does not work with the people"):
            assign_clock(clock_row=row, by=by, agency=outside)

    def test_a_partner_takes_what_is_nobodys_and_names_a_colleague(self, row, actors):
        agency, worker = actors["partner"].agency, actors["colleague"].user
        found = assign_clock(clock_row=row, by=actors["partner"], agency=agency, worker=worker)
        assert (found.agency, found.worker) == (agency, worker)

    @pytest.mark.parametrize("who", ["partner", "agency_manager"])
    def test_a_partner_gives_nothing_to_another_agency(self, row, actors, who):
        with pytest.raises(Refused):
            assign_clock(clock_row=row, by=actors[who], agency=actors["youth"].agency)

    @pytest.mark.parametrize("who", ["partner", "agency_manager"])
    def test_a_partner_takes_nothing_from_another_agency(self, held, actors, who):
        with pytest.raises(Refused, match="Only a coordinator"):
            assign_clock(clock_row=held, by=actors[who], agency=actors[who].agency)

    def test_the_worker_belongs_to_the_agency_and_works(self, row, by, actors):
        with pytest.raises(Refused, match="does not make contact"):
            assign_clock(clock_row=row, by=by, agency=actors["youth"].agency, worker=actors["partner"].user)

    def test_the_form_offers_what_the_rule_allows(self, client, cast, incident, person, row, outside):
        url = reverse("assign-clock", args=[incident.uuid, person.uuid, row.uuid])
        client.force_login(cast["coordinator"])
        page = client.get(url).content.decode()
        for agency in ("Riverside Police", "Northmere Youth Service", "Northmere CSP"):
            assert f"{agency}: anybody there" in page
        assert f"{outside}: anybody there" not in page
        client.force_login(cast["partner"])
        page = client.get(url).content.decode()
        assert "Riverside Police: anybody there" in page
        assert "Northmere Youth Service: anybody there" not in page
        colleague = f"person:{row.person.entry.owner.uuid}:{cast['coordinator'].uuid}"
        assert "Choose who makes contact" in client.post(url, {"whom": ""}).content.decode()
        assert client.post(url, {"whom": colleague}).status_code == 200
        assert ContactClock.objects.get(pk=row.pk).agency is None

    def test_the_person_is_chosen_on_the_form(self, client, cast, incident, person, row, actors):
        client.force_login(cast["partner"])
        url = reverse("assign-clock", args=[incident.uuid, person.uuid, row.uuid])
        whom = f"person:{actors['partner'].agency.uuid}:{cast['colleague'].uuid}"
        page = client.post(url, {"whom": whom}, follow=True).content.decode()
        assert ContactClock.objects.get(pk=row.pk).worker == cast["colleague"]
        assert f"with Riverside Police, {cast['colleague'].name}." in page


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("coordinator", True), ("youth", True), ("partner", False), ("agency_manager", False)],
)
class TestManaging:
    """Moving the start and explaining a miss: coordinators, and the agency that holds the clock."""

    def test_by_the_action(self, held, actors, who, allowed):
        with clock.at(held.due_at + timedelta(hours=1)):
            mark_missed(clock=held, by=actors["coordinator"])
            acts = [
                lambda: move_start(clock_row=held, by=actors[who], started_at=held.started_at, event="x"),
                lambda: explain_miss(clock_row=held, by=actors[who], missed_cause="x", new_plan="y"),
            ]
            for act in acts:
                if allowed:
                    act()
                else:
                    with pytest.raises(Refused, match="or the agency that holds the clock"):
                        act()

    def test_by_the_page(self, client, cast, incident, person, held, who, allowed):
        client.force_login(cast[who])
        page = client.get(reverse("person", args=[incident.uuid, person.uuid])).content.decode()
        for name in ("move-start", "explain-miss", "assign-clock"):
            url = reverse(name, args=[incident.uuid, person.uuid, held.uuid])
            assert client.get(url).status_code == (200 if allowed else 403), name
            if name != "explain-miss":
                assert (url in page) is allowed, name


class TestHolders:
    """Who may hold what is sealed, and in which words that is offered."""

    def offered(self, actor, incident):
        return {user.email: words for user, words in people_who_may_hold(sight(actor, incident))}

    def test_who_cannot_open_it_is_not_offered(self, incident, actors, cast):
        offered = self.offered(actors["coordinator"], incident)
        for who in ("administrator", "governance", "deactivated", "stranger", "coordinator"):
            assert cast[who].email not in offered, who
        for who in ("second_coordinator", "csp_manager", "partner", "youth"):
            assert offered[cast[who].email].startswith(cast[who].name), who

    def test_a_partner_meets_colleagues_by_name_and_others_by_agency_and_role(self, incident, actors, cast):
        offered = self.offered(actors["partner"], incident)
        assert offered[cast["colleague"].email] == f"{cast['colleague'].name}, Riverside Police"
        assert offered[cast["youth"].email] == "Northmere Youth Service, practitioner"
        assert offered[cast["csp_manager"].email] == "Northmere CSP, CSP manager"

    def test_two_of_one_role_are_told_apart(self, incident, actors, world):
        make_member("youth.two@northmere.example", world.agencies.youth, Role.PRACTITIONER)
        words = {word for word in self.offered(actors["partner"], incident).values() if "Youth" in word}
        assert words == {
            "Northmere Youth Service, practitioner, 1 of 2", "Northmere Youth Service, practitioner, 2 of 2",
        }  # fmt: skip

    @pytest.mark.parametrize("kind", ["add-record", "add-person"])
    def test_the_page_of_a_partner_names_no_stranger_and_no_primary_key(
        self, client, cast, incident, actors, kind
    ):
        client.force_login(cast["partner"])
        if kind == "add-record":
            page = client.get(reverse("add-record", args=[incident.uuid, "key-message"]))
        else:
            data = {"role": "witness", "age_band": "child", "setting": "home", "sealed": "on"}
            page = client.post(reverse("add-person", args=[incident.uuid]), data)
        page = page.content.decode()
        for who in ("coordinator", "csp_manager", "youth", "administrator", "governance"):
            assert f'">{cast[who].name}, ' not in page, who
        values = re.findall(r'name="holders" value="([^"]+)"', page)
        assert str(cast["colleague"].uuid) in values
        assert not any(value.isdigit() for value in values)


class TestSealingANewPerson:
    """Two steps, and nobody exists unsealed in between."""

    ANSWERS = {
        "role": "witness",
        "age_band": "child",
        "setting": "home",
        "name": "A hidden name",
        "sealed": "on",
    }

    @pytest.fixture
    def send(self, client, cast, incident):
        client.force_login(cast["coordinator"])
        url = reverse("add-person", args=[incident.uuid])
        return lambda data=None: client.get(url) if data is None else client.post(url, data, follow=True)

    def test_the_first_page_names_nobody(self, send, cast):
        page = send().content.decode()
        assert 'name="sealed"' in page
        assert 'name="holders"' not in page

    def test_the_second_keeps_the_answers_and_nothing_is_saved_yet(self, send, cast):
        before = Person.objects.count()
        page = send(self.ANSWERS).content.decode()
        assert '<input type="hidden" name="name" value="A hidden name">' in page
        assert f'value="{cast["csp_manager"].uuid}"' in page
        assert "There is a problem" not in page
        assert Person.objects.count() == before

    def test_without_a_holder_it_asks_again(self, send):
        before = Person.objects.count()
        page = send(self.ANSWERS | {"holders_asked": "yes"}).content.decode()
        assert "Choose at least one more person." in page
        assert Person.objects.count() == before

    def test_with_one_the_person_is_sealed_from_the_start(self, send, cast):
        page = send(self.ANSWERS | {"holders_asked": "yes", "holders": [cast["csp_manager"].uuid]})
        person = Person.objects.get(name="A hidden name")
        assert person.entry.sensitivity == "sealed"
        assert person.entry.grants.count() == 2
        assert f"{person.label} added and sealed." in page.content.decode()
