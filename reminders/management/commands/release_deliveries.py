"""Lets messages go out again that a restore holds back."""

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Min

from reminders import holding
from reminders.models import Delivery, DeliveryState


class Command(BaseCommand):
    help = "After a restore: says what waits; with --send lets it go out, with --drop gives up what is past."

    def add_arguments(self, parser):
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--send", action="store_true", help="send what waits, the oldest first")
        how.add_argument(
            "--drop", action="store_true", help="give up e-mails that are past; what comes is sent"
        )

    def handle(self, *, send, drop, **options):
        if not holding.held():
            raise CommandError("Nothing is held back.")
        waiting = Delivery.objects.filter(state=DeliveryState.PENDING)
        if not (send or drop):
            oldest = waiting.aggregate(oldest=Min("notification__due_at"))["oldest"]
            since = f", the oldest due since {oldest:%d %B %Y %H:%M} UTC" if oldest else ""
            self.stdout.write(
                f"{waiting.count()} messages wait{since}. Say --send or --drop; until then none goes out."
            )
            return
        left, dropped = holding.release(drop=drop)
        self.stdout.write(f"Released. {left} messages go out, {dropped} were dropped and stay in the inbox.")
