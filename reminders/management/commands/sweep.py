"""Says what is due, and sends it: what beat wakes each minute, by hand."""

from contextlib import nullcontext
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reminders import actions
from svit import clock


class Command(BaseCommand):
    """`manage.py sweep --at 2026-06-06T04:10` looks from another moment: for drills and demonstrations."""

    help = "Says what is due and sends it. With --at, as if it were that moment."

    def add_arguments(self, parser):
        parser.add_argument(
            "--at", help="A moment such as 2026-06-06T04:10; without a zone it is London time."
        )

    def handle(self, *args, at=None, **options):
        with clock.at(self._moment(at)) if at else nullcontext():
            said = actions.sweep(drill=at is not None)
            sent = actions.deliver()
        self.stdout.write(f"Messages said: {said}. E-mails sent: {sent}.")

    @staticmethod
    def _moment(text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise CommandError("Give the moment as 2026-06-06T04:10.") from error
        return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
