"""What this room holds of a matter: that somebody was told of it, and how the message got there."""

from collections.abc import Collection
from uuid import UUID

from reminders.models import Notification, Skipped
from svit.privacy import trace

MANY = 500


@trace
def messages(uuids: Collection[UUID], files: list[str]) -> dict[str, int]:
    """Messages about any of these rows, with their deliveries, and whom they could not reach."""
    counts, each = {"messages": 0, "deliveries": 0, "not reached": 0}, sorted(uuids)
    for at in range(0, len(each), MANY):
        _, gone = Notification.objects.filter(subject__in=each[at : at + MANY]).delete()
        counts["not reached"] += Skipped.objects.filter(subject__in=each[at : at + MANY]).delete()[0]
        counts["messages"] += gone.get("reminders.Notification", 0)
        counts["deliveries"] += gone.get("reminders.Delivery", 0)
    return counts
