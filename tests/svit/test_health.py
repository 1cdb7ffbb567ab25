"""/healthz says what is unwell, to anybody, and nothing else."""

import json
import logging

import pytest
from django.db import connection
from django.test import RequestFactory

from svit import health


@pytest.fixture
def checks(monkeypatch):
    """The checks of this floor; rooms have theirs."""
    own = {name: health._checks[name] for name in ("database", "broker", "migrations")}
    monkeypatch.setattr(health, "_checks", own)
    monkeypatch.setattr(health, "_migrated", False)
    return own


def answer():
    response = health.healthz(RequestFactory().get("/healthz"))
    return response.status_code, json.loads(response.content)


@pytest.mark.django_db
def test_all_is_well(checks):
    assert answer() == (200, {"status": "well", "database": "well", "broker": "well", "migrations": "well"})


@pytest.mark.django_db
def test_a_room_adds_its_check_and_says_what_is_wrong(checks):
    @health.check("sweep")
    def swept():
        raise health.Unwell("the last sweep is too long ago")

    status, told = answer()
    assert status == 503
    assert told["status"] == "unwell"
    assert told["sweep"] == "the last sweep is too long ago"


def test_two_checks_cannot_share_a_name(checks):
    with pytest.raises(ValueError, match="two health checks named database"):
        health.check("database")(lambda: None)


@pytest.mark.django_db
def test_a_check_that_breaks_tells_the_public_nothing(checks, caplog):
    @health.check("sweep")
    def broken():
        raise RuntimeError("password=hunter2")

    with caplog.at_level(logging.CRITICAL):
        status, told = answer()
    assert (status, told["sweep"]) == (503, "not reachable")
    assert "hunter2" not in json.dumps(told)


@pytest.mark.django_db
def test_a_migration_that_is_not_applied_is_unwell(checks):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    assert answer()[1]["migrations"] == "not applied"


@pytest.mark.django_db
def test_a_broker_out_of_reach_is_unwell(checks, settings, tmp_path):
    if settings.EMBEDDED:
        settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": str(tmp_path / "gone")}
    else:
        settings.REDIS_URL = f"unix://{tmp_path}/gone.sock"
    status, told = answer()
    assert status == 503
    assert told["broker"] in {"not writable", "not reachable"}
    assert told["database"] == "well"


@pytest.mark.django_db
def test_anybody_may_ask_and_nobody_may_keep_the_answer(client):
    response = client.get("/healthz")
    assert response.status_code in {200, 503}
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert client.post("/healthz").status_code == 405
