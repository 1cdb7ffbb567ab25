"""One text (SMS) out of one or many messages: what an e-mail says, in the room of two segments."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from reminders import mail, registry, rooms
from reminders.models import Notification

LONGEST = 306  # characters of two segments


def compose(notifications: Sequence[Notification], *, now: datetime) -> str:
    """EXERCISE first where it is one; then fixed words, the reference, the time, and one link behind sign-in.

    Of several it says how many, and leads to the inbox.
    """
    notifications = mail.each_once(notifications)
    exercise = any(registry.kind_of(one).exercise(one) for one in notifications)
    path = reverse("message", args=[notifications[0].uuid]) if len(notifications) == 1 else reverse("inbox")
    link = rooms.address_for(notifications[0].recipient, path)
    short = f"{mail.subject(notifications, exercise=exercise, now=now)}. {link}"
    if len(notifications) > 1:
        return short
    words = f"{mail.EXERCISE} " if exercise else ""
    whole = f"{words}SVIT: {mail.line(notifications[0], now)} {link}"
    return whole if len(whole) <= LONGEST else short
