"""What the recipient does with a message in the application."""

from reminders.models import Notification
from svit import clock


def open_message(*, notification: Notification) -> None:
    """It was opened after signing in."""
    Notification.objects.filter(pk=notification.pk, seen_at=None).update(seen_at=clock.now())


def acknowledge(*, notification: Notification) -> None:
    """The recipient says that they have taken it in hand. It stops no later step."""
    now = clock.now()
    Notification.objects.filter(pk=notification.pk, acknowledged_at=None).update(acknowledged_at=now)
    Notification.objects.filter(pk=notification.pk, seen_at=None).update(seen_at=now)
