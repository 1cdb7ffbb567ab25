"""Writes a backup of everything into one file: docs/operations.md says how it is kept and restored."""

import os
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from reports import backups
from svit import clock
from svit.refused import Refused


class Command(BaseCommand):
    help = "Writes the database and the stored files into one file, readable by its owner alone."

    def add_arguments(self, parser):
        parser.add_argument(
            "target",
            nargs="?",
            help="the file, a folder, or - for the standard output; the folder from which it runs",
        )

    def handle(self, *, target, **options):
        if target == "-":
            manifest = self._make(sys.stdout.buffer)
            where = "the standard output"
        else:
            where = self._file(target)
            part = where.with_name(f"{where.name}.part")
            try:
                with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
                    manifest = self._make(stream)
                    stream.flush()
                    os.fsync(stream.fileno())
                part.replace(where)
            except OSError as error:
                raise CommandError(f"{where} cannot be written: {error.strerror}.") from error
            finally:
                part.unlink(missing_ok=True)
        rows = sum(rows for rows, _ in manifest["tables"].values())
        self.stderr.write(f"Backed up {rows} rows and {len(manifest['files'])} files into {where}.")

    def _file(self, target):
        place = Path(target or ".")
        if place.is_dir():
            return place / f"svit-{clock.now():%Y-%m-%dT%H%MZ}.tar.gz"
        return place

    def _make(self, stream):
        try:
            return backups.make(stream)
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
