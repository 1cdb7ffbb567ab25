"""A sweep costs what is due, however much is open."""

import time
from datetime import timedelta

from django.db import connection, transaction

from checklists.models import ChecklistItem
from incidents.models import Engagement, Incident, IncidentGroupObjectPermission
from reminders import actions
from svit import engines
from tests.faults.figures import Figures
from tests.faults.world import said

AN_INCIDENT = 60  # items
FROM = 10_000_000  # the keys of the copies begin here


def run(house, world, size):
    figures, took = Figures(), {}
    house.ask("GRANT SET ON PARAMETER session_replication_role TO svit_owner")  # copies check no key
    for number in (size.few_open, size.many_open):
        _fill(world, number)
        try:
            took[number] = min(_sweeps(world, size, figures))
        finally:
            _empty()
    few, many = took.values()
    rate = size.open_due / many
    figures.notes.append(
        f"{size.open_due:,} due of {size.few_open:,} open: {few:.2f} s; of {size.many_open:,} open: {many:.2f} s, "
        f"{many / few:.2f} times as long; {rate:,.0f} rows a second (the best of {size.rounds})"
    )
    figures.hold(many <= few * size.slower, f"it takes {many / few:.2f} times as long with more open")
    figures.hold(rate >= size.rows_a_second, f"{rate:,.0f} rows a second")
    return figures


def _sweeps(world, size, figures):
    """Seconds of each of some sweeps, the first left out: it reads what is cold."""
    found = []
    for _ in range(size.rounds + 1):
        expected = _let_fall_due(size.open_due)
        began = time.perf_counter()
        actions.sweep()
        found.append(time.perf_counter() - began)
        figures.count_said(expected, said())
        world.silence_said()
    return found[1:]


def _let_fall_due(number):
    """So many items, of whatever incident, are due since a minute."""
    at = engines.now() - timedelta(minutes=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE checklists_checklistitem SET due_at = %s, remind_at = %s WHERE id IN"
            " (SELECT id FROM checklists_checklistitem WHERE remind_at > %s ORDER BY md5(id::text) LIMIT %s)"
            " RETURNING uuid, assignee_id",
            [at, at, at, number],
        )
        return {(uuid, "due", assignee) for uuid, assignee in cursor.fetchall()}


def _fill(world, number):
    """Incidents with 60 open items each, of one agency that is engaged; all fall due in the weeks that come."""
    incidents = number // AN_INCIDENT + 1
    hands = [user.pk for agency, user in world.hands]
    agencies = [agency.pk for agency, user in world.hands]
    seed = world.item(world.agencies["police"], assignee=world.workers["police"])
    seed.save()
    engagement = Engagement.objects.filter(incident=world.incident, agency=seed.agency).get()
    grant = IncidentGroupObjectPermission.objects.filter(content_object=world.incident).first()
    agency = f"(ARRAY{agencies})[i % {len(agencies)} + 1]"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        _copy(
            cursor, world.incident, f"generate_series(1, {incidents}) i", id=f"{FROM} + i",
            uuid="gen_random_uuid()", submission="gen_random_uuid()", reference="'NM-V-' || i",
            retention_at="NULL", remind_at="NULL",
        )  # fmt: skip
        _copy(
            cursor, engagement, f"generate_series(1, {incidents}) i", id=f"{FROM} + i", uuid="gen_random_uuid()",
            incident_id=f"{FROM} + i", agency_id=agency,
        )  # fmt: skip
        _copy(
            cursor, grant, f"generate_series(1, {incidents}) i", id=f"{FROM} + i", content_object_id=f"{FROM} + i",
            group_id=f"(SELECT group_id FROM partners_agency WHERE id = {agency})",
        )  # fmt: skip
        _copy(
            cursor, seed, f"generate_series(1, {number}) n, LATERAL (SELECT n / {AN_INCIDENT} + 1 AS i) x",
            id=f"{FROM} + n", uuid="gen_random_uuid()", incident_id=f"{FROM} + i", agency_id=agency,
            assignee_id=f"(ARRAY{hands})[i % {len(hands)} + 1]",
            due_at="now() + interval '3 days' + n % 2000 * interval '20 minutes'",
            remind_at="now() + interval '2 days' + n % 2000 * interval '20 minutes'",
        )  # fmt: skip
    _vacuum()


def _copy(cursor, row, times, **other):
    """Insert copies of one row, with other expressions in some columns."""
    table = row._meta.db_table
    names = [field.column for field in row._meta.concrete_fields]
    values = ", ".join(str(other.get(name, f't."{name}"')) for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    cursor.execute(
        f'INSERT INTO "{table}" ({columns}) SELECT {values} FROM "{table}" t, {times} WHERE t.id = {row.pk}'
    )


def _empty():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for model in (ChecklistItem, IncidentGroupObjectPermission, Engagement, Incident):
            cursor.execute(f'DELETE FROM "{model._meta.db_table}" WHERE id > {FROM}')
    _vacuum()


def _vacuum():
    with connection.cursor() as cursor:
        for model in (ChecklistItem, IncidentGroupObjectPermission, Engagement, Incident):
            cursor.execute(f'VACUUM ANALYZE "{model._meta.db_table}"')
