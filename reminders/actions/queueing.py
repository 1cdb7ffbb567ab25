"""Where every message begins: its row, what it takes the place of, and when its e-mail or text goes."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef

from reminders import channels
from reminders.models import Channel, DailyDigest, Delivery, Notification
from reminders.times import after_the_night, next_post

BATCH = 50
HOLD = timedelta(minutes=2)  # so that what is undone within it sends nothing


def put_out(
    rows: Collection[Notification],
    *,
    now: datetime,
    urgent: bool = False,
    can_wait: Collection[int] = (),
    daily: bool = True,
) -> int:
    """Insert what was not said yet, all of one kind and subject; how many those are.

    What was said before to the same people about the same thing is over. What is not urgent waits for 8am where
    somebody chose that, unless `daily` is false.
    """
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    chosen = Exists(DailyDigest.objects.filter(user=OuterRef("recipient")))
    found = Notification.objects.filter(uuid__in=[row.uuid for row in rows])
    new = list(found.annotate(once_a_day=chosen))
    if not new:
        return 0
    one = next(iter(rows))
    before = Notification.objects.filter(subject=one.subject, kind=one.kind, over_at=None)
    before.filter(recipient__in=[each.recipient_id for each in new]).exclude(
        pk__in=[each.pk for each in new]
    ).update(over_at=now)
    at_once = {each.recipient_id for each in new if urgent} - {*can_wait}
    held = after_the_night(now + HOLD)

    def goes_at(each: Notification) -> datetime:
        if each.recipient_id in at_once:
            return now
        return next_post(now) if each.once_a_day and daily and not urgent else held

    Delivery.objects.bulk_create(
        Delivery(
            notification=each, channel=channel, urgent=each.recipient_id in at_once, due_at=each.due_at,
            next_try_at=goes_at(each),
        )
        for each, channel in _ways(new, at_once)
    )  # fmt: skip
    return len(new)


def _ways(new: Collection[Notification], at_once: set[int]) -> list[tuple[Notification, str]]:
    """An e-mail for each message; and a text for what is urgent, to those who gave a number for it."""
    ways = [(one, Channel.EMAIL) for one in new]
    if at_once and channels.texting():
        people = get_user_model()._default_manager.filter(pk__in=at_once).exclude(mobile="")
        texted = set(people.values_list("pk", flat=True))
        ways += [(one, Channel.SMS) for one in new if one.recipient_id in texted]
    return ways
