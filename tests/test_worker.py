"""The whole way of a message: a write, Redis, a real Celery worker, a real mail server."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from django.db import connection

from incidents.access import sight
from incidents.actions import engage
from reports.actions import request_pack
from reports.models import Pack, PackState
from tests.conftest import log_one

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
