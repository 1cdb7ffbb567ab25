"""One e-mail out of one or many messages: fixed words, a reference, a time and a link, and nothing else."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.mail import EmailMessage
from django.urls import reverse

from reminders import registry, rooms
from reminders.models import Notification
from svit import clock
from svit.templatetags.svit import plural, time_of_day, when

HEADER = "X-SVIT"  # marks our reminders among other mail, such as a link for a new password
EXERCISE = "EXERCISE"


def compose(notifications: Sequence[Notification], *, message_id: str, now: datetime) -> EmailMessage:
    """The e-mail to the one recipient of `notifications`, which carry their subjects.

    One line and one link a subject: an item that was given to somebody and falls due is said to be given, with its
    due time.
    """
    notifications = each_once(notifications)
    exercise = any(registry.kind_of(one).exercise(one) for one in notifications)
    lines = [f"{EXERCISE}. This message belongs to an exercise.", ""] if exercise else []
    for one in notifications:
        link = rooms.address_for(one.recipient, reverse("message", args=[one.uuid]))
        lines += [line(one, now), link, ""]
    lines += ["Sign in to read more. Nothing personal is ever put into these messages. Do not reply to them."]
    return EmailMessage(
        subject=subject(notifications, exercise=exercise, now=now),
        body="\n".join(lines) + "\n",
        to=[notifications[0].recipient.email],
        headers={
            "Message-ID": message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            HEADER: "reminder",
        },
    )


def line(notification: Notification, now: datetime) -> str:
    """Fixed words, the reference, the time by which something is wanted."""
    kind = registry.kind_of(notification)
    at = kind.deadline(notification)
    parts = [kind.words(notification), f"{kind.reference(notification)}."]
    if notification.unreached:
        parts.append(notification.get_unreached_display())
    if at:
        parts.append(f"{'Due' if at >= now else 'Was due'} {when(at)}.")
    if notification.late:
        parts.append("This message is late.")
    return " ".join(parts)


def subject(notifications: Sequence[Notification], *, exercise: bool, now: datetime) -> str:
    """Such as 'SVIT: 2 items, NM-26-0142, due 4:10am'."""
    counts: dict[tuple[str, str], int] = {}
    for one in notifications:
        noun = registry.kind_of(one).noun
        counts[noun] = counts.get(noun, 0) + 1
    parts = [plural(count, ",".join(noun)) for noun, count in counts.items()]
    references = sorted({registry.kind_of(one).reference(one) for one in notifications})
    matters = {registry.kind_of(one).matters for one in notifications}
    several = f"{len(references)} {matters.pop() if len(matters) == 1 else 'matters'}"
    parts.append(references[0] if len(references) == 1 else several)
    deadlines = [at for one in notifications if (at := registry.kind_of(one).deadline(one))]
    if deadlines:
        first = min(deadlines)
        today = clock.local(first).date() == clock.local(now).date()
        parts.append(f"due {time_of_day(first) if today else when(first)}")
    return (f"{EXERCISE} " if exercise else "") + "SVIT: " + ", ".join(parts)


def each_once(notifications: Iterable[Notification]) -> list[Notification]:
    """What was said first of each subject, in the order in which it is written; of a kind apart, of each deadline."""
    first_said = {
        (one.subject, one.due_at if registry.kind_of(one).apart else None): one
        for one in sorted(notifications, key=lambda one: -one.pk)
    }
    return _in_order(first_said.values())


def _in_order(notifications: Iterable[Notification]) -> list[Notification]:
    """By incident, and within it by what is due first."""
    return sorted(
        notifications,
        key=lambda one: (
            registry.kind_of(one).reference(one),
            registry.kind_of(one).deadline(one) or one.due_at,
            one.pk,
        ),
    )
