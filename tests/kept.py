"""What most tests stand on is built once, and its rows are put back for the next test that asks.

To load the toolkit and to log an incident costs hundreds of queries, and a thousand tests begin so. The rows that a
fixture made are read from the database when it has made them, and written again, with the same keys and times, for
whoever asks next. Nobody is given what would have come out otherwise: where the clock is held, or where a test wrote
to the database first, the fixture builds.
"""

import io
import pickle
import time
from itertools import count

from django.apps import apps
from django.db import connection, transaction

from svit import clock
from svit.engines import is_postgres

FRESH = 20  # seconds after which what is told as of now is made anew
SWEPT = 60  # tests after which the tables are rid of what was rolled back
WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCA")
_kept: dict = {}
_tests = count(1)


def forget():
    """The tables were emptied, kinds of content and permissions too: what refers to them is made anew."""
    _kept.clear()


def sweep():
    """PostgreSQL reads past the rows of each test that was rolled back, more with every test; nothing else rids it."""
    if next(_tests) % SWEPT or not is_postgres():
        return
    other = connection.copy()  # that of the test is within a transaction
    try:
        with other.cursor() as cursor:
            cursor.execute("VACUUM (SKIP_LOCKED) " + ", ".join(map(other.ops.quote_name, _tables())))
    finally:
        other.close()


class Ground:
    """Watches one test's connection: whether anything was written to its database but what is kept."""

    def __init__(self):
        self.untouched = True

    def __call__(self, execute, sql, params, many, context):
        if sql.lstrip()[:6].upper() in WRITES:
            self.untouched = False
        return execute(sql, params, many, context)

    def stand(self, name, build, *, fresh=None):
        """What `build` makes, or made for another test; no longer ago than `fresh` seconds, where time matters."""
        if not self.untouched or clock._held.get():
            return build()
        made_at, rows, made = _kept.get(name, (0, {}, None))
        if made is None or (fresh and time.monotonic() - made_at > fresh):
            made, rows = self._built(build)
            _kept[name] = time.monotonic(), rows, pickle.dumps(made)
        else:
            with transaction.atomic():  # rows refer to rows of tables that come later
                for table, lines in rows.items():
                    _write(table, lines)
            made = pickle.loads(made)
        self.untouched = True
        return made

    def _built(self, build):
        before = {table: _read(table) for table in _tables()}
        made = build()
        rows = {}
        for table, was in before.items():
            now, had = _read(table), set(was)
            assert had <= set(now), f"What is kept changes no row that was there before, as in {table}."
            if len(now) > len(was):
                rows[table] = [row for row in now if row not in had]
        return made, rows


def _tables():
    return [model._meta.db_table for model in apps.get_models(include_auto_created=True)]


def _read(table):
    """The rows of a table in the order in which they lie there, each as it can be written again."""
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        if is_postgres():
            out = io.StringIO()
            cursor.copy_expert(f"COPY {name} TO STDOUT", out)
            return out.getvalue().split("\n")[:-1]
        cursor.execute(f"SELECT * FROM {name}")
        return cursor.fetchall()


def _write(table, rows):
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        if is_postgres():
            cursor.copy_expert(f"COPY {name} FROM STDIN", io.StringIO("\n".join(rows) + "\n"))
        else:
            values = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {name} VALUES ({values})", rows)
