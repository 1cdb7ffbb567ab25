"""The door to messages: each is its recipient's alone. What a message is about has the door of its own room."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from reminders import registry
from reminders.models import Notification


def visible_messages(user: Any) -> QuerySet[Notification]:
    """The person's messages, newest first."""
    return Notification.objects.filter(recipient=user).order_by("-pk")


def get_message(user: Any, uuid: UUID) -> Notification:
    """One of the person's messages with its subject as `about`; 404 to anybody else."""
    notification = get_object_or_404(visible_messages(user), uuid=uuid)
    registry.attach([notification])
    return notification


def why_not_snoozed(notification: Notification) -> str:
    """Why the recipient cannot put it off; "" where they can."""
    kind = registry.kind_of(notification)
    if kind is None or not kind.may_snooze(notification.step):
        return "This message cannot be put off: it has to be acted on now."
    if notification.over_at:
        return "This message is over: a later one replaced it, or the matter has ended."
    if notification.snoozes.filter(ended_at=None).exists():
        return "This message is snoozed already."
    return ""


def may_open(notification: Notification) -> bool:
    """Whether the recipient may still know of what the message is about."""
    kind = registry.kind_of(notification)
    return kind is not None and kind.may_receive(notification)
