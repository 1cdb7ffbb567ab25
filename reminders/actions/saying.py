"""Saying what is due and was not said."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from reminders import registry
from reminders.actions.reaching import Plan, address, reaches_nobody
from reminders.models import Delivery, Notification, SweepMark
from reminders.times import after_the_night
from svit import clock, engines

logger = logging.getLogger(__name__)

BATCH = 50
HOLD = timedelta(minutes=2)  # so that what is undone within it sends nothing


def sweep(now: datetime | None = None) -> int:
    """Say all that is due and unsaid; how many messages that made. The mark is set only when no kind broke."""
    said, whole = 0, True
    with clock.at(now or clock.now()) as now:
        for kind in registry.kinds():
            try:
                said += _sweep_kind(kind, now)
            except Exception:
                whole = False
                logger.exception("The sweep of %s broke", kind.key)
        if whole:
            _mark("sweep", now)
    return said


def job_failed(task: str) -> None:
    """Remember when a job of a worker last ended in an error."""
    _mark(task[:20], clock.now())  # as long as a mark's name may be


def _mark(name: str, now: datetime) -> None:
    SweepMark.objects.update_or_create(name=name, defaults={"at": now})


def _sweep_kind(kind: registry.Kind, now: datetime) -> int:
    """Batch by batch: rows claimed, messages inserted and the next look written down in one transaction.

    A row that breaks is left as it is for the next sweep, and does not hold up the others.
    """
    said, broken = 0, set[int]()
    while True:
        with transaction.atomic():
            rows = list(engines.claim(kind.rows(now).exclude(pk__in=broken))[:BATCH])
            for row in rows:
                try:
                    with transaction.atomic():
                        said += _say(kind, row, now)
                        kind.settle(row, now)
                except Exception:
                    broken.add(row.pk)
                    logger.exception("A reminder (%s) of row %s broke", kind.key, row.pk)
        if len(rows) < BATCH:
            return said


def _say(kind: registry.Kind, row: Any, now: datetime) -> int:
    dues = kind.say(row, now)
    kind.reach(row, now)
    plans = [address(kind, row, due, now) for due in dues]
    if dues and not any(plan.reaches for plan in plans):
        reaches_nobody(kind, row, dues[0], now)
    return sum(_tell(kind, row, due, plan, now) for due, plan in zip(dues, plans, strict=True))


def _tell(kind: registry.Kind, row: Any, due: registry.Due, plan: Plan, now: datetime) -> int:
    """Insert the messages of one step; said once, whoever asks."""
    rows = plan.rows
    if not rows:
        return 0
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    new = list(Notification.objects.filter(uuid__in=[row.uuid for row in rows]))
    if not new:
        return 0
    Notification.objects.filter(
        subject=row.uuid, kind=kind.key, recipient__in=[one.recipient_id for one in new], over_at=None
    ).exclude(pk__in=[one.pk for one in new]).update(over_at=now)
    going = [one for one in new if one.recipient_id not in plan.silent]
    urgent = {one.recipient_id for one in going if kind.urgent(due.step)} - due.can_wait
    awake = urgent - registry.asleep(urgent, now) or urgent  # a night in which all sleep wakes them all
    held = after_the_night(now + HOLD)
    Delivery.objects.bulk_create(
        Delivery(notification=one, next_try_at=now if one.recipient_id in awake else held) for one in going
    )
    return len(new)


def over(*subjects: Any) -> None:
    """The matters ended (done, met, closed): their messages leave the badge. They stay in the inbox."""
    Notification.objects.filter(subject__in=subjects, over_at=None).update(over_at=clock.now())
