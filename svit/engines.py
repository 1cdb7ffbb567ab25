"""What differs between PostgreSQL and SQLite: row claims, writes of many rows, append-only guards, search for words."""

from datetime import datetime
from uuid import UUID

from django.db import connection, models

from svit import clock


def is_postgres():
    return connection.vendor == "postgresql"


def now():
    """This moment by the database's clock, which all workers share, however wrong the clock of one of them is.

    SQLite has none but this machine's. Where `clock.at` holds the clock, it is held here as well.
    """
    if clock.held() or not is_postgres():
        return clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


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


def set_each(model, name, values):
    """One column of many rows, each its own value: {primary key: value}. No signal, no history.

    One statement on PostgreSQL; SQLite has no round trip to save.
    """
    key, field = model._meta.pk, model._meta.get_field(name)
    table, column, pk = map(connection.ops.quote_name, (model._meta.db_table, field.column, key.column))
    prepared = [(field.get_db_prep_save(value, connection), row) for row, value in values.items()]
    with connection.cursor() as cursor:
        if not is_postgres():
            cursor.executemany(f"UPDATE {table} SET {column} = %s WHERE {pk} = %s", prepared)  # noqa: S608
        elif prepared:
            types = key.rel_db_type(connection), field.db_type(connection)
            cursor.execute(
                f"UPDATE {table} t SET {column} = v.given"  # noqa: S608 - quoted names of the model
                f" FROM unnest(%s::{types[1]}[], %s::{types[0]}[]) v(given, row) WHERE t.{pk} = v.row",
                [list(part) for part in zip(*prepared, strict=True)],
            )


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


def only_one(work, *, wait=False):
    """Whether nobody else does this work (a number of its own) now; held until the transaction ends.

    With `wait` it is held as soon as whoever else does it has done. SQLite has one writer at a time, so there the
    transaction is enough.
    """
    if not is_postgres():
        return True
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_{'' if wait else 'try_'}advisory_xact_lock(%s)", [work])
        return wait or cursor.fetchone()[0]


# Guards: the log, what was done for a person, the access record and its seals are only ever appended to.
DONE_FOR_A_PERSON = ("response_contactattempt", "response_referral", "response_riskreview")
APPEND_ONLY = ("incidents_logentry", *DONE_FOR_A_PERSON, "incidents_accessseal")
# Of these rows nothing but words may change, and that by an act which is recorded.
WORDS_ALONE = ("incidents_logtext", "incidents_accessrecord", "incidents_accessdigest")
GUARDED = (*APPEND_ONLY, *WORDS_ALONE)
DISPOSABLE = {
    "incidents_logentry": "SELECT 1 FROM incidents_disposal d WHERE d.incident_id_was = OLD.incident_id"
    " AND d.confirmed_at IS NOT NULL",
    "incidents_logtext": "SELECT 1 FROM incidents_disposal d JOIN incidents_logentry l"
    " ON l.incident_id = d.incident_id_was WHERE l.id = OLD.entry_id AND d.confirmed_at IS NOT NULL",
} | dict.fromkeys(
    DONE_FOR_A_PERSON,
    "SELECT 1 FROM incidents_disposal d JOIN incidents_entry e"
    " ON e.incident_id = d.incident_id_was WHERE e.id = OLD.person_id AND d.confirmed_at IS NOT NULL",
)
# Words that two people redact everywhere in an incident may be changed while that is being done.
REDACTED = {
    "incidents_logtext": "SELECT 1 FROM incidents_redaction r JOIN incidents_logentry l"
    " ON l.incident_id = r.incident_id WHERE l.id = OLD.entry_id"
    " AND r.confirmed_at IS NOT NULL AND r.done_at IS NULL",
} | dict.fromkeys(
    DONE_FOR_A_PERSON,
    "SELECT 1 FROM incidents_redaction r JOIN incidents_entry e"
    " ON e.incident_id = r.incident_id WHERE e.id = OLD.person_id"
    " AND r.confirmed_at IS NOT NULL AND r.done_at IS NULL",
)
WORDS_CHANGE = (
    "(NEW.text IS DISTINCT FROM OLD.text OR NEW.late_reason IS DISTINCT FROM OLD.late_reason)"
    " AND NOT (OLD.redacted_at IS NULL AND NEW.redacted_at IS NOT NULL"
    " AND NEW.redacted_by_id IS NOT NULL AND NEW.redaction_asked_by_id IS NOT NULL)"
)
# What was typed with an act may be emptied, once it is recorded that it was erased; and then its salt.
WORDS_ERASED = (
    "NOT (NEW.purpose = '' AND NEW.recipient = ''"
    " AND NEW.id = OLD.id AND NEW.partnership_id = OLD.partnership_id AND NEW.reference = OLD.reference"
    " AND NEW.incident_uuid IS NOT DISTINCT FROM OLD.incident_uuid AND NEW.subject_kind = OLD.subject_kind"
    " AND NEW.subject_uuid = OLD.subject_uuid AND NEW.act = OLD.act AND NEW.system = OLD.system"
    " AND NEW.user_id IS NOT DISTINCT FROM OLD.user_id AND NEW.agency_id IS NOT DISTINCT FROM OLD.agency_id"
    " AND NEW.regime = OLD.regime AND NEW.sha256 = OLD.sha256 AND NEW.at = OLD.at"
    " AND EXISTS (SELECT 1 FROM incidents_accessrecord e WHERE e.act = 'erasure' AND e.subject_kind = 'access_words'"
    " AND e.subject_uuid IN (OLD.subject_uuid, OLD.incident_uuid) AND e.id > OLD.id))"
)
SALT_GONE = (
    "NOT (OLD.salt <> '' AND NEW.salt = '' AND NEW.words <> '' AND NEW.record_id = OLD.record_id"
    " AND NEW.seal_id = OLD.seal_id AND NEW.digest = OLD.digest)"
)
CHANGES = {
    "incidents_logtext": WORDS_CHANGE,
    "incidents_accessrecord": WORDS_ERASED,
    "incidents_accessdigest": SALT_GONE,
}


def install_guards():
    """Put the append-only guards on the tables that exist. Safe to run again."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in GUARDED:
            if table in tables:
                _guard(cursor, table, "UPDATE", _unless_redacted(table, CHANGES.get(table, ""), tables))
            if table in tables and "incidents_disposal" in tables:
                exception = DISPOSABLE.get(table)
                _guard(cursor, table, "DELETE", f"NOT EXISTS ({exception})" if exception else "")


def _unless_redacted(table, condition, tables):
    """The condition under which a change is refused: not while two people redact the words of its incident."""
    if table not in REDACTED or "incidents_redaction" not in tables:
        return condition
    unless = f"NOT EXISTS ({REDACTED[table]})"
    return f"{condition} AND {unless}" if condition else unless


def lift_guards():
    """Take the guards off; for tests that flush tables."""
    with connection.cursor() as cursor:
        for table in GUARDED:
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
    condition = condition.replace("IS NOT DISTINCT FROM", "IS").replace("IS DISTINCT FROM", "IS NOT")
    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
    cursor.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} {'WHEN ' + condition if condition else ''}"
        f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )
