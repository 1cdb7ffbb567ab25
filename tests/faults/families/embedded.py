"""The embedded mode as script/server runs it: SQLite, a broker in a folder, mail in files. All of it is killed."""

import http.client
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psutil

from tests.faults.families.common import signed_in
from tests.faults.figures import Figures
from tests.faults.full_mode import ROOT, free_port, over, until
from tests.faults.people import Person
from tests.faults.ticking import Ticking

TAKEN = "state = 'pending' AND message_id <> ''"
LEASE = timedelta(minutes=3)


class Neighbour(Person):
    """Somebody at a browser on the same machine: without TLS, as embedded mode is reached."""

    def reach(self):
        return f"http://localhost:{self.house.port}"

    def connect(self):
        return http.client.HTTPConnection("localhost", self.house.port, timeout=60)


class Server:
    """script/server, and who starts it again whenever it ended."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="svit-"))
        self.port = free_port()
        unwanted = ("SVIT", "DATABASE", "CELERY", "EMAIL")
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(unwanted)}
        self.environment |= {
            "SVIT_DATA": str(self.folder / "data"),
            "DJANGO_SETTINGS_MODULE": "svit.settings",
            "PYTHONPATH": str(ROOT),
        }
        self.popen, self.kills = None, 0

    def start(self):
        words = [sys.executable, "script/serve.py", "--host", "localhost", "--port", str(self.port)]
        with (self.folder / "log").open("a") as log:
            self.popen = subprocess.Popen(
                words, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        until(self.answers, self.popen, seconds=120)

    def answers(self):
        try:
            connection = http.client.HTTPConnection("localhost", self.port, timeout=5)
            connection.request("GET", "/account/login/")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False

    def kill(self, which):
        """`web` or `worker`, or `all` at once. Where one is gone, the others are stopped; it is started again."""
        family = psutil.Process(self.popen.pid).children(recursive=True)
        chosen = [one for one in family if which == "all" or _is(one, which)]
        if which == "all":
            self.popen.kill()
        for one in chosen:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self.kills += 1
        try:
            self.popen.wait(30)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
        until(lambda: all(map(over, family)), seconds=30)
        self.start()

    def fill(self, **how):
        """The world, within the embedded mode, by a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.inside", json.dumps(how)],
            cwd=ROOT, env=self.environment | {"SVIT_LOG_LEVEL": "ERROR"}, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    def ask(self, query, *values):
        """The rows of a query, asked of the file."""
        with closing(sqlite3.connect(self.folder / "data" / "svit.sqlite3", timeout=60)) as file, file:
            return file.execute(query, values).fetchall()

    def in_flight(self):
        return {
            message for (message,) in self.ask(f"SELECT message_id FROM reminders_delivery WHERE {TAKEN}")
        }

    def hurry(self, killed):
        """Nothing is held, and what was taken before `killed` has waited its three minutes. How many wait still."""
        now, until_then = (
            f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" for at in (datetime.now(UTC), killed + LEASE)
        )
        self.ask(
            "UPDATE reminders_delivery SET next_try_at = ? WHERE state = 'pending'"
            " AND (message_id = '' OR next_try_at < ?)", now, until_then,
        )  # fmt: skip
        return self.ask("SELECT count(*) FROM reminders_delivery WHERE state = 'pending'")[0][0]

    def said(self):
        rows = self.ask("SELECT subject, step, recipient_id FROM reminders_notification")
        return Counter((str(UUID(subject)), step, who) for subject, step, who in rows)

    def letters(self):
        """[(when, to, Message-ID, links)] of the mails in the folder."""
        found = []
        for path in (self.folder / "data" / "mail").glob("*.log"):
            for text in re.split(r"^-{79}$", path.read_text(encoding="utf-8"), flags=re.MULTILINE):
                if "X-SVIT: reminder" in text:
                    number = re.search(r"^Message-ID: (.+)$", text, re.MULTILINE)[1]
                    found.append((0, "", number, tuple(re.findall(r"/inbox/([0-9a-f-]+)/", text))))
        return found

    def end(self):
        if self.popen and self.popen.poll() is None:
            family = psutil.Process(self.popen.pid).children(recursive=True)
            self.popen.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.popen.wait(30)
            for one in (self.popen, *family):
                with suppress(psutil.NoSuchProcess):
                    one.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def _is(process, which):
    with suppress(psutil.NoSuchProcess):
        words = " ".join(process.cmdline())
        return ("gunicorn" in words) if which == "web" else ("celery" in words)
    return False


class Sent:
    """The mails as `Figures` counts those of a mail server."""

    def __init__(self, letters):
        self.got = letters


def run(house, world, size):
    figures, server = Figures(), Server()
    order = random.sample(("worker", "web", "all"), 3)
    kills = [order[number % 3] for number in range(size.embedded_kills)]
    try:
        server.start()
        made = server.fill(hands=4, ticks=size.ticks // 4, number=size.embedded, seconds=12 + len(kills) * 8)
        expected = {tuple(row) for row in made["expected"]}
        people = signed_in(server, Neighbour)
        in_flight = set()
        ticking = Ticking(people, made["incident"], made["items"], pause=0.3)
        with ticking:
            for which in kills:
                time.sleep(2)
                server.kill(which)
                in_flight |= server.in_flight()
        time.sleep(max(made["last"] - time.time(), 0) + 1)
        killed = datetime.now(UTC)
        server.kill("all")  # a worker that starts says what fell due meanwhile
        in_flight |= server.in_flight()
        until(lambda: expected <= set(server.said()) and not server.hurry(killed), seconds=240)
        said, letters = server.said(), server.letters()
        links = {str(UUID(uuid)) for (uuid,) in server.ask("SELECT uuid FROM reminders_notification")}
        done = server.ask("SELECT uuid FROM checklists_checklistitem WHERE done_recorded_at IS NOT NULL")
        logged = server.ask("SELECT about_uuid FROM incidents_logentry WHERE about_uuid IS NOT NULL")
    finally:
        server.end()
    figures.kills = server.kills
    figures.count_said(expected, said)
    figures.count_emails(Sent(letters), in_flight, links)
    ticking.count(figures, [str(UUID(uuid)) for (uuid,) in logged], {str(UUID(uuid)) for (uuid,) in done})
    return figures
