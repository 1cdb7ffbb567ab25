"""Many incidents out of one, made by the database itself: what a partnership has after years.

`multiply` copies every row that hangs on the one incident there is, tables and histories alike. A copy's keys are the
old ones moved by a span for each table, its UUIDs follow from the old ones, so all that points at each other in the
original does so in each copy. Runs the same on PostgreSQL and SQLite.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import md5
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

from incidents.models import Incident, Stage
from svit import engines

APART = timedelta(minutes=20)


@dataclass
class Table:
    """One table: its columns, with the expression that copy number `g.n` has in each, and its highest key so far."""

    model: type[models.Model]
    columns: list
    top: int


def multiply(times, *, live=200, batch=2_000):
    """Make `times` copies of the one incident, the later ones longer ago. Returns the rows written by table.

    The first `live` go on; the rest was closed, as a borough closes what it has done.
    """
    if Incident.objects.count() != 1:
        raise ValueError("There is not exactly one incident to copy.")
    hanging = _hanging()
    spans = {model: _span(model) for model in hanging}
    tables = [Table(model, _columns(model, spans, live), spans[model]) for model in hanging]
    written = {}
    with connection.cursor() as cursor:
        _prepare(cursor)
        taken = _take_indexes(cursor, tables)
        for table in tables:
            rows = 0
            for first in range(1, times + 1, batch):
                rows += _copy(cursor, table, first, min(first + batch - 1, times))
            written[table.model._meta.db_table] = rows
        for statement in taken:
            cursor.execute(statement)
        _finish(cursor, hanging)
    return written


def _hanging():
    """The models whose rows belong to an incident, with the histories that are kept of them."""
    every = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    found = {Incident}
    while True:
        more = {
            model
            for model in every
            if model not in found
            and (
                getattr(model, "instance_type", None) in found
                or any(
                    field.remote_field and field.remote_field.model in found
                    for field in model._meta.concrete_fields
                )
            )
        }
        if not more:
            return sorted(found, key=lambda model: model._meta.db_table)
        found |= more


def _span(model):
    """By how much the keys of each copy are moved on: the highest that the original has.

    A key that is another table's (a record's is its entry's) moves on as that one does.
    """
    if model._meta.pk.remote_field:
        return _span(model._meta.pk.remote_field.model)
    return model._base_manager.aggregate(top=models.Max(model._meta.pk.attname))["top"] or 1


def _columns(model, spans, live):
    tracked = getattr(model, "instance_type", None)
    columns = []
    for field in model._meta.concrete_fields:
        column = f't."{field.column}"'
        points = field.remote_field.model if field.remote_field else None
        if points in spans:
            value = f"{column} + g.n * {spans[points]}"
        elif field.primary_key:
            value = f"{column} + g.n * {spans[model]}"
        elif tracked in spans and field.name == tracked._meta.pk.name:
            value = f"{column} + g.n * {spans[tracked]}"
        elif isinstance(field, models.UUIDField):
            value = f"svit_uuid({column}, g.n)"
        elif field.name == "reference":
            value = "'NM-B-' || g.n"
        elif field.name == "stage" and model is Incident:
            value = f"CASE WHEN g.n > {live} THEN '{Stage.CLOSED}' ELSE {column} END"
        elif field.name in ("remind_at", "tell_at"):
            value = f"CASE WHEN g.n > {live} THEN NULL ELSE {column} END"
        elif isinstance(field, models.DateTimeField):
            value = _earlier(column)
        else:
            value = column
        columns.append((f'"{field.column}"', value))
    return columns


def _earlier(column):
    seconds = int(APART.total_seconds())
    if engines.is_postgres():
        return f"{column} - g.n * interval '{seconds} seconds'"
    return f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-' || (g.n * {seconds}) || ' seconds')"


def _prepare(cursor):
    if engines.is_postgres():
        cursor.execute(
            "CREATE OR REPLACE FUNCTION pg_temp.svit_uuid(old uuid, n int) RETURNS uuid LANGUAGE sql IMMUTABLE"
            " AS $$ SELECT md5(old::text || n::text)::uuid $$"
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")  # every copy points as its original does
        return
    connection.connection.create_function("svit_uuid", 2, _uuid, deterministic=True)
    cursor.execute("PRAGMA foreign_keys = OFF")


def _take_indexes(cursor, tables):
    """Drop what would be kept in order row by row; the statements that make it again at once. PostgreSQL alone."""
    if not engines.is_postgres():
        return []
    again = []
    for table in tables:
        name = table.model._meta.db_table
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'u'",
            [name],
        )
        for constraint, words in cursor.fetchall():
            cursor.execute(f'ALTER TABLE "{name}" DROP CONSTRAINT "{constraint}"')
            again.append(f'ALTER TABLE "{name}" ADD CONSTRAINT "{constraint}" {words}')
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = %s::regclass AND NOT indisprimary",
            [name],
        )
        for index, words in cursor.fetchall():
            cursor.execute(f"DROP INDEX {index}")
            again.append(words)
    return ["SET maintenance_work_mem = '1GB'", *again, "RESET maintenance_work_mem"]


def _uuid(old, number):
    return None if old is None else md5(f"{UUID(old)}{number}".encode(), usedforsecurity=False).hexdigest()


def _copy(cursor, table, first, last):
    name = table.model._meta.db_table
    names, values = (
        ", ".join(column for column, _ in table.columns),
        ", ".join(value for _, value in table.columns),
    )
    values = values.replace("svit_uuid(", "pg_temp.svit_uuid(") if engines.is_postgres() else values
    cursor.execute(
        # INSERT stands first: of a statement that begins otherwise, SQLite's module does not count the rows
        f'INSERT INTO "{name}" ({names})'
        f" WITH RECURSIVE g(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM g WHERE n < {last})"
        f' SELECT {values} FROM "{name}" t, g'
        f' WHERE t."{table.model._meta.pk.column}" <= {table.top}'
    )
    return cursor.rowcount


def _finish(cursor, hanging):
    """Keys that are given from now on come after those of the copies, and the planner knows what there is."""
    if not engines.is_postgres():
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("ANALYZE")
        return
    cursor.execute("RESET session_replication_role")
    for statement in connection.ops.sequence_reset_sql(no_style(), hanging):
        cursor.execute(statement)
    cursor.execute("ANALYZE")
