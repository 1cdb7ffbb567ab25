"""The whole way of a message: a write, Redis, a real Celery worker, a real mail server."""

import email
import email.policy
import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from django.db import connection

from checklists.models import ClockKind
from incidents.access import sight
from incidents.actions import engage
from incidents.models import Engagement, ReportState
from partners.models import User
from reminders import ring
from reminders.models import Delivery, DeliveryState, Notification
from reports.actions import request_pack
from reports.models import Pack, PackState
from svit import clock
from tests.conftest import log_one
from tests.reminders.conftest import (
    H24,
    HOUR,
    MINUTE,
    SECRETS,
    look,
    make_clock,
    make_incident,
    make_item,
    make_person,
    mobilise,
    put_on_call,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


class Sink:
    """Keeps what arrives."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):
        self.letters.append((envelope.rcpt_tos, envelope.content.decode()))
        return "250 Kept"


@pytest.fixture
def sink():
    kept = Sink()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        kept.port = probe.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    yield kept
    controller.stop()


@pytest.fixture
def worker(sink, tmp_path, settings):
    """`celery worker -B` on the test's database, Redis and mail server, as the full mode runs it."""
    host = quote(connection.settings_dict["HOST"], safe="")
    name = connection.settings_dict["NAME"]
    environment = os.environ | {
        "DATABASE_URL": f"postgres://postgres@{host}/{name}",
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "SVIT_DATA": str(settings.DATA),
    }
    command = [sys.executable, "-m", "celery", "-A", "svit", "worker", "-B", "-P", "threads", "-c", "2",
               "-s", str(tmp_path / "beat"), "--loglevel", "WARNING"]  # fmt: skip
    log = (tmp_path / "worker.log").open("w")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    yield process
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    log.close()


def until(condition, seconds=60):
    """Wait for what the worker does; the worker's own time, so polled."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.3)
    raise AssertionError("It did not happen in time.")


def test_mobilising_reaches_a_partner_by_mail_and_a_pack_is_made(worker, sink, toolkit, actors):
    by = actors["coordinator"]
    incident = log_one(by)
    put_on_call(actors["partner"].agency, actors["partner"], clock.now())  # else it waits at night
    engage(incident=incident, agency=actors["partner"].agency, by=by, reason="Needed.")
    letter = until(
        lambda: next((body for to, body in sink.letters if "police@northmere.example" in to), None)
    )
    assert incident.reference in letter
    assert re.search(r"http://localhost/inbox/", letter)
    assert "Station Parade" not in letter
    pack = request_pack(
        seen=sight(by, incident), audience="gold", purpose="Gold group", recipients="Gold group members"
    )
    until(lambda: Pack.objects.get(pk=pack.pk).state == PackState.READY)


# What each kind says, and to whom it says it here
SAID = {
    "mobilised": ("youth", "Your agency is asked to respond to an incident."),
    "assigned": ("police", "You have been given an item."),
    "sent_back": ("coordinator", "An item was sent back and needs another agency."),
    "item due": ("police.two", "An item is due now."),
    "item overdue": ("police.manager", "An item is overdue."),
    "golden_hour": ("police.two", "A golden hour has run out."),
    "first_attempt": ("police.two", "A first attempt at contact was not made within 24 hours."),
    "contact_made": ("police.two", "Contact was not made within 48 hours. Give the cause and a new plan."),
    "anniversary": ("coordinator", "The anniversary of an incident is on"),
    "unconfirmed": ("coordinator", "A partner reported an incident. Confirm or decline it."),
}


def make_everything_due(actors, world):
    """One thing of each kind, due by the clock on the wall: the worker has no other."""
    now, by, police = clock.now(), actors["coordinator"], world.agencies.police
    mobilise(make_incident(by, now), world.agencies.youth, by, now)
    incident = make_incident(by, now - 3 * H24)
    look(incident, None)
    engagement = mobilise(incident, police, by, now - 3 * H24)
    Engagement.objects.filter(pk=engagement.pk).update(seen_at=now, remind_at=None)
    make_item(incident, now, by=by, agency=police, assignee=actors["partner"].user)
    look(make_item(incident, now, sent_back_at=now), now, "tell_at")
    for late in (MINUTE, 25 * HOUR):
        item = make_item(
            incident, now - 2 * H24, agency=police, assignee=actors["colleague"].user, due_at=now - late
        )
        look(item, None, "tell_at")
    for kind, hours in (
        (ClockKind.GOLDEN_HOUR, 1),
        (ClockKind.FIRST_ATTEMPT, 24),
        (ClockKind.CONTACT_MADE, 48),
    ):
        started = now - hours * HOUR - MINUTE
        make_clock(make_person(incident), kind, started, agency=police, worker=actors["colleague"].user)
    make_incident(by, now - timedelta(days=365 - 6))
    make_incident(actors["partner"], now, report_state=ReportState.UNCONFIRMED, partnership=world.north)


def test_every_kind_of_reminder_that_is_due_reaches_its_recipient_by_mail_once(worker, sink, actors, world):
    make_everything_due(actors, world)
    ring("reminders.sweep")
    kinds = {kind.split()[0] if "item" not in kind else "item_due" for kind in SAID}
    until(lambda: set(Notification.objects.values_list("kind", flat=True)) == kinds)
    # What is not urgent is held for two minutes, and in the night until seven: that is brought forward.
    Delivery.objects.filter(state=DeliveryState.PENDING, message_id="").update(next_try_at=clock.now())
    ring("reminders.deliver")
    until(lambda: not Delivery.objects.filter(state=DeliveryState.PENDING).exists())
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
    letters = [(to, email.message_from_string(raw, policy=email.policy.default)) for to, raw in sink.letters]
    for kind, (who, words) in SAID.items():
        theirs = [letter.get_content() for to, letter in letters if to == [f"{who}@northmere.example"]]
        assert sum(text.count(words) for text in theirs) == 1, kind
    names = [name for name in User.objects.values_list("name", flat=True) if " " in name]
    for _, letter in letters:
        text = f"{letter['Subject']}\n{letter.get_content()}"
        assert re.search(r"NM-\d\d-\d{4}", text)
        assert "http://localhost/inbox/" in text
        assert not [word for word in (*SECRETS, "Ward", "Kamal", *names) if word in text]
