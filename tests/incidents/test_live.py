"""A page that stays open: asked again it costs little, changes with what its reader may know, betrays nothing else."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from checklists.models import ChecklistItem
from incidents.access import sight
from incidents.actions import add_note, seal, stand_down
from incidents.models import Engagement
from response.models import Person
from svit import clock
from tests.incidents.test_budgets import INCIDENT, grow

pytestmark = pytest.mark.django_db

NOT_MODIFIED = 4


@pytest.fixture(autouse=True)
def held(monkeypatch):
    """The minute does not turn while a test runs, unless it says so."""
    with clock.at(clock.now()) as now:
        yield now


@pytest.fixture
def page(client, cast, incident):
    """`page("youth")`: the overview as it is opened first, and what it asks next."""

    class Page:
        def __init__(self, who):
            client.force_login(cast[who])
            client.get(incident.get_absolute_url())  # seen and consulted
            self.read(client.get(incident.get_absolute_url()))

        def read(self, response):
            self.response, self.tag = response, response["ETag"]
            found = re.search(r'id="live" hx-get="([^"]+)"', response.content.decode())
            self.url = found[1].replace("&amp;", "&") if found else ""

        def ask(self):
            return client.get(self.url, headers={"If-None-Match": self.tag, "HX-Request": "true"})

    return Page


def note(actors, incident, who="coordinator", **more):
    return add_note(
        seen=sight(actors[who], incident), text="The school was told.", **{"section": "general", **more}
    )


@pytest.mark.parametrize("who", ["coordinator", "partner", "agency_manager"])
def test_what_did_not_change_costs_four_queries(page, actors, incident, who):
    open_page = page(who)
    costs = []
    for size in ("small", "large"):
        if size == "large":
            grow(incident, actors)
            open_page.read(open_page.ask())
        with CaptureQueriesContext(connection) as queries:
            answer = open_page.ask()
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer["Cache-Control"] == "no-store"
        costs.append(len(queries))
    assert costs[0] == costs[1] <= NOT_MODIFIED


@pytest.mark.parametrize("who", ["coordinator", "partner"])
def test_what_changed_costs_no_more_than_the_page(page, actors, incident, who):
    open_page = page(who)
    note(actors, incident)
    with CaptureQueriesContext(connection) as queries:
        answer = open_page.ask()
    assert answer.status_code == 200
    assert len(queries) <= INCIDENT


def test_new_entries_wait_behind_a_link_until_the_page_is_opened_again(page, actors, incident):
    open_page = page("youth")
    assert "new entr" not in open_page.response.content.decode()
    note(actors, incident)
    first = open_page.ask()
    assert "Show 1 new entry" in first.content.decode()
    open_page.read(first)
    assert open_page.ask().status_code == 304
    note(actors, incident)
    assert "Show 2 new entries" in open_page.ask().content.decode()


def test_the_minute_turns_the_page(page, held):
    open_page = page("coordinator")
    with clock.at(held + timedelta(seconds=61)):
        assert open_page.ask().status_code == 200


def test_what_a_reader_may_not_know_of_does_not_show_in_the_version(page, actors, incident):
    open_page = page("youth")
    note(actors, incident, section="health")
    note(actors, incident, section="people", sensitivity="restricted")
    assert open_page.ask().status_code == 304


def test_a_person_that_is_sealed_leaves_the_page(page, actors, incident):
    open_page = page("youth")
    person = Person.objects.select_related("entry").filter(entry__incident=incident).first()
    assert str(person) in open_page.response.content.decode()
    seal(
        seen=sight(actors["coordinator"], incident), entry=person.entry,
        holders=[actors["second_coordinator"].user], reason="Safe address.",
    )  # fmt: skip
    answer = open_page.ask()
    assert answer.status_code == 200
    assert str(person) not in answer.content.decode()


def test_access_that_ended_is_no_longer_answered(page, actors, incident):
    open_page = page("youth")
    engagement = Engagement.objects.get(incident=incident, agency=actors["youth"].agency)
    stand_down(engagement=engagement, by=actors["coordinator"], reason="Its part is over.")
    assert open_page.ask().status_code == 404


def test_only_what_became_overdue_meanwhile_is_announced(page, incident, held):
    open_page = page("coordinator")
    said = re.compile(r'role="status">([^<]*)<')
    assert said.search(open_page.response.content.decode())[1] == ""
    item = ChecklistItem.objects.filter(incident=incident, state="open", due_at__gt=held).first()
    ChecklistItem.objects.filter(pk=item.pk).update(due_at=held - timedelta(minutes=1))
    with clock.at(held + timedelta(seconds=61)):
        answer = open_page.ask()
        assert said.search(answer.content.decode())[1] == "1 more is overdue."
        open_page.read(answer)
    with clock.at(held + timedelta(seconds=122)):
        assert said.search(open_page.ask().content.decode())[1] == ""


@pytest.mark.parametrize(
    "asked", ["entries=-1&overdue=x", "entries=9999999999", "overdue=%00", "entries=1&entries=2"]
)
def test_an_address_that_somebody_changed_is_the_page(client, cast, incident, asked):
    client.force_login(cast["coordinator"])
    assert client.get(f"{incident.get_absolute_url()}?{asked}").status_code == 200


def test_asking_again_never_extends_the_session(page, client):
    open_page = page("coordinator")
    before = Session.objects.get().expire_date
    answer = open_page.ask()
    assert not answer.cookies
    assert Session.objects.get().expire_date == before


def test_a_reader_with_a_reason_is_not_kept_reading(client, cast, actors, incident):
    client.force_login(cast["governance"])
    client.post(
        reverse("governance-reason", args=[incident.uuid]), {"reason": "audit", "text": "Yearly audit."}
    )
    answer = client.get(incident.get_absolute_url())
    assert answer.status_code == 200
    assert 'id="live"' not in answer.content.decode()
