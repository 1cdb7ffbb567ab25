"""Saying what is due and was not said."""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction

from reminders import registry
from reminders.actions.queueing import BATCH, put_out
from reminders.actions.reaching import Plan, address, reaches_nobody
from reminders.actions.snoozing import end_snoozes, hold_back
from reminders.models import Notification, SweepMark
from svit import clock, engines

logger = logging.getLogger(__name__)


def sweep(now: datetime | None = None, *, drill: bool = False) -> int:
    """Say all that is due and unsaid; how many messages that made. The mark is set only when no kind broke.

    What is due, the database's clock says: a worker whose own is wrong says nothing early. A `drill` looks from
    another moment and sets no mark: the health of the present is not its business.
    """
    said, whole = 0, True
    with clock.at(now or engines.now()) as now:
        for kind in registry.kinds():
            try:
                said += _sweep_kind(kind, now)
            except Exception:
                whole = False
                logger.exception("The sweep of %s broke", kind.key)
        try:
            said += end_snoozes(now)  # after the kinds, so that the latest step alone comes back
        except Exception:
            whole = False
            logger.exception("The sweep of what was put off broke")
        if whole and not drill:
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
    snoozed = hold_back(kind, row, due, [one.recipient_id for one in rows], now)
    rows = [one for one in rows if one.recipient_id not in snoozed]
    urgent = kind.urgent(due.step)
    at_once = {one.recipient_id for one in rows} - plan.silent - due.can_wait if urgent else set()
    awake = at_once - registry.asleep(at_once, now) or at_once  # a night in which all sleep wakes them all
    return put_out(rows, now=now, at_once=awake, silent=plan.silent, daily=not urgent)


def over(*subjects: Any) -> None:
    """The matters ended (done, met, closed): their messages leave the badge. They stay in the inbox."""
    Notification.objects.filter(subject__in=subjects, over_at=None).update(over_at=clock.now())
