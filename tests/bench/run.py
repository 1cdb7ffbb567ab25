"""The benchmark: what a request costs, beside Django's own list and beside the least that Django can do.

`python -m tests.bench.run` in the environment that tests.servers gives (script/bench does both). For each size it
fills a template database, copies it, starts two web servers on the copy (SVIT and the floor), and asks them in turns.
"""

import argparse
import os
import statistics
import subprocess
import sys
import uuid
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2

from tests.bench.machine import ROOT, Client, Database, Web

LIVE = 200
ROUNDS = 5
FORM = {
    "happened": "stabbing",
    "when": "hour",
    "place": "Station Parade",
    "source": "police",
    "injury": "serious",
    "young_people": "2",
    "places": ["hospital"],
    "summary": "Two hurt",
}


@dataclass
class Reading:
    """One turn of one page: CPU seconds of a request, of web workers and database together, and its times."""

    web: float
    database: float
    times: list

    @property
    def cpu(self):
        return self.web + self.database


class Turned(Exception):
    """The minute turned, and with it the version of the page that was polled: the turn is taken again."""


class Size:
    """A database with so many incidents, and what is asked of it."""

    def __init__(self, incidents):
        self.incidents = incidents
        self.template, self.name = f"bench_{incidents}_template", f"bench_{incidents}"
        self.url = os.environ["DATABASE_URL"]

    def address(self, name):
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def ask(self, query):
        with closing(psycopg2.connect(self.url)) as server:
            server.autocommit = True
            with server.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall() if cursor.description else None

    def fill(self):
        """The template database, unless it is there from a run before on the same server."""
        if self.ask(f"SELECT 1 FROM pg_database WHERE datname = '{self.template}'"):
            return
        self.ask(f"CREATE DATABASE {self.template}")
        subprocess.run(
            [sys.executable, "-m", "tests.bench.fill", str(self.incidents - 1), str(LIVE)],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": self.address(self.template)},
            check=True,
        )

    def copy(self):
        self.drop()
        self.ask(f"CREATE DATABASE {self.name} TEMPLATE {self.template} STRATEGY FILE_COPY")

    def drop(self):
        self.ask(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


class Bench:
    """Pages by name, each with the systems that have it: what to ask, and the status that answers."""

    def __init__(self, svit, floor):
        from incidents.models import Incident
        from partners.models import Membership, Role

        self.webs = {"SVIT": svit, "floor": floor, "admin": floor, "admin, 25 rows": floor}
        posts = Membership.objects.select_related("user").order_by("pk")
        post = posts.filter(role=Role.COORDINATOR, agency__csp_of__code="NM")[0]
        self.user = post.user
        self.user.is_superuser = self.user.is_staff = True
        self.user.save()
        self.clients = {
            "SVIT": self.client(svit, "partners.backend.Backend"),
            "floor": self.client(floor, "django.contrib.auth.backends.ModelBackend"),
        }
        self.clients["admin"] = self.clients["admin, 25 rows"] = self.clients["floor"]
        self.live = list(Incident.objects.exclude(stage="closed").order_by("-logged_at")[1:LIVE])
        self.turn = count()
        self.tag = ""
        self.items = self.open_items()
        self.pages = {
            "list of 25": {
                "SVIT": lambda: ("GET", "/incidents/", 200),
                "floor": lambda: ("GET", "/list/", 200),
                "admin": lambda: ("GET", "/admin/incidents/incident/", 200),
                "admin, 25 rows": lambda: ("GET", "/admin25/incidents/incident/", 200),
            },
            "search, a reference": {
                "SVIT": lambda: ("GET", f"/search/?q=NM-B-{self.number()}", 200),
                "floor": lambda: ("GET", f"/search/?q=NM-B-{self.number()}", 200),
            },
            "search, a word of every incident": {
                "SVIT": lambda: ("GET", "/search/?q=Station", 200),
                "floor": lambda: ("GET", "/search/?q=Station", 200),
            },
            "incident page": {
                "SVIT": lambda: ("GET", self.incident().get_absolute_url(), 200),
                "floor": lambda: ("GET", f"/incident/{self.incident().pk}/", 200),
            },
            "not-modified poll": {"SVIT": self.poll},
            "tick": {"SVIT": self.tick_svit, "floor": self.tick_floor},
            "create": {"SVIT": self.create_svit, "floor": self.create_floor},
            "my work": {
                "SVIT": lambda: ("GET", "/my-work/", 200),
                "floor": lambda: ("GET", "/work/", 200),
            },
        }

    def client(self, web, backend):
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore
        from django.middleware.csrf import _get_new_csrf_string

        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(self.user.pk), backend
        session[HASH_SESSION_KEY] = self.user.get_session_auth_hash()
        session.save()
        return Client(web.port, {"sessionid": session.session_key, "csrftoken": _get_new_csrf_string()})

    def number(self):
        return next(self.turn) * 37 % 9_000 + 1

    def incident(self):
        return self.live[next(self.turn) % len(self.live)]

    def open_items(self):
        """Open actions, each to be ticked once."""
        from checklists.models import ChecklistItem

        rows = ChecklistItem.objects.filter(
            incident__in=[row.pk for row in self.live], state="open", kind="action", follows_clocks=False
        ).select_related("incident")
        return iter(list(rows.order_by("order", "pk")))

    def poll(self):
        """The overview of one incident asked again with the version that it had."""
        url = self.live[0].get_absolute_url()
        return "GET", url, 304, {"If-None-Match": self.tag}

    def tick_svit(self):
        from django.urls import reverse

        item = next(self.items)
        url = reverse("item-done", args=[item.incident.uuid, item.uuid])
        return "POST", url, 302, {
            "note": "", "version": item.version,
        }  # fmt: skip

    def tick_floor(self):
        item = next(self.items)
        return "POST", f"/tick/{item.pk}/", 302, {"note": "", "version": item.version}

    def create_svit(self):
        return "POST", "/incidents/new/", 302, FORM | {"submission": str(uuid.uuid4())}

    def create_floor(self):
        return "POST", "/create/", 302, FORM

    def ask(self, page, system):
        method, path, status, *more = self.pages[page][system]()
        client = self.clients[system]
        answer = (
            client.get(path, **(more[0] if more else {})) if method == "GET" else client.post(path, *more)
        )
        if status == 304 and answer.status == 200:
            raise Turned
        if answer.status != status:
            raise SystemExit(f"{system}, {page}: {path} answered {answer.status} and not {status}.\n"
                             + answer.body[:400].decode(errors="replace"))  # fmt: skip
        return answer.seconds

    def measure(self, page, system, database, least=0.6, most=60):
        """One turn: as many requests as take `least` seconds of CPU, at least six."""
        web = self.webs[system]
        while True:
            self.tag = self.clients["SVIT"].get(self.live[0].get_absolute_url()).headers["ETag"]
            before, times = (web.cpu(), database.cpu()), []
            try:
                while len(times) < most:
                    times.append(self.ask(page, system))
                    spent = web.cpu() - before[0] + database.cpu() - before[1]
                    if len(times) >= 6 and spent > least:
                        break
            except Turned:
                continue
            return Reading(
                (web.cpu() - before[0]) / len(times), (database.cpu() - before[1]) / len(times), times
            )


def measure_pages(size, rounds, only):
    os.environ["DATABASE_URL"] = size.address(size.name)
    webs = []
    try:
        webs.append(Web("SVIT"))
        webs.append(Web("the floor", "tests.bench.floor.wsgi"))
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            database = Database(cursor.fetchone()[0])
        bench = Bench(*webs)
        found = defaultdict(list)
        for page in bench.pages:
            for system in bench.pages[page]:
                bench.measure(page, system, database, least=0.2, most=10)  # warm
        for number in range(rounds):
            for page, systems in bench.pages.items():
                if only and not any(word in page for word in only):
                    continue
                for system in systems:
                    found[page, system].append(bench.measure(page, system, database))
            print(f"round {number + 1} of {rounds}", flush=True)
        memory = webs[0].memory()
        connection.close()
        return found, memory
    finally:
        for web in webs:
            web.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "svit.settings"
    for incidents in options.sizes:
        size = Size(incidents)
        size.fill()
        size.copy()
        os.environ["DATABASE_URL"] = size.address(size.name)
        django.setup()
        found, memory = measure_pages(size, options.rounds, options.only)
        print(f"{incidents} incidents; largest worker {memory:.0f} MB")
        for (page, system), readings in found.items():
            cpu = statistics.median(one.cpu for one in readings) * 1000
            web = statistics.median(one.web for one in readings) * 1000
            wall = statistics.median(t for one in readings for t in one.times) * 1000
            print(f"{page:36} {system:16} cpu {cpu:8.2f} ms (web {web:8.2f})  latency {wall:8.2f} ms")


if __name__ == "__main__":
    main()
