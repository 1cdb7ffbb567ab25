"""Brings the data up to this version of the program. It may run at each start, and changes nothing the
second time.
"""

import hashlib
import time
from io import StringIO
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError

LOCK_NOT_AVAILABLE = "55P03"
TRIES = 60  # with half a second's wait and a second's pause longer than any transaction of ours may last


class Command(BaseCommand):
    help = "Migrates, loads the toolkit and collects static files; with --demo a demonstration, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="make the demonstration if the database is new"
        )

    def handle(self, *, demo: bool, **options: object) -> None:
        wanted = settings.DATA / "demonstration.wanted"
        if demo and settings.EMBEDDED and not Path(settings.DATABASES["default"]["NAME"]).exists():
            wanted.touch()  # survives a first start that was cut short
        self.migrate()
        call_command("load_toolkit", verbosity=0)
        if settings.EMBEDDED:
            self.collect()
        if demo and wanted.exists():
            self.stdout.write("Making the demonstration …")
            told = StringIO()
            call_command("demo", stdout=told)
            people = settings.DATA / "demonstration.txt"
            people.touch(mode=0o600)
            people.write_text(told.getvalue(), encoding="utf-8")
            wanted.unlink()

    def migrate(self) -> None:
        """Where the database's role waits no longer for a table than its lock_timeout, again until there is a gap."""
        for left in reversed(range(TRIES)):
            try:
                call_command("migrate", verbosity=0, interactive=False)
                call_command("createcachetable", verbosity=0)
                return
            except OperationalError as error:
                if left == 0 or getattr(error.__cause__, "pgcode", None) != LOCK_NOT_AVAILABLE:
                    raise
                self.stdout.write("The tables are in use; trying again …")
                time.sleep(1)

    def collect(self) -> None:
        """Static files are hashed and compressed, which takes seconds: only when one of them has changed."""
        stamp = settings.DATA / "static.stamp"
        seen = hashlib.sha256()
        ignored = apps.get_app_config("staticfiles").ignore_patterns
        for finder in get_finders():
            for path, storage in sorted(finder.list(ignored), key=lambda found: found[0]):
                state = Path(storage.path(path)).stat()
                seen.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
        if Path(settings.STATIC_ROOT).is_dir() and stamp.exists() and stamp.read_text() == seen.hexdigest():
            return
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(seen.hexdigest())
