"""What was said, to whom, and how it got there."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from svit import clock


class Notification(models.Model):
    """One thing said to one person: in itself the message in the application. Never said twice.

    It holds no words: its kind says them. `subject` is the row that it is about, by that row's UUID; the registry
    attaches the row itself as `about`. `over_at` is set when a later step was said or the matter ended, so that
    the badge counts it no more. `again` counts how often the same step came back after a snooze.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    step = models.CharField(max_length=40)
    subject = models.UUIDField()
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    due_at = models.DateTimeField()
    said_at = models.DateTimeField(default=clock.now)
    late = models.BooleanField(default=False)
    again = models.PositiveSmallIntegerField(default=0, db_default=0)
    seen_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)

    about: Any

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "step", "subject", "recipient", "due_at", "again"], name="said_once"
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="inbox"),
            models.Index(
                fields=["recipient"], condition=models.Q(seen_at=None, over_at=None), name="inbox_unseen"
            ),
            models.Index(fields=["subject", "kind"], name="said_of"),
        ]


class DeliveryState(models.TextChoices):
    PENDING = "pending", "Waiting"
    SENT = "sent", "Sent"
    NOT_DUE = "not_due", "No longer due"
    REFUSED = "refused", "Refused by the door"
    FAILED = "failed", "Failed"


class Delivery(models.Model):
    """One channel of a notification. Marked after it was sent, so a killed worker loses nothing.

    A worker takes deliveries by giving them a `message_id` and moving `next_try_at` on, so a worker that died is
    followed by another that sends the same message under the same identifier.
    """

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, default="email")
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notification", "channel"], name="one_delivery_a_channel"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=models.Q(state="pending"), name="deliveries_waiting"
            ),
        ]


class SnoozeEnd(models.TextChoices):
    CAME_BACK = "came_back", "It came back"
    TAKEN_BACK = "taken_back", "Taken back"
    MOVED = "moved", "The deadline moved"
    NOT_DUE = "not_due", "Nothing was due any more"


class Snooze(models.Model):
    """Somebody put off the messages about one thing and deadline, for themselves alone and with a reason.

    The sweep looks at `until`. What would have been said meanwhile stands in `step` and `held_at`, so that the latest
    alone comes back. The reason is in the log of the incident; it is kept here only where the matter has none.
    """

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="snoozes")
    at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    reason = models.TextField(blank=True)
    step = models.CharField(max_length=40)
    held_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=10, choices=SnoozeEnd, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["notification"], condition=models.Q(ended_at=None), name="snoozed_once_at_a_time"
            ),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("at")), name="snooze_ends_later"),
        ]
        indexes = [
            models.Index(fields=["until"], condition=models.Q(ended_at=None), name="snoozes_to_end"),
        ]


class DailyDigest(models.Model):
    """Somebody gets what is not urgent once a day at 8am instead of as it comes."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    chosen_at = models.DateTimeField(default=clock.now)


class SweepMark(models.Model):
    """When a sweep last ended; when a job, by the name of its task, last failed."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
