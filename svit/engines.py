"""What differs between PostgreSQL and SQLite: row claims, append-only guards and the search for words."""

from datetime import datetime
from uuid import UUID

from django.db import connection, models


def is_postgres():
    return connection.vendor == "postgresql"


def with_numbers(sql, params, places):
    """PostgreSQL's text of a statement to PREPARE: `$1` and so on in these places, the other values written in."""
    from psycopg2.extensions import AsIs

    kinds = {int: "bigint", datetime: "timestamptz", UUID: "uuid"}
    numbers = {
        place: AsIs(f"${number}::{kinds[type(params[place])]}") for number, place in enumerate(places, 1)
    }
    text = connection.ops.compose_sql(sql, [numbers.get(place, param) for place, param in enumerate(params)])
    return text.replace("%", "%%")  # it is sent along with values


def claim(queryset):
    """Rows for one worker alone: locked and, on PostgreSQL, skipping what another worker holds.

    SQLite has one writer at a time (IMMEDIATE transactions), so there the transaction is the claim.
    """
    if is_postgres():
        return queryset.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return queryset


def lock(queryset):
    """Rows held until the transaction ends (without their related rows).

    No key is ever changed, so rows that point at a held one (a log entry at its incident) need not wait.
    """
    if is_postgres():
        return queryset.select_for_update(of=("self",), no_key=True)
    return queryset


def matching(queryset, words, *fields):
    """Rows in which every word stands in one of `fields`, without regard to case."""
    return queryset.filter(having(words, *fields))


def having(words, *fields):
    """The same as a condition. `svit.indexes` finds it on PostgreSQL."""
    every = models.Q()
    for word in words.split()[:8]:
        either = models.Q()
        for field in fields:
            either |= models.Q(**{f"{field}__icontains": word})
        every &= either
    return every


# Guards: the log, contact attempts and the access record are only ever appended to.
APPEND_ONLY = ("incidents_logentry", "incidents_accessrecord", "response_contactattempt")
DISPOSABLE = {
    "incidents_logentry": "SELECT 1 FROM incidents_disposal d WHERE d.incident_id_was = OLD.incident_id"
    " AND d.confirmed_at IS NOT NULL",
    "incidents_logtext": "SELECT 1 FROM incidents_disposal d JOIN incidents_logentry l"
    " ON l.incident_id = d.incident_id_was WHERE l.id = OLD.entry_id AND d.confirmed_at IS NOT NULL",
    "response_contactattempt": "SELECT 1 FROM incidents_disposal d JOIN incidents_entry e"
    " ON e.incident_id = d.incident_id_was WHERE e.id = OLD.person_id AND d.confirmed_at IS NOT NULL",
}
WORDS_CHANGE = (
    "(NEW.text IS DISTINCT FROM OLD.text OR NEW.late_reason IS DISTINCT FROM OLD.late_reason)"
    " AND NOT (OLD.redacted_at IS NULL AND NEW.redacted_at IS NOT NULL"
    " AND NEW.redacted_by_id IS NOT NULL AND NEW.redaction_asked_by_id IS NOT NULL)"
)


def install_guards():
    """Put the append-only guards on the tables that exist. Safe to run again."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            if table in tables:
                _guard(cursor, table, "UPDATE", "")
        for table in (*APPEND_ONLY, "incidents_logtext"):
            if table in tables and "incidents_disposal" in tables:
                exception = DISPOSABLE.get(table)
                _guard(cursor, table, "DELETE", f"NOT EXISTS ({exception})" if exception else "")
        if "incidents_logtext" in tables:
            _guard(cursor, "incidents_logtext", "UPDATE", WORDS_CHANGE)


def lift_guards():
    """Take the guards off; for tests that flush tables."""
    with connection.cursor() as cursor:
        for table in (*APPEND_ONLY, "incidents_logtext"):
            for event in ("UPDATE", "DELETE"):
                name = _name(table, event)
                on = f" ON {table}" if is_postgres() else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def _name(table, event):
    return f"{table}_no_{event.lower()}"


def _guard(cursor, table, event, condition):
    """A trigger that refuses `event` on `table` (where `condition` holds)."""
    name = _name(table, event)
    if is_postgres():
        when = f"IF {condition} THEN" if condition else "IF TRUE THEN"
        answer = "OLD" if event == "DELETE" else "NEW"
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {when}"
            f" RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'check_violation'; END IF;"
            f" RETURN {answer}; END $$"
        )
        cursor.execute(
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
        return
    condition = condition.replace("IS DISTINCT FROM", "IS NOT")
    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
    cursor.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} {'WHEN ' + condition if condition else ''}"
        f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )
