"""The benchmark: what a request costs, beside Django's own list and beside the least that Django can do.

`python -m tests.bench.run` in the environment that tests.servers gives (script/bench does both). For each size it
fills a template database, copies it, starts two web servers on the copy (SVIT and the floor), and asks them in turns.
"""

import argparse
import os
import statistics
import subprocess
import sys
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2

from tests.bench.machine import ROOT, Database, Web
from tests.bench.pages import Pages, Turned
from tests.bench.pdf import measure_pdf
from tests.bench.report import Measured, report

LIVE = 200
ROUNDS = 5
ENOUGH = 0.8  # CPU seconds of a turn, so that the kernel's ticks of 10 ms do not matter
MOST = 80  # requests of a turn


@dataclass
class Turn:
    """One turn of one page: CPU seconds of a request, of web workers and of the database, and how long each took."""

    web: float
    database: float
    times: list


class Size:
    """A database with so many incidents."""

    def __init__(self, incidents):
        self.incidents = incidents
        self.template, self.name = f"bench_{incidents}_template", f"bench_{incidents}"
        self.url = os.environ["DATABASE_URL"]

    def address(self, name):
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def ask(self, query, database=None):
        with closing(psycopg2.connect(self.address(database) if database else self.url)) as server:
            server.autocommit = True
            with server.cursor() as cursor:
                cursor.execute(query)

    def fill(self):
        """Make the template database, and the copy that is measured."""
        self.ask(f"CREATE DATABASE {self.template}")
        subprocess.run(
            [sys.executable, "-m", "tests.bench.fill", str(self.incidents - 1), str(LIVE)],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": self.address(self.template)},
            check=True,
        )
        self.ask("VACUUM (FREEZE, ANALYZE)", self.template)
        self.ask(f"CREATE DATABASE {self.name} TEMPLATE {self.template} STRATEGY FILE_COPY")

    def drop(self):
        for name in (self.name, self.template):
            self.ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def take_turn(pages, page, system, web, database, *, enough=ENOUGH, most=MOST):
    """As many requests as take `enough` CPU seconds, at least six."""
    while True:
        pages.prepare()
        before, times = (web.cpu(), database.cpu()), []
        try:
            while len(times) < most:
                times.append(pages.ask(page, system))
                spent = web.cpu() - before[0] + database.cpu() - before[1]
                if len(times) >= 6 and spent > enough:
                    break
        except Turned:
            continue
        number = len(times)
        return Turn((web.cpu() - before[0]) / number, (database.cpu() - before[1]) / number, times)


def measure(size, rounds):
    """What each page cost on each system, by (page, system), and the MB of SVIT's largest worker afterwards."""
    from django.db import connection

    webs = {}
    try:
        webs["SVIT"] = Web("SVIT")
        webs["floor"] = webs["admin"] = webs["admin, 25 rows"] = Web("the floor", "tests.bench.floor.wsgi")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            database = Database(cursor.fetchone()[0])
        pages, turns = Pages(webs["SVIT"], webs["floor"], LIVE), defaultdict(list)
        for page, system in pages.all():
            take_turn(pages, page, system, webs[system], database, enough=0.2, most=12)
        for number in range(rounds):
            for page, system in pages.all():
                turns[page, system].append(take_turn(pages, page, system, webs[system], database))
            print(f"{size.incidents:,} incidents, round {number + 1} of {rounds}", flush=True)
        return {key: median(found) for key, found in turns.items()}, webs["SVIT"].memory()
    finally:
        connection.close()
        for web in webs.values():
            web.stop()


def median(turns):
    return Measured(
        cpu=statistics.median(one.web + one.database for one in turns) * 1000,
        web=statistics.median(one.web for one in turns) * 1000,
        latency=statistics.median(took for one in turns for took in one.times) * 1000,
    )


def main():
    parser = argparse.ArgumentParser(prog="script/bench")
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "svit.settings"
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"], cwd=ROOT, check=True
    )
    found, memory, pdf = {}, {}, None
    sizes = [Size(incidents) for incidents in options.sizes]
    for size in sizes:
        size.fill()
        os.environ["DATABASE_URL"] = size.address(size.name)
        use(size)
        found[size.incidents], memory[size.incidents] = measure(size, options.rounds)
        pdf = pdf or measure_pdf(options.rounds)
        os.environ["DATABASE_URL"] = size.url
        size.drop()
    words = report(found, memory, pdf, options.rounds)
    print(words)
    if not options.no_write:
        (ROOT / "docs" / "performance.md").write_text(words, encoding="utf-8")


def use(size):
    """Make this process work on the copy."""
    from django.conf import settings

    django.setup()
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = size.name


if __name__ == "__main__":
    main()
