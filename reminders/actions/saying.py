"""Saying what is due and was not said."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from reminders import channels, registry
from reminders.models import Channel, Delivery, Notification, SweepMark
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
    return sum(_tell(kind, row, due, now) for due in dues)


def _tell(kind: registry.Kind, row: Any, due: registry.Due, now: datetime) -> int:
    """Insert the messages of one step for those whom the door lets know of it; said once, whoever asks."""
    everybody = {*due.recipients, *due.otherwise}
    allowed = kind.allowed(row, everybody) if everybody else set()
    people = [user for user in dict.fromkeys(due.recipients) if user in allowed]
    people = people or [user for user in dict.fromkeys(due.otherwise) if user in allowed]
    if not people:
        logger.warning("A reminder (%s, %s) of row %s has nobody to go to", kind.key, due.step, row.pk)
        return 0
    rows = [
        Notification(
            kind=kind.key, step=due.step, subject=row.uuid, recipient_id=user, due_at=due.due_at, said_at=now,
            late=due.late,
        )
        for user in people
    ]  # fmt: skip
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    new = list(Notification.objects.filter(uuid__in=[row.uuid for row in rows]))
    if not new:
        return 0
    Notification.objects.filter(
        subject=row.uuid, kind=kind.key, recipient__in=[one.recipient_id for one in new], over_at=None
    ).exclude(pk__in=[one.pk for one in new]).update(over_at=now)
    urgent = {one.recipient_id for one in new if kind.urgent(due.step)} - due.can_wait
    _hand_over(new, urgent, now)
    return len(new)


def _hand_over(new: list[Notification], urgent: set[int], now: datetime) -> None:
    """An e-mail for each message; and a text for what is urgent, to those who gave a number for it."""
    held = after_the_night(now + HOLD)
    ways = [(one, Channel.EMAIL) for one in new]
    if urgent and channels.texting():
        people = get_user_model()._default_manager.filter(pk__in=urgent).exclude(mobile="")
        texted = set(people.values_list("pk", flat=True))
        ways += [(one, Channel.SMS) for one in new if one.recipient_id in texted]
    Delivery.objects.bulk_create(
        Delivery(
            notification=one,
            channel=channel,
            urgent=one.recipient_id in urgent,
            due_at=one.due_at,
            next_try_at=now if one.recipient_id in urgent else held,
        )
        for one, channel in ways
    )


def over(*subjects: Any) -> None:
    """The matters ended (done, met, closed): their messages leave the badge. They stay in the inbox."""
    Notification.objects.filter(subject__in=subjects, over_at=None).update(over_at=clock.now())
