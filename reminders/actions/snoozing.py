"""Putting messages about one thing off, for oneself and with a reason. What is said to others goes on."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from reminders import access, registry
from reminders.actions.queueing import BATCH, Said, put_out
from reminders.models import Delivery, DeliveryState, Notification, Snooze, SnoozeEnd
from svit import clock, engines
from svit.refused import Refused
from svit.templatetags.svit import when

logger = logging.getLogger(__name__)

MOST = timedelta(days=14)


@transaction.atomic
def snooze(*, notification: Notification, by: Any, until: datetime, reason: str) -> Snooze:
    """No more messages about this to its recipient before `until`; others are told as ever.

    The matter's log says so, with the reason. What waits to be mailed about it is not mailed.
    """
    now = clock.now()
    held = _hold(notification)
    kind = registry.kind_of(held)
    if words := access.why_not_snoozed(held):
        raise Refused(words)
    if not kind.still_due(held):
        raise Refused("Nothing is due any more, so there is nothing to put off.")
    if not now < until <= now + MOST:
        raise Refused("Choose a time in the future, within the next 14 days.", "at")
    told = kind.write_log(held.about, by=by, what=f"Reminder snoozed until {when(until)}", words=reason)
    made = Snooze.objects.create(
        notification=held, step=held.step, at=now, until=until, reason="" if told else reason
    )
    Notification.objects.filter(pk=held.pk, seen_at=None).update(seen_at=now)
    Delivery.objects.filter(
        notification__recipient=held.recipient_id, notification__kind=held.kind,
        notification__subject=held.subject, state=DeliveryState.PENDING,
    ).update(state=DeliveryState.NOT_DUE, outcome="Snoozed")  # fmt: skip
    return made


@transaction.atomic
def take_back(*, notification: Notification, by: Any) -> None:
    """The snooze ends now. What would have been said meanwhile is said; else all goes on as before it."""
    held = _hold(notification)
    found = engines.lock(Snooze.objects.filter(notification=held, ended_at=None)).first()
    if found is None:
        raise Refused("It is not snoozed any more.")
    kind, now = registry.kind_of(held), clock.now()
    kind.write_log(held.about, by=by, what="Snooze of a reminder taken back")
    if found.held_at:
        _come_back(found, now)
    _end(found, SnoozeEnd.TAKEN_BACK, now)


def _hold(notification: Notification) -> Notification:
    """The message as it stands now, held until the transaction ends, if it is still open to its recipient."""
    held = engines.lock(Notification.objects.filter(pk=notification.pk)).get()
    registry.attach([held])
    if not access.may_open(held):
        raise Refused("This message is no longer open to you.")
    return held


def put_off(kind: registry.Kind, rows: Collection[Notification], now: datetime) -> set[UUID]:
    """Those of `rows` whose recipient put the deadline off, each by its UUID.

    The snooze remembers the step; one of another deadline ends.
    """
    wanted: dict[tuple[UUID, int], list[Notification]] = {}
    for row in rows:
        wanted.setdefault((row.subject, row.recipient_id), []).append(row)
    found = Snooze.objects.filter(
        ended_at=None, notification__kind=kind.key,
        notification__subject__in={subject for subject, _ in wanted},
        notification__recipient__in={recipient for _, recipient in wanted},
    )  # fmt: skip
    off = set[UUID]()
    for one in found.select_related("notification"):
        was = one.notification
        theirs = wanted.get((was.subject, was.recipient_id), [])
        if held := [row for row in theirs if row.due_at == was.due_at]:
            Snooze.objects.filter(pk=one.pk).update(step=held[-1].step, held_at=now)
            off.update(row.uuid for row in held)
        elif theirs:
            _end(one, SnoozeEnd.MOVED, now)
    return off


def end_snoozes(now: datetime) -> int:
    """What was put off until now comes back once, where it is still due; how many messages that made."""
    said, broken = 0, set[int]()
    while True:
        with transaction.atomic():
            ready = Snooze.objects.filter(ended_at=None, until__lte=now).exclude(pk__in=broken)
            rows = list(engines.claim(ready.select_related("notification").order_by("until", "pk"))[:BATCH])
            for one in rows:
                try:
                    with transaction.atomic():
                        said += _wake(one, now)
                except Exception:
                    broken.add(one.pk)
                    logger.exception("Snooze %s could not be ended", one.pk)
        if len(rows) < BATCH:
            return said


def _wake(one: Snooze, now: datetime) -> int:
    said = _come_back(one, now)
    _end(one, SnoozeEnd.CAME_BACK if said else SnoozeEnd.NOT_DUE, now)
    return said


def _come_back(one: Snooze, now: datetime) -> int:
    """Say the latest step again, as a message of its own, where it is still due and the door lets them know."""
    was = one.notification
    new = Notification(
        kind=was.kind, step=one.step, subject=was.subject, recipient_id=was.recipient_id, due_at=was.due_at,
        said_at=one.held_at or was.said_at,
    )  # fmt: skip
    registry.attach([new])
    kind = registry.kind_of(new)
    if kind is None or new.about is None or not new.recipient.is_active:
        return 0
    if not (kind.still_due(new) and kind.may_receive(new)):
        return 0
    same = Notification.objects.filter(
        kind=new.kind, step=new.step, subject=new.subject, recipient=new.recipient_id, due_at=new.due_at
    )
    before = same.aggregate(most=Max("again"))["most"]
    new.again = 0 if before is None else before + 1
    new.said_at, new.late = now, now - one.until > registry.LATE_AFTER
    return put_out([Said(new, daily=False)], now)


def _end(one: Snooze, how: str, now: datetime) -> None:
    Snooze.objects.filter(pk=one.pk).update(ended_at=now, ended_as=how)
