"""Where every message begins: its row, what it takes the place of, and when its e-mail goes."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from reminders.models import DailyDigest, Delivery, Notification
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
    """Insert what was not said yet, all of one kind, step and subject; how many those are.

    What was said before to the same people about the same thing is over. What is not urgent waits for 8am where
    somebody chose that, unless `daily` is false.
    """
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    chosen = Exists(DailyDigest.objects.filter(user=OuterRef("recipient")))
    found = Notification.objects.filter(uuid__in=[row.uuid for row in rows]).annotate(once_a_day=chosen)
    new = list(found.values_list("pk", "recipient", "once_a_day"))
    if not new:
        return 0
    one = next(iter(rows))
    before = Notification.objects.filter(subject=one.subject, kind=one.kind, over_at=None)
    before.filter(recipient__in=[user for _, user, _ in new]).exclude(pk__in=[pk for pk, _, _ in new]).update(
        over_at=now
    )

    def goes_at(user: int, once_a_day: bool) -> datetime:
        if urgent and user not in can_wait:
            return now
        return next_post(now) if once_a_day and daily and not urgent else after_the_night(now + HOLD)

    Delivery.objects.bulk_create(
        Delivery(notification_id=pk, next_try_at=goes_at(user, once)) for pk, user, once in new
    )
    return len(new)
