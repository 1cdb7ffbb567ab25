"""What was said, to whom, and how it got there."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from svit import clock


class Reason(models.TextChoices):
    """Why a message would not reach somebody."""

    ENDED = "ended", "acts for no agency any more"
    NOT_SET_UP = "not_set_up", "has not set up the account yet"
    NO_ADDRESS = "no_address", "has no e-mail address"
    BOUNCED = "bounced", "messages to the address come back"
    TEXTS_ALONE = "texts_alone", "messages to the address come back; what is urgent goes by text as well"
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


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"
    SMS = "sms", "Text"


class Delivery(models.Model):
    """One channel of a notification. Marked after it was sent, so a killed worker loses nothing.

    A worker takes deliveries by giving them a `message_id` and moving `next_try_at` on, so a worker that died is
    followed by another that sends the same message under the same identifier. `urgent` and `due_at` are known when it
    is made, and say which goes first. `provider_id` is the number of a message at GOV.UK Notify, which is asked at
    `ask_at` what became of it. `outcome` is a word of the program, never what a server said.
    """

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    urgent = models.BooleanField(default=False, db_default=False)
    due_at = models.DateTimeField(default=clock.now, db_default=Now())
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=120, blank=True)
    provider_id = models.CharField(max_length=40, blank=True, default="", db_default="")
    ask_at = models.DateTimeField(null=True, blank=True)
    again_at = models.DateTimeField(null=True, blank=True)
    again_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    again: bool  # whether a worker had it before; known to the worker that has it now

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notification", "channel"], name="one_delivery_a_channel"),
        ]
        indexes = [
            models.Index(
                fields=["-urgent", "due_at", "id"],
                condition=models.Q(state="pending"),
                name="deliveries_waiting",
            ),
            models.Index(
                fields=["message_id"], condition=models.Q(state="pending"), name="deliveries_of_a_message"
            ),
            models.Index(
                fields=["due_at", "id"], condition=models.Q(state="failed"), name="deliveries_failed"
            ),
            models.Index(
                fields=["ask_at"], condition=models.Q(ask_at__isnull=False), name="deliveries_to_ask"
            ),
            models.Index(
                fields=["again_at"], condition=models.Q(again_at__isnull=False), name="deliveries_again"
            ),
            models.Index(fields=["sent_at"], condition=models.Q(channel="sms"), name="texts_sent"),
        ]


class BadAddress(models.Model):
    """An address that takes nothing: what goes there fails at once, until it is changed or somebody tries again.

    It holds a digest of the address as it was, so a changed one is good again without anybody's doing.
    """

    class Why(models.TextChoices):
        REFUSED = "refused", "the mail server refused it"
        UNDELIVERED = "undelivered", "GOV.UK Notify could not deliver there"
        IMPOSSIBLE = "impossible", "GOV.UK Notify takes it for none"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bad_addresses")
    channel = models.CharField(max_length=10, choices=Channel)
    digest = models.CharField(max_length=64)
    since = models.DateTimeField(default=clock.now)
    why = models.CharField(max_length=12, choices=Why)
    code = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "channel"], name="one_bad_address_a_channel"),
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
