"""Where every message begins: its row, what it takes the place of, and when its e-mail or text goes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef

from reminders import channels, registry
from reminders.models import Channel, DailyDigest, Delivery, Notification
from reminders.times import after_the_night, next_post

BATCH = 50  # messages of one e-mail
HOLD = timedelta(minutes=2)  # so that what is undone within it sends nothing


@dataclass(frozen=True)
class Said:
    """A message to put out, and how: `at_once`, or after the hold and the night, or `silent`, without a delivery.

    What may be `daily` goes at 8am to whoever chose that.
    """

    row: Notification
    at_once: bool = False
    silent: bool = False
    daily: bool = True


def put_out(said: Collection[Said], now: datetime) -> int:
    """Insert what was not said yet, all of one kind; how many messages those are.

    What was said before to the same people about the same thing is over; of two that are said together, the first.
    """
    Notification.objects.bulk_create((one.row for one in said), ignore_conflicts=True)
    wanted = {one.row.uuid: one for one in said}
    new = []
    for uuid, pk in Notification.objects.filter(uuid__in=wanted).order_by("pk").values_list("uuid", "pk"):
        new.append(wanted[uuid])
        new[-1].row.pk = pk
    if not new:
        return 0
    kind = registry.kind_of(new[0].row)
    same = {"due_at": OuterRef("due_at")} if kind and kind.apart else {}
    after = Notification.objects.filter(
        pk__in=[one.row.pk for one in new], pk__gt=OuterRef("pk"), kind=OuterRef("kind"),
        subject=OuterRef("subject"), recipient=OuterRef("recipient"), **same,
    )  # fmt: skip
    before = Notification.objects.filter(subject__in={one.row.subject for one in new}, over_at=None)
    before.filter(Exists(after)).update(over_at=now)
    loud = [one for one in new if not one.silent]
    held = after_the_night(now + HOLD)
    once_a_day = _once_a_day([one.row for one in loud if one.daily])

    def goes_at(one: Said) -> datetime:
        if one.at_once:
            return now
        return next_post(now) if one.daily and one.row.recipient_id in once_a_day else held

    Delivery.objects.bulk_create(
        Delivery(
            notification=one.row, channel=channel, urgent=one.at_once, due_at=one.row.due_at,
            next_try_at=goes_at(one),
        )
        for one, channel in _ways(loud)
    )  # fmt: skip
    return len(new)


def _once_a_day(rows: Collection[Notification]) -> set[int]:
    """Those of the recipients who chose a daily e-mail."""
    chosen = DailyDigest.objects.filter(user__in={each.recipient_id for each in rows})
    return set(chosen.values_list("user", flat=True))


def _ways(loud: Collection[Said]) -> list[tuple[Said, Channel]]:
    """An e-mail for each message; and a text for what is urgent, to those who gave a number for it."""
    ways = [(one, Channel.EMAIL) for one in loud]
    at_once = {one.row.recipient_id for one in loud if one.at_once}
    if at_once and channels.texting():
        people = get_user_model()._default_manager.filter(pk__in=at_once).exclude(mobile="")
        texted = set(people.values_list("pk", flat=True))
        ways += [(one, Channel.SMS) for one in loud if one.at_once and one.row.recipient_id in texted]
    return ways
