"""Saying what is due and was not said."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from reminders import registry, rooms
from reminders.actions.queueing import Said, put_out
from reminders.actions.reaching import Plan, address, reaches_nobody, write_down
from reminders.actions.snoozing import end_snoozes, put_off
from reminders.models import Notification, SweepMark
from svit import clock, engines, once

logger = logging.getLogger(__name__)

CLAIMED = 200  # rows of one transaction
CLAIMED_AT_NIGHT = 25  # of what goes out at night, so that several workers share it


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

    Where a row breaks, its batch is gone through again row by row: it is left as it is for the next sweep, and does
    not hold up the others.
    """
    said, broken = 0, set[int]()
    many = CLAIMED_AT_NIGHT if kind.urgent("") else CLAIMED
    while True:
        with transaction.atomic():
            rows = list(engines.claim(kind.rows(now).exclude(pk__in=broken))[:many])
            try:
                said += _say(kind, rows, now)
            except Exception:
                logger.warning(
                    "A batch of %s broke: its rows are gone through one by one", kind.key, exc_info=True
                )
                for row in kind.rows(now).filter(pk__in=[row.pk for row in rows]):
                    try:
                        said += _say(kind, [row], now)
                    except Exception:
                        broken.add(row.pk)
                        logger.exception("A reminder (%s) of row %s broke", kind.key, row.pk)
        if len(rows) < many:
            return said


def _say(kind: registry.Kind, rows: list[Any], now: datetime) -> int:
    """Say what is due of these rows, all or nothing. What is the same for many of them is asked once."""
    if not rows:
        return 0
    with transaction.atomic(), once.working():
        dues = []
        for row in rows:
            dues.append((row, kind.say(row, now)))
            kind.reach(row, now)
        said = _tell(kind, [(row, found) for row, found in dues if found], now)
        kind.settle(rows, now)
    return said


def _tell(kind: registry.Kind, dues: list[tuple[Any, list[registry.Due]]], now: datetime) -> int:
    """Insert the messages; each is said once, whoever asks."""
    people = {user for _, found in dues for due in found for user in due.recipients}
    kind.foresee([row for row, _ in dues], people)
    rooms.unreachable(people, now)
    planned, skipped = list[tuple[registry.Due, Plan]](), []
    for row, found in dues:
        plans = [address(kind, row, due, now) for due in found]
        planned += zip(found, plans, strict=True)
        skipped += [one for plan in plans for one in plan.skipped]
        if not any(plan.reaches for plan in plans):
            skipped.append(reaches_nobody(kind, row, found[0], now))
    write_down(skipped)
    off = put_off(kind, [one for _, plan in planned for one in plan.rows], now)
    return put_out(_how(kind, planned, off, now), now)


def _how(
    kind: registry.Kind, planned: list[tuple[registry.Due, Plan]], off: set[UUID], now: datetime
) -> list[Said]:
    """Each message that nobody put `off`, and how it goes out. A night in which all sleep wakes them all."""
    urgent = []
    for due, plan in planned:
        people = {one.recipient_id for one in plan.rows if one.uuid not in off}
        urgent.append(people - plan.silent - due.can_wait if kind.urgent(due.step) else set())
    asleep = rooms.asleep(set[int]().union(*urgent), now)
    said = []
    for (due, plan), people in zip(planned, urgent, strict=True):
        woken = people - asleep or people
        said += [
            Said(
                one,
                at_once=one.recipient_id in woken,
                silent=one.recipient_id in plan.silent,
                daily=not kind.urgent(due.step),
            )
            for one in plan.rows
            if one.uuid not in off
        ]
    return said


def over(*subjects: Any) -> None:
    """The matters ended (done, met, closed): their messages leave the badge. They stay in the inbox."""
    Notification.objects.filter(subject__in=subjects, over_at=None).update(over_at=clock.now())
