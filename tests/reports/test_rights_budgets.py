"""The pages of retention, redaction and subject access cost the same in a small partnership and in a larger one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents import actions
from incidents.access import get_sight
from reports import gathering, redacting
from response.models import Person
from tests.conftest import log_one

BUDGET = {"retention": 12, "retention-of": 10, "disposal": 10, "setup-retention": 4, "redact-words": 8}


def ended(by):
    incident = log_one(by)
    actions.close(incident=incident, by=by, reason="Over.")
    incident.refresh_from_db()
    return incident


@pytest.fixture
def things(toolkit, actors, world):
    by, manager, officer = (actors[who] for who in ("coordinator", "csp_manager", "governance"))
    actions.set_rule(
        partnership=world.north,
        kind="incident",
        by=manager,
        length=1,
        unit="days",
        runs_from="ended",
        source="x",
    )
    held, going = ended(by), ended(by)
    disposal = actions.propose(incident=going, by=manager, ground="period", reason="x")

    def grow():
        for _ in range(4):
            actions.hold(incident=held, by=officer, reason="x")
            ended(by)
            actions.propose(incident=ended(by), by=manager, ground="period", reason="x")
        seen = get_sight(by, held.uuid)
        for word in ("alpha", "bravo", "charlie"):
            actions.add_note(seen=seen, text=f"{word} there", section="general")
            asked = redacting.ask(seen=seen, words=word, reason="x", chosen=["incidents.logtext.text"])
            redacting.confirm(seen=get_sight(actors["second_coordinator"], held.uuid), redaction=asked)

    return {"held": held, "disposal": disposal, "grow": grow}


def cost(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", sorted(BUDGET))
def test_a_page_costs_the_same_at_two_sizes_and_stays_within_its_budget(client, cast, things, name):
    of = {"retention-of": things["held"].uuid, "redact-words": things["held"].uuid,
          "disposal": things["disposal"].uuid}  # fmt: skip
    url = reverse(name, args=[of[name]] if name in of else [])
    client.force_login(cast["coordinator" if name == "redact-words" else "csp_manager"])
    small = cost(client, url)
    things["grow"]()
    assert (small, cost(client, url)) == (BUDGET[name], BUDGET[name])


def test_a_subject_access_request_costs_the_same_however_much_is_found(client, cast, actors, toolkit):
    def more():
        incident = log_one(actors["coordinator"])
        Person.objects.filter(entry__incident=incident).update(name="Barnaby Foxglove")

    more()
    request = gathering.search(by=actors["governance"], name="Barnaby Foxglove", born=None, reason="x")
    client.force_login(cast["governance"])
    url = reverse("subject-request", args=[request.uuid])
    small = cost(client, url)
    for _ in range(3):
        more()
    assert cost(client, url) == small
