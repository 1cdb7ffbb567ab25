"""Where every message begins: its row, what it takes the place of, and when its e-mail or text goes."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model

from reminders import channels
from reminders.models import Channel, DailyDigest, Delivery, Notification
from reminders.times import after_the_night, next_post

BATCH = 50
HOLD = timedelta(minutes=2)  # so that what is undone within it sends nothing


def put_out(
    rows: Collection[Notification],
    *,
    now: datetime,
    at_once: Collection[int] = (),
    silent: Collection[int] = (),
    daily: bool = True,
) -> int:
    """Insert what was not said yet, all of one kind and subject; how many those are.

    What was said before to the same people about the same thing is over. It goes `at_once` to those, after the hold
    and the night to the others, at 8am where somebody chose that and it may be `daily`; to the `silent` not at all.
    """
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    new = list(Notification.objects.filter(uuid__in=[row.uuid for row in rows]))
    if not new:
        return 0
    one = next(iter(rows))
    before = Notification.objects.filter(subject=one.subject, kind=one.kind, over_at=None)
    before.filter(recipient__in=[each.recipient_id for each in new]).exclude(
        pk__in=[each.pk for each in new]
    ).update(over_at=now)
    held = after_the_night(now + HOLD)
    once_a_day = _once_a_day(new) if daily else set()

    def goes_at(each: Notification) -> datetime:
        if each.recipient_id in at_once:
            return now
        return next_post(now) if each.recipient_id in once_a_day else held

    Delivery.objects.bulk_create(
        Delivery(
            notification=each, channel=channel, urgent=each.recipient_id in at_once, due_at=each.due_at,
            next_try_at=goes_at(each),
        )
        for each, channel in _ways([each for each in new if each.recipient_id not in silent], at_once)
    )  # fmt: skip
    return len(new)


def _once_a_day(new: Collection[Notification]) -> set[int]:
    """Those of the recipients who chose a daily e-mail."""
    chosen = DailyDigest.objects.filter(user__in=[each.recipient_id for each in new])
    return set(chosen.values_list("user", flat=True))


def _ways(new: Collection[Notification], at_once: Collection[int]) -> list[tuple[Notification, Channel]]:
    """An e-mail for each message; and a text for what is urgent, to those who gave a number for it."""
    ways = [(one, Channel.EMAIL) for one in new]
    if at_once and channels.texting():
        people = get_user_model()._default_manager.filter(pk__in=at_once).exclude(mobile="")
        texted = set(people.values_list("pk", flat=True))
        ways += [(one, Channel.SMS) for one in new if one.recipient_id in texted]
    return ways
