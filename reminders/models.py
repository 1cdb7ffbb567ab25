"""What was said, to whom, and how it got there."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from svit import clock


class Reason(models.TextChoices):
    """Why a message would not reach somebody."""

    ENDED = "ended", "acts for no agency any more"
    NOT_SET_UP = "not_set_up", "has not set up the account yet"
    NO_ADDRESS = "no_address", "has no e-mail address"
    BOUNCED = "bounced", "messages to the address come back"
    LEAVE = "leave", "on leave"


class Unreached(models.TextChoices):
    """What a message says to the level after of whom it could not reach: no name, and nothing that was typed."""

    HOLDER = "holder", "Whoever holds it cannot be reached."
    AGENCY = "agency", "Nobody of the agency can be reached. Telephone it."
    COORDINATORS = "coordinators", "No coordinator can be reached."


class Notification(models.Model):
    """One thing said to one person: in itself the message in the application. Never said twice.

    It holds no words: its kind says them. `subject` is the row that it is about, by that row's UUID; the registry
    attaches the row itself as `about`. `over_at` is set when a later step was said or the matter ended, so that
    the badge counts it no more.
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
    unreached = models.CharField(
        max_length=12, choices=Unreached, blank=True, default="", db_default=""
    )  # who should have been told instead
    seen_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)

    about: Any

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "step", "subject", "recipient", "due_at"], name="said_once"
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


class Skipped(models.Model):
    """Somebody whom a message could not reach when it was said, and why; without a `user`: nobody at all was reached.

    It has no delivery. Where the door lets the person know of the subject, it stands in the application all the same.
    """

    kind = models.CharField(max_length=40)
    step = models.CharField(max_length=40)
    subject = models.UUIDField()
    due_at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="skipped"
    )
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "step", "subject", "user", "due_at"], name="skipped_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "step", "subject", "due_at"],
                condition=models.Q(user=None),
                name="reached_nobody_once",
            ),
            models.CheckConstraint(
                condition=models.Q(user=None, reason="")
                | (models.Q(user__isnull=False) & ~models.Q(reason="")),
                name="skipped_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "kind"], name="skipped_of"),
            models.Index(fields=["at"], condition=models.Q(user=None), name="reached_nobody"),
        ]


class SweepMark(models.Model):
    """When a sweep last ended; when a job, by the name of its task, last failed."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
