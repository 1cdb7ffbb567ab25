"""The full mode to be ill-treated: the processes of docker-compose.yml with a PostgreSQL that really writes, any of
which is killed with signal 9 and brought back, and a mail server that can be down or refuse.
"""

import logging
import os
import random
import subprocess
import threading
import time
from contextlib import contextmanager, suppress

import psutil
import psycopg2
from aiosmtpd.controller import Controller

from tests import servers
from tests.faults.full_mode import (
    CADDY,
    ROOT,
    WEBS,
    WORKERS,
    FullMode,
    Process,
    free_port,
    over,
    until,
)
from tests.faults.wrong_clock import WrongClock

# As a partnership runs it: what was committed is on disk.
SAFE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "autovacuum": "on"}
LEASE = "3 minutes"  # reminders.actions.sending.LEASE, as the database says it


class Sink:
    """A mail server that writes down who was sent what and when, and can be out of order."""

    def __init__(self):
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # it tells each line of each conversation
        self.got, self.tried = [], []  # (when, recipient, Message-ID, links), taken and refused
        self.temporarily, self.for_ever = set(), set()  # addresses that it refuses
        self.port, self.controller = free_port(), None
        self.start()

    def start(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self):
        """It is down: nobody answers at its port."""
        self.controller.stop()

    @contextmanager
    def down(self):
        self.stop()
        try:
            yield
        finally:
            self.start()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.for_ever:
            self.tried.append((time.time(), address))
            return "550 5.1.1 No such mailbox"
        if address in self.temporarily:
            self.tried.append((time.time(), address))
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        text = envelope.content.decode()
        head = dict(line.split(": ", 1) for line in text.split("\r\n\r\n")[0].splitlines() if ": " in line)
        links = [line.rsplit("/", 2)[1] for line in text.splitlines() if "/inbox/" in line]
        self.got.append((time.time(), envelope.rcpt_tos[0], head["Message-ID"], tuple(links)))
        return "250 Kept"

    def forget(self):
        self.got.clear()
        self.tried.clear()


class House(FullMode):
    postgres_options = SAFE

    def __init__(self, say=print):
        self.say = say
        self.sink = Sink()
        super().__init__(self.sink.port)
        self.in_flight = set()  # Message-IDs that were being sent when something was killed
        self.kills = 0

    def start(self):
        """Servers, webs and proxy. Workers and beat are started by whoever needs them."""
        self.tree = ROOT
        self.make_secrets()
        self.start_postgres()
        self.start_redis()
        self.collect()
        (self.folder / "data").mkdir(mode=0o700)
        self.run("migrate")
        for name in WEBS:
            self.launch("web", name)
        self.processes["caddy"] = Process(
            self, "caddy", CADDY, tree=ROOT, environment=self.caddy_environment()
        )
        for name in WEBS:
            until(lambda name=name: self.listens(name), self.processes[name].popen)
        until(self.authority.exists, self.processes["caddy"].popen)

    def of_the_image(self, name):
        return super().of_the_image(name) | {
            "PYTHONPATH": str(ROOT)
        }  # this tree, whatever the environment knows

    def here_in(self):
        """What this process needs in its environment to read and fill the database as its owner."""
        return {
            key: value
            for key, value in self.environment("migrate", "faults").items()
            if key.startswith(("SVIT", "DATABASE", "CELERY", "EMAIL"))
        } | {"DJANGO_SETTINGS_MODULE": "svit.settings"}

    def end(self):
        super().end()
        with suppress(Exception):  # it may be down already
            self.sink.stop()

    # --- starting and ending

    def start_redis(self):
        self.launch("redis")
        until(lambda: self.healthy("redis"))

    def start_workers(self, *names, concurrency=4, clock=None):
        """Workers as compose has them; of `concurrency` processes each, and by the hands of `clock`."""
        for name in names or WORKERS:
            self.start_one("worker", name, clock=clock, **{"--concurrency": str(concurrency)})

    def start_beat(self, name="beat", clock=None):
        self.start_one("beat", name, clock=clock)

    def start_one(self, service, name, clock=None, **options):
        words = self.command(name, self.services[service]["command"])
        if service == "worker" and "--hostname" not in words:
            words += ["--hostname", f"celery@{name}"]
        for option, value in options.items():
            words[words.index(option) + 1] = value
        environment = self.environment(service, name) | (clock.environment if clock else {})
        self.processes[name] = Process(self, name, words, tree=self.tree, environment=environment)

    def stop(self, *names):
        """Told to stop, they finish what they have in hand; all at the same time."""
        found = [self.processes.pop(name) for name in names if name in self.processes]
        threads = [threading.Thread(target=one.stop, args=(60,)) for one in found]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def stop_workers(self):
        self.stop(*(name for name in list(self.processes) if name.startswith(("worker", "beat"))))

    def drop_workers(self):
        """Gone at once, where nothing that counts is under way."""
        for name in [name for name in self.processes if name.startswith(("worker", "beat"))]:
            self.processes.pop(name).kill()

    def wrong_clock(self, seconds=0):
        return WrongClock(self.folder, seconds)

    # --- kill -9

    def kill(self, name):
        """The whole container at once, and back, as `restart: unless-stopped` does."""
        process = self.processes[name]
        process.kill()
        self._killed()
        process.popen = subprocess.Popen(
            process.popen.args, cwd=process.tree, env=process.environment, stdin=subprocess.DEVNULL,
            stdout=process.log.open("a"), stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self.keep(process.popen.pid)

    def kill_child(self, name):
        """One process of a web or a worker; its parent makes another."""
        main = psutil.Process(self.processes[name].popen.pid)
        children = main.children()
        if children:
            with suppress(psutil.NoSuchProcess):
                random.choice(children).kill()
        self._killed()

    def kill_redis(self):
        """All that it held is gone with it: it keeps nothing."""
        self.processes["redis"].kill()
        self._killed()
        self.start_redis()
        time.sleep(2)
        self.note_in_flight()  # a worker whose broker is gone gives up what it does

    def kill_postgres(self):
        """The server and all that serve connections; then it recovers from its log."""
        popen = self.processes["postgres"]
        children = psutil.Process(popen.pid).children(recursive=True)
        popen.kill()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        popen.wait()
        until(lambda: all(map(over, children)))
        again = servers.run_postgres(
            self.folder, listen_addresses="127.0.0.1", port=self.postgres_port, **self.postgres_options
        )
        self.keep(again.pid)
        self.processes["postgres"] = again
        until(self.postgres_answers, again)
        self._killed()

    def _killed(self):
        self.kills += 1
        self.note_in_flight()

    # --- what stands in the database

    def ask(self, query, *values, user="postgres"):
        try:
            return super().ask(query, *values, user=user)
        except psycopg2.OperationalError:
            until(self.postgres_answers)
            return super().ask(query, *values, user=user)

    def note_in_flight(self):
        """Whoever was killed left what it was sending as it was: taken, and not marked."""
        rows = self.ask(
            "SELECT DISTINCT message_id FROM reminders_delivery WHERE state = 'pending' AND message_id <> ''"
        )
        self.in_flight |= {message for (message,) in rows}

    def waiting(self):
        """How many deliveries wait."""
        return self.ask("SELECT count(*) FROM reminders_delivery WHERE state = 'pending'")[0][0]

    def no_holding(self):
        """What is held for two minutes, or for the morning, is not: the fault is what is looked at."""
        self.ask(
            "UPDATE reminders_delivery SET next_try_at = now()"
            " WHERE state = 'pending' AND message_id = '' AND next_try_at > now()"
        )

    def leases_end(self):
        """As if three minutes had passed since the kills. To be called while no worker runs."""
        self.ask(
            "UPDATE reminders_delivery SET next_try_at = now() WHERE state = 'pending' AND message_id <> ''"
        )

    def ring(self, *tasks):
        """Wake the workers, as beat does."""
        from svit.celery import app

        for task in tasks or ("reminders.sweep", "reminders.deliver"):
            app.send_task(task, expires=30)

    def drain(self, seconds):
        """Wait until everything that was said was sent as well."""

        def empty():
            self.no_holding()
            self.ring("reminders.deliver")
            time.sleep(0.4)
            return self.waiting() == 0

        until(empty, seconds=seconds)


def name_of_machine():
    """Cores, memory, system and the versions that were measured."""
    import platform

    words = {
        "PostgreSQL": [servers._program("postgres", "postgresql"), "--version"],
        "Redis": [servers._program("redis-server", "redis-server"), "--version"],
    }
    told = {
        name: subprocess.run(words, capture_output=True, text=True).stdout.split()
        for name, words in words.items()
    }
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return (
        f"{os.cpu_count()} cores, {round(psutil.virtual_memory().total / 2**30)} GB of memory, {system}, "
        f"Python {platform.python_version()}, PostgreSQL {told['PostgreSQL'][2]}, "
        f"Redis {told['Redis'][2].removeprefix('v=')}"
    )
