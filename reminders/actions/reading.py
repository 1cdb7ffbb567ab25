"""What the recipient does with a message in the application, and how they choose to get the others."""

from typing import Any

from reminders.models import DailyDigest, Notification
from svit import clock


def open_message(*, notification: Notification) -> None:
    """It was opened after signing in."""
    Notification.objects.filter(pk=notification.pk, seen_at=None).update(seen_at=clock.now())


def acknowledge(*, notification: Notification) -> None:
    """The recipient says that they have taken it in hand. It stops no later step."""
    now = clock.now()
    Notification.objects.filter(pk=notification.pk, acknowledged_at=None).update(acknowledged_at=now)
    Notification.objects.filter(pk=notification.pk, seen_at=None).update(seen_at=now)


def choose_digest(*, user: Any, daily: bool) -> None:
    """What is not urgent comes once a day from now on, or as it comes. What waits already goes at its time."""
    if daily:
        DailyDigest.objects.get_or_create(user=user)
    else:
        DailyDigest.objects.filter(user=user).delete()
