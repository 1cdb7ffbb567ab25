"""A prepared query answers as the plain one does, for everybody, and keeps nothing of whoever asked before."""

import uuid
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from checklists.models import ChecklistItem
from incidents.access import sight
from incidents.actions import add_note
from incidents.models import Incident, LogEntry
from response.actions import seal_person
from response.models import Person
from svit import clock, prepared
from svit.asked import sealed
from svit.prepared import Prepared
from tests.conftest import log_one

pytestmark = pytest.mark.django_db

PAGES = ("incidents", "home", "my-work", "team-work", "search")
OF_AN_INCIDENT = ("incident", "incident-log", "checklist", "people", "agencies", "packs")


def told(row, deep=3):
    """A row as it can be compared: all that the query brought along, related rows included."""
    if not hasattr(row, "_state") or not deep:
        return row
    values = {name: value for name, value in vars(row).items() if not name.startswith("_")}
    related = {name: one and told(one, deep - 1) for name, one in row._state.fields_cache.items()}
    return type(row), values, related


@pytest.fixture
def compared(monkeypatch):
    """Every prepared query that is asked meanwhile is asked plainly too; how many were, and what differed."""
    asked, differed, ask = [], [], Prepared.__call__

    def both(self, *parties, **given):
        with clock.at(clock.now()):
            rows, plain = ask(self, *parties, **given), self.plain(*parties, **given)
        asked.append(self.build.__qualname__)
        if [told(row) for row in rows] != [told(row) for row in plain]:
            differed.append((self.build.__qualname__, parties, given))
        return rows

    monkeypatch.setattr(Prepared, "__call__", both)
    return asked, differed


def test_everybody_gets_what_the_plain_query_gives(client, cast, actors, incident, world, compared):
    for number in range(3):
        log_one(actors["coordinator"], young_people=number)
        add_note(seen=sight(actors["coordinator"], incident), text=f"Note {number}", section="health")
    person = Person.objects.filter(entry__incident=incident).first()
    seal_person(
        seen=sight(actors["coordinator"], incident), person=person, reason="At risk",
        holders=[actors["coordinator"].user, actors["csp_manager"].user],
    )  # fmt: skip
    ChecklistItem.objects.filter(incident=incident, order__lt=10).update(
        due_at=clock.now() - timedelta(hours=1)
    )
    for _ in range(2):  # the second time, what was put together for one is asked for another
        for who in sorted(set(cast) - {"deactivated"}):
            client.force_login(cast[who])
            for name in PAGES:
                words = {"s": sealed(cast[who], q="Station")} if name == "search" else {}
                client.get(reverse(name), words)
            for name in OF_AN_INCIDENT:
                client.get(reverse(name, args=[incident.uuid]))
            item = incident.items.filter(state="open", kind="action", follows_clocks=False).first()
            client.post(
                reverse("item-done", args=[incident.uuid, item.uuid]), {"note": "", "version": item.version}
            )
    asked, differed = compared
    assert not differed
    assert len(set(asked)) >= 10, set(asked)
    assert {"_memberships", "_standing"} <= set(
        asked
    )  # who asks, and the item that is held while it is ticked


def test_nothing_of_one_question_is_in_the_next(toolkit, actors):
    for young_people in range(3):
        log_one(actors["coordinator"], young_people=young_people)
    one, two, three = Incident.objects.order_by("pk")
    query = Prepared(
        lambda which, at, uuid: Incident.objects.filter(
            Q(pk__in=which) | Q(uuid=uuid), logged_at__lt=at
        ).order_by("pk")
    )
    soon = clock.now() + timedelta(minutes=1)
    nobody = uuid.uuid4()
    assert query(which=[one.pk, two.pk], at=soon, uuid=nobody) == [one, two]
    assert query(which=[two.pk, three.pk], at=soon, uuid=nobody) == [two, three]
    assert query(which=[two.pk, two.pk], at=soon, uuid=three.uuid) == [two, three]
    assert query(which=[one.pk, two.pk], at=one.logged_at, uuid=nobody) == []
    assert len(query.made) == 1
    assert query(which=[one.pk], at=soon, uuid=nobody) == [one]
    assert query(which=[], at=soon, uuid=three.uuid) == [three]


def test_the_present_is_that_of_each_asking(toolkit, actors):
    made = log_one(actors["coordinator"])
    query = Prepared(lambda: Incident.objects.filter(logged_at__gt=clock.now() - timedelta(hours=2)))
    assert query() == [made]
    with clock.at(clock.now() + timedelta(hours=3)):
        assert query() == []
    with clock.at(clock.now() + timedelta(hours=1)):
        assert query() == [made]


def test_rows_come_with_what_was_selected_and_annotated(toolkit, actors, django_assert_num_queries):
    log_one(actors["coordinator"])
    query = Prepared(
        lambda by: (
            LogEntry.objects.filter(by=by).select_related("incident").annotate(what=F("kind")).order_by("pk")
        )
    )
    assert query(by=actors["coordinator"].user.pk)
    with django_assert_num_queries(1):
        rows = query(by=actors["coordinator"].user.pk)
        assert {row.incident.reference for row in rows}
        assert all(row.what == row.kind for row in rows)


def test_a_query_that_finds_nothing_by_its_shape(db):
    assert Prepared(lambda which: Incident.objects.none())(which=3) == []


def test_what_cannot_be_prepared_is_refused(db):
    at = clock.now()
    with pytest.raises(ValueError, match="not the clock's"):
        Prepared(lambda: Incident.objects.filter(logged_at__lt=at))()
    with pytest.raises(ValueError, match="further queries"):
        Prepared(lambda: Incident.objects.prefetch_related("phases"))()


@pytest.fixture
def called(toolkit, actors):
    """A prepared query of incidents by place, one that is there, and how it was asked of the server each time."""
    log_one(actors["coordinator"], place="Mill 100% Lane")
    query = Prepared(lambda at: Incident.objects.filter(place__endswith="0% Lane", logged_at__lt=at))

    def ask():
        with CaptureQueriesContext(connection) as asked:
            rows = query(at=clock.now() + timedelta(minutes=1))
        return [row.place for row in rows], [one["sql"].split()[0] for one in asked]

    return ask


@pytest.mark.postgres
def test_a_connection_is_told_a_query_once_and_then_calls_it_by_its_name(called):
    assert called() == (["Mill 100% Lane"], ["PREPARE"])
    assert called() == (["Mill 100% Lane"], ["EXECUTE"])
    assert Prepared(lambda: Incident.objects.filter(place__endswith="0% Lane"))()


@pytest.mark.postgres
def test_what_failed_while_a_query_was_told_is_told_again(called):
    with transaction.atomic():
        undone = transaction.savepoint()
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")  # the transaction answers nothing any more
        with pytest.raises(DatabaseError):
            called()
        transaction.savepoint_rollback(undone)
        assert called() == (["Mill 100% Lane"], ["PREPARE"])
        transaction.savepoint_rollback(undone)
    assert called() == (["Mill 100% Lane"], ["EXECUTE"])  # what was undone is not the plan


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_plan_is_told_anew_when_a_migration_changed_what_it_brings(called):
    def widen(to):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE incidents_incident ALTER COLUMN place TYPE varchar({to})")

    assert called()[1] == ["PREPARE"]
    try:
        widen(201)
        assert called() == (["Mill 100% Lane"], ["EXECUTE", "DEALLOCATE"])
        assert called() == (["Mill 100% Lane"], ["EXECUTE"])
    finally:
        widen(200)


@pytest.mark.postgres
def test_a_connection_keeps_so_many_plans_and_no_more(called, monkeypatch):
    monkeypatch.setattr(prepared, "PLANS", 2)
    others = [
        Prepared(lambda which, number=number: Incident.objects.filter(pk=which)[: number + 1])
        for number in range(3)
    ]
    called()
    for other in others:
        other(which=1)
    assert called()[1] == ["DEALLOCATE"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone()[0] <= 2
