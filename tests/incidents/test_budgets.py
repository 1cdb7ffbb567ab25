"""Query budgets: session, user and savepoints included, the same at two sizes."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from checklists.models import ChecklistItem
from incidents import access
from incidents.actions import add_note
from incidents.models import LogEntry
from response.actions import record_contact
from response.models import Person
from svit import clock
from tests.conftest import log_one
from tests.response.test_pages import FORM

LIST, INCIDENT, CREATE = 8, 12, 22


def count(client, method, url, data=None):
    with CaptureQueriesContext(connection) as queries:
        response = getattr(client, method)(url, data)
    assert response.status_code in (200, 302)
    return len(queries), "\n".join(query["sql"][:160] for query in queries)


def grow(incident, actors):
    """Ten times the items, and a long log."""
    by = actors["coordinator"]
    rows = list(ChecklistItem.objects.filter(incident=incident))
    for _ in range(9):
        for row in rows:
            row.pk, row.uuid, row.template_item = None, uuid.uuid4(), None
        ChecklistItem.objects.bulk_create(rows)
    seen = access.sight(by, incident)
    for number in range(50):
        add_note(seen=seen, text=f"Note {number}", section="general")
    for person in Person.objects.filter(entry__incident=incident).select_related("entry__incident"):
        for _ in range(5):
            record_contact(person=person, by=by, outcome="attempted", method="visit")


@pytest.mark.parametrize("who", ["coordinator", "partner", "csp_manager"])
def test_the_list(client, cast, actors, toolkit, who):
    for _ in range(3):
        log_one(actors["partner"], partnership=actors["coordinator"].partnership)
    client.force_login(cast[who])
    few, sql = count(client, "get", reverse("incidents"))
    for _ in range(27):
        log_one(actors["partner"], partnership=actors["coordinator"].partnership)
    many, _ = count(client, "get", reverse("incidents"))
    assert few == many
    assert few <= LIST, sql


@pytest.mark.parametrize("who", ["coordinator", "partner"])
def test_the_incident(client, cast, actors, incident, who):
    client.force_login(cast[who])
    client.get(incident.get_absolute_url())
    small, sql = count(client, "get", incident.get_absolute_url())
    grow(incident, actors)
    large, _ = count(client, "get", incident.get_absolute_url())
    assert small == large
    assert small <= INCIDENT, sql


@pytest.mark.postgres  # SQLite takes a bulk insert in several pieces
def test_creating_an_incident(client, cast, toolkit):
    client.force_login(cast["coordinator"])
    counts = []
    for young_people in ("1", "8"):
        data = FORM | {"submission": str(uuid.uuid4()), "young_people": young_people}
        made, sql = count(client, "post", reverse("log-incident"), data)
        counts.append(made)
    assert counts[0] == counts[1]
    assert counts[0] <= CREATE, sql


@pytest.mark.postgres
def test_an_incident_that_is_logged_late_costs_no_more(client, cast, toolkit):
    """Its clocks are over when they are written down, and each miss stands in the log."""
    client.force_login(cast["coordinator"])
    at, counts = clock.local(clock.now() - timedelta(days=5)), []
    late = {"when": "enter", "occurred_at_0": at.day, "occurred_at_1": at.month, "occurred_at_2": at.year,
            "occurred_at_3": "9am"}  # fmt: skip
    for young_people in ("1", "8"):
        data = FORM | late | {"submission": str(uuid.uuid4()), "young_people": young_people}
        made, sql = count(client, "post", reverse("log-incident"), data)
        counts.append(made)
    assert LogEntry.objects.filter(words__text__contains="clock missed").count() == 2 * 9
    assert counts[0] == counts[1] <= CREATE, sql


def test_home(client, cast, actors, toolkit):
    log_one(actors["coordinator"])
    client.force_login(cast["coordinator"])
    few, sql = count(client, "get", "/")
    for _ in range(10):
        log_one(actors["coordinator"])
    many, _ = count(client, "get", "/")
    assert few == many
    assert few <= LIST + 2, sql
