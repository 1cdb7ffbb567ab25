"""The figures for a monitor, the identifier of a request, and what the log's lines are made of."""

import json
import logging
import sys
from datetime import timedelta

import pytest
from django.urls import reverse

from reminders import tasks
from reminders.models import Delivery, DeliveryState, Notification, SweepMark
from reports.tasks import render_packs
from svit import clock, metrics
from svit.logs import Json, Line
from tests.svit.test_settings import read

pytestmark = pytest.mark.django_db

TOKEN = "a-token-that-is-long-enough"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def figures(client, settings):
    settings.METRICS_TOKEN = TOKEN

    def read():
        answer = client.get("/metrics", headers=BEARER)
        assert answer.status_code == 200
        lines = (line.rsplit(" ", 1) for line in answer.content.decode().splitlines() if line[0] != "#")
        return {name: float(value) for name, value in lines}

    return read


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}]
)
@pytest.mark.parametrize("token", [TOKEN, ""])
def test_without_the_token_it_does_not_exist(client, settings, headers, token):
    settings.METRICS_TOKEN = token
    assert client.get("/metrics", headers=headers).status_code == 404


def test_without_a_token_set_an_empty_one_opens_nothing(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def deliver(user, state, ago):
    now = clock.now()
    one = Notification.objects.create(
        kind="mobilised",
        step=state,
        subject="5c1b4a2e-0f6d-4c8a-9a53-7d3f1f2f7a10",
        recipient=user,
        due_at=now - ago,
    )
    return Delivery.objects.create(notification=one, state=state, next_try_at=now - ago)


def test_it_tells_what_waits_what_was_given_up_and_how_old_the_sweep_is(figures, cast):
    SweepMark.objects.update_or_create(name="sweep", defaults={"at": clock.now() - timedelta(minutes=7)})
    deliver(cast["partner"], DeliveryState.PENDING, timedelta(minutes=20))
    deliver(cast["partner"], DeliveryState.FAILED, timedelta(hours=2))
    deliver(cast["colleague"], DeliveryState.FAILED, timedelta(days=3))
    deliver(cast["partner"], DeliveryState.SENT, timedelta(hours=2))
    found = figures()
    assert found["svit_sweep_age_seconds"] == pytest.approx(420, abs=30)
    assert found["svit_deliveries_waiting"] == 1
    assert found["svit_deliveries_oldest_seconds"] == pytest.approx(1200, abs=30)
    assert found["svit_deliveries_dead"] == 1
    assert found["svit_packs_waiting"] == found["svit_packs_failed"] == 0


def test_a_job_that_ended_in_an_error_is_told_for_an_hour(figures, monkeypatch):
    assert figures()["svit_jobs_failed"] == 0
    monkeypatch.setattr("reports.actions.render_next", lambda: 1 / 0)
    for task in (render_packs, render_packs, tasks.deliver):
        task.apply()
    assert figures()["svit_jobs_failed"] == 1
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert figures()["svit_jobs_failed"] == 0


def test_a_sweep_that_never_came_is_infinitely_old(figures):
    SweepMark.objects.all().delete()
    assert figures()["svit_sweep_age_seconds"] == float("inf")


def test_answers_are_counted_by_hundreds(figures, client):
    before = figures()
    client.get("/healthz")
    client.get("/nowhere/")
    after = figures()
    assert (
        after['svit_responses_total{status="4xx"}'] - before.get('svit_responses_total{status="4xx"}', 0) == 1
    )
    assert after["svit_response_seconds_count"] - before["svit_response_seconds_count"] == 3


def test_a_figure_that_cannot_be_read_leaves_the_others(figures, monkeypatch, caplog):
    def broken():
        raise ValueError("a value that somebody typed")

    monkeypatch.setitem(metrics._gauges, "svit_broken", ("Breaks.", broken))
    found = figures()
    assert "svit_broken" not in found
    assert "svit_sweep_age_seconds" in found


def test_nothing_in_the_figures_names_anybody(figures, client, cast, incident, settings):
    client.force_login(cast["coordinator"])
    client.get(incident.get_absolute_url())
    page = client.get("/metrics", headers=BEARER).content.decode()
    for secret in (
        str(incident.uuid),
        incident.reference,
        cast["coordinator"].email,
        str(incident.partnership),
    ):
        assert secret not in page


def test_every_answer_carries_an_identifier_of_its_own(client):
    first, second = (client.get("/healthz")["X-Request-ID"] for _ in range(2))
    assert first != second
    assert len(first) >= 32


@pytest.mark.parametrize("brought", ["<script>", "a" * 500, "1\r\nX-Evil: 1", ""])
def test_an_identifier_that_is_none_is_not_taken_over(client, brought):
    assert client.get("/healthz", headers={"X-Request-ID": brought})["X-Request-ID"] != brought


def test_an_answer_is_told_by_its_view_and_not_by_its_address(client, cast, incident, caplog):
    client.force_login(cast["coordinator"])
    with caplog.at_level(logging.INFO, "svit.requests"):
        found = client.post(reverse("search"), {"q": "Remi"})
        client.get(found["Location"])
        client.get("/Remi-Lockyer/")
    lines = [record.getMessage() for record in caplog.records if record.name == "svit.requests"]
    told = ["POST search 302, ", "GET search 200, ", "GET none 404, "]
    assert all(line.startswith(start) for line, start in zip(lines, told, strict=True))
    assert "Remi" not in "".join(lines)


def record(**more):
    try:
        raise ValueError("Remi Lockyer, 14")
    except ValueError:
        made = logging.LogRecord(
            "svit", logging.ERROR, "x.py", 1, "It broke\nat %s", ("once",), sys.exc_info()
        )
    made.__dict__ |= more
    return made


def test_a_line_of_json_has_the_request_and_nothing_that_was_typed():
    line = Json().format(record(correlation_id="abc", method="GET", view="search", status=500, ms=3))
    told = json.loads(line)
    assert "\n" not in line
    assert told["request"] == "abc"
    assert told["message"] == "It broke\nat once"
    assert (told["method"], told["view"], told["status"], told["ms"]) == ("GET", "search", 500, 3)
    assert told["error"].startswith("builtins.ValueError at ")
    assert "Remi" not in line


def test_a_line_for_people_ends_with_the_request():
    assert Line().format(record(correlation_id="abc")).endswith("[abc]")
    assert "[" not in Line().format(record()).split(" at ")[0]


def test_a_failure_shows_the_number_by_which_it_is_found(client, cast, monkeypatch):
    from incidents.views import incident as views

    monkeypatch.setattr(views.queries, "incident_list", lambda *args, **more: 1 / 0)
    client.force_login(cast["coordinator"])
    client.raise_request_exception = False
    answer = client.get(reverse("incidents"))
    assert answer.status_code == 500
    assert answer["X-Request-ID"] in answer.content.decode()
    assert "Press Back" in answer.content.decode()


@pytest.mark.parametrize(("name", "value"), [("SVIT_METRICS_TOKEN", "short"), ("SVIT_LOG_FORMAT", "xml")])
def test_an_unsafe_setting_refuses_to_start(tmp_path, name, value):
    assert name in read({"SVIT_DATA": str(tmp_path / "data"), name: value}, "DEBUG")


def test_a_message_that_waits_for_the_morning_is_not_late(figures, cast):
    waits = deliver(cast["partner"], DeliveryState.PENDING, timedelta(0))
    Delivery.objects.filter(pk=waits.pk).update(next_try_at=clock.now() + timedelta(hours=5))
    assert figures()["svit_deliveries_waiting"] == 0
    Delivery.objects.filter(pk=waits.pk).update(attempts=1)
    assert figures()["svit_deliveries_waiting"] == 1
