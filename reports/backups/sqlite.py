"""The database as SQLite copies it while it is in use."""

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection

from reminders.holding import MARK
from svit.refused import Refused


def _place():
    return Path(settings.DATABASES["default"]["NAME"])


def _tables(database):
    names = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return {name for (name,) in names}


def _counted(database, leave_out):
    """Of each table: [rows, digest]; one number over all rows, whatever their order."""
    found = {}
    for table in sorted(_tables(database).difference(leave_out)):
        rows, digest = 0, 0
        for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608
            if table == "reminders_sweepmark" and MARK in row:
                continue
            rows += 1
            digest += int.from_bytes(hashlib.blake2b(repr(row).encode(), digest_size=8).digest())
        found[table] = [rows, str(digest)]
    return found


def counted(leave_out):
    with closing(sqlite3.connect(_place())) as database:
        return _counted(database, leave_out)


def dump(target, *, leave_out):
    """Write the database to a file, as it is at one moment. Returns what `counted` says of that moment."""
    with closing(sqlite3.connect(_place())) as database, closing(sqlite3.connect(target)) as copy:
        database.backup(copy)
        for table in _tables(copy).intersection(leave_out):  # an older database may not have them all
            copy.execute(f'DELETE FROM "{table}"')  # noqa: S608
        copy.commit()
        copy.execute("VACUUM")
        return _counted(copy, leave_out)


def check_empty():
    if _place().exists() and connection.introspection.table_names():
        raise Refused(
            f"There is a database in {_place().parent}. Restore into an empty folder: SVIT_DATA names it."
        )


def load(source):
    """Everything or nothing, and the mark that holds the messages back with it: prepared aside, then put in place."""
    with closing(sqlite3.connect(source)) as copy:
        try:
            whole = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        except sqlite3.DatabaseError:
            whole = False
        if not whole:
            raise Refused("This backup is damaged: its database cannot be read.")
        copy.execute("PRAGMA journal_mode = WAL")
        copy.execute(
            "INSERT OR IGNORE INTO reminders_sweepmark (name, at) VALUES (?, datetime('now'))", (MARK,)
        )
        copy.commit()
    connection.close()
    for ending in ("-wal", "-shm"):
        Path(f"{_place()}{ending}").unlink(missing_ok=True)
    shutil.move(source, _place())
    _place().chmod(0o600)
