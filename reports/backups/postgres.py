"""The database as pg_dump and psql see it: one snapshot out, one transaction in."""

import os
import shutil
import subprocess
from contextlib import contextmanager, suppress

from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from reminders.holding import MARK
from svit.refused import Refused

# One number over all rows, whatever their order: the sum of a digest of each.
COUNT = (
    "SELECT count(*), coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint), 0)::text FROM {} t"
)


def counted(leave_out):
    """Of each table: [rows, digest]. The mark that holds messages back is not counted."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        for table in sorted(set(connection.introspection.table_names(cursor)) - set(leave_out)):
            query = COUNT.format(connection.ops.quote_name(table))
            if table == "reminders_sweepmark":
                query += f" WHERE name <> '{MARK}'"
            cursor.execute(query)
            found[table] = list(cursor.fetchone())
    return found


@contextmanager
def _snapshot():
    """A transaction whose view of the data another program can share, by the name that it is given."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            yield cursor.fetchone()[0]
        finally:
            cursor.execute("ROLLBACK")


def _program(name, *more):
    """A program of PostgreSQL's, with how to reach our database; the password stands in its environment."""
    args, env = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return [name, *args[1:-1], "--dbname", args[-1], *more], env


def _run(command, env=None):
    """Run a program of PostgreSQL's to its end."""
    process = _start(command, env)
    _, said = process.communicate()
    _check(process, command, said)


def _start(command, env=None, **pipes):
    try:
        return subprocess.Popen(command, env=os.environ | (env or {}), stderr=subprocess.PIPE, **pipes)  # noqa: S603
    except FileNotFoundError:
        raise Refused(f"{command[0]} is missing: install PostgreSQL's client programs.") from None


def _check(process, command, said):
    if process.returncode:
        lines = said.decode(errors="replace").strip().splitlines()
        raise Refused(f"{command[0]} failed: {lines[-1] if lines else 'it does not say why'}")


def dump(target, *, leave_out):
    """Write the database to a file, as it is at one moment. Returns what `counted` says of that moment."""
    with _snapshot() as snapshot:
        tables = counted(leave_out)
        skip = [f"--exclude-table-data={table}" for table in leave_out]
        command, env = _program(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", *skip,
            "--file", str(target),
        )  # fmt: skip
        _run(command, env)
    return tables


def check_empty():
    if connection.introspection.table_names():
        raise Refused("There are tables in the database. Restore into an empty one.")


def load(source):
    """Everything or nothing, and the mark that holds the messages back with it; nothing of it stands in memory."""
    reading = ["pg_restore", "--no-owner", "--no-privileges", "--file=-", str(source)]
    writing, env = _program(
        "psql",
        "--no-psqlrc",
        "--quiet",
        "--set",
        "ON_ERROR_STOP=1",
        "--single-transaction",
        "--output",
        os.devnull,
    )
    script = _start(reading, stdout=subprocess.PIPE)
    psql = _start(writing, env, stdin=subprocess.PIPE)
    with suppress(BrokenPipeError):  # psql says why it ended
        shutil.copyfileobj(script.stdout, psql.stdin)
    script.stdout.close()
    _, said = script.communicate()
    end = f"INSERT INTO public.reminders_sweepmark (name, at) VALUES ('{MARK}', now()) ON CONFLICT DO NOTHING;\n"  # noqa: S608
    if script.returncode:
        end = "DO $$ BEGIN RAISE EXCEPTION 'half a backup'; END $$;\n"  # so that nothing of it stays
    _, refused = psql.communicate(end.encode())
    _check(script, reading, said)
    _check(psql, writing, refused)
