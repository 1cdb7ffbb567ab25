"""Makes the system of a backup again, in an empty one."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from reports import backups
from svit.refused import Refused


class Command(BaseCommand):
    help = "Restores a backup into an empty system. It sends nothing until release_deliveries."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("source", help="the file, or - for the standard input")

    def handle(self, *, source, **options):
        try:
            if source == "-":
                manifest = backups.restore(sys.stdin.buffer)
            else:
                with Path(source).open("rb") as stream:
                    manifest = backups.restore(stream)
        except OSError as error:
            raise CommandError(f"{source} cannot be read: {error.strerror}.") from error
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        rows = sum(rows for rows, _ in manifest["tables"].values())
        self.stdout.write(
            f"Restored {rows} rows and {len(manifest['files'])} files of {manifest['made_at']}; all counts and hashes"
            " agree.\nNext: manage.py prepare, then start. Messages are held back until manage.py release_deliveries."
        )
