"""Bringing the data up to a new version while people work: a table in use is waited for, and asked for again."""

import pytest
from django.db import OperationalError, connection

from svit.management.commands import prepare


class InUse(Exception):
    pgcode = "55P03"


@pytest.fixture
def migrations(monkeypatch):
    """What each call of migrate meets, in order; nobody really waits."""
    met, waits = [], []

    def call(name, **options):
        if name != "migrate":
            return
        if error := met.pop(0):
            raise OperationalError("canceling statement due to lock timeout") from error

    monkeypatch.setattr(prepare, "call_command", call)
    monkeypatch.setattr(prepare.time, "sleep", waits.append)
    return met, waits


def test_a_table_in_use_is_asked_for_again(migrations, capsys):
    met, waits = migrations
    met += [InUse(), InUse(), None]
    prepare.Command().migrate()
    assert (met, len(waits)) == ([], 2)
    assert capsys.readouterr().out.count("trying again") == 2


def test_it_gives_up_in_the_end(migrations):
    met, waits = migrations
    met += [InUse() for _ in range(prepare.TRIES)]
    with pytest.raises(OperationalError):
        prepare.Command().migrate()
    assert len(waits) == prepare.TRIES - 1


def test_any_other_failure_ends_it_at_once(migrations):
    met, waits = migrations
    met += [ValueError("no space left on the disk")]
    with pytest.raises(OperationalError):
        prepare.Command().migrate()
    assert waits == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_postgresql_says_it_by_that_code():
    """Two sessions and a lock: the refusal is the one that `migrate` looks for."""
    other = connection.copy()
    try:
        with other.cursor() as holding, connection.cursor() as waiting:
            holding.execute("BEGIN")
            holding.execute("LOCK TABLE incidents_incident")
            waiting.execute("SET lock_timeout = '50ms'")
            with pytest.raises(OperationalError) as refusal:
                waiting.execute("ALTER TABLE incidents_incident ADD COLUMN later integer")
            assert refusal.value.__cause__.pgcode == prepare.LOCK_NOT_AVAILABLE
            waiting.execute("RESET lock_timeout")
            holding.execute("ROLLBACK")
    finally:
        other.close()
