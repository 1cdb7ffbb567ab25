"""Looks for tampering with the access record; the exit code is 1 where any is found."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from incidents import chain, verifying

WHOLE = "The access record is whole: nothing was edited, swapped, deleted or put in since it was sealed."
WITHOUT_HEAD = "A tail that was cut is found by a head alone. Keep this one elsewhere, for --head next time:"


class Command(BaseCommand):
    """`manage.py verify_access_record --head head.txt --write-head head-today.txt`."""

    help = (
        "Checks each record of the access record against its seal, and the chain of the seals. With --head, also "
        "that the chain still holds what it held when that head was exported."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--head", help="A head that was exported before, such as 214:9f2c…, or a file that holds it."
        )
        parser.add_argument(
            "--write-head", help="Writes the head of the chain into this file, where the chain is whole."
        )

    def handle(self, *, head=None, write_head=None, **options):
        report = verifying.verify(self._read(head) if head else None)
        self.stdout.write(
            f"{report.records} records, {report.seals} seals; {report.waiting} records wait for the next sweep."
        )
        for words in report.findings:
            self.stdout.write(words)
        if not report.is_whole:
            if report.wrong > len(report.findings):
                self.stdout.write(f"And {report.wrong - len(report.findings)} more.")
            raise CommandError(f"The access record was tampered with: {report.wrong} findings.", returncode=1)
        self.stdout.write(WHOLE)
        self.stdout.write(f"{'Head:' if head else WITHOUT_HEAD} {report.head}")
        if write_head:
            Path(write_head).write_text(f"{report.head}\n")

    def _read(self, head):
        path = Path(head)
        found = chain.read_head(path.read_text() if path.is_file() else head)
        if found is None:
            raise CommandError(
                "This is no head, and no file with one. A head looks like 214: and 64 letters and digits.",
                returncode=2,
            )
        return found
