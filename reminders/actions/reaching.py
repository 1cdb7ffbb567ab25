"""Whom a step is said to: its recipients, else the next level, and past nobody silently."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reminders import registry
from reminders.models import Notification, Reason, Skipped

logger = logging.getLogger(__name__)

# An invitation is a way in: the message leads through it, so it goes out, and yet nobody relies on it.
WRITTEN_TO = {Reason.NOT_SET_UP}


@dataclass
class Plan:
    """The messages of a step, not saved yet; to whom none is delivered; and whether it reaches anybody."""

    rows: list[Notification] = field(default_factory=list)
    silent: set[int] = field(default_factory=set)
    reaches: bool = False


def address(kind: registry.Kind, row: Any, due: registry.Due, now: datetime) -> Plan:
    """Level by level, until the door lets somebody through who can be reached. Whoever cannot be is written down."""
    plan, known, unreached = Plan(), set[int](), ""
    for level in due.levels():
        people = [user for user in dict.fromkeys(level.people) if user not in known]
        if not people:
            continue
        known.update(people)
        allowed, away = kind.allowed(row, people), registry.unreachable(people, now)
        plan.rows += [
            Notification(
                kind=kind.key, step=level.step or due.step, subject=row.uuid, recipient_id=user,
                due_at=due.due_at, said_at=now, late=due.late, unreached=unreached,
            )
            for user in people if user in allowed
        ]  # fmt: skip
        skipped = {user: why for user, why in away.items() if user in allowed or why == Reason.ENDED}
        if skipped:
            _write_down(kind, row, level.step or due.step, due, skipped, now)
            plan.silent |= {user for user, why in skipped.items() if why not in WRITTEN_TO}
            unreached = level.who or unreached
        if any(user in allowed and user not in away for user in people):
            plan.reaches = True
            break
    return plan


def reaches_nobody(kind: registry.Kind, row: Any, due: registry.Due, now: datetime) -> None:
    """Say it where an operator looks: in the log, by the row's key, and in the figures."""
    logger.warning("A reminder (%s, %s) of row %s reaches nobody", kind.key, due.step, row.pk)
    _write_down(kind, row, due.step, due, {None: ""}, now)


def _write_down(
    kind: registry.Kind, row: Any, step: str, due: registry.Due, whom: dict, now: datetime
) -> None:
    rows = [
        Skipped(
            kind=kind.key, step=step, subject=row.uuid, due_at=due.due_at, user_id=user, reason=why, at=now
        )
        for user, why in whom.items()
    ]  # fmt: skip
    Skipped.objects.bulk_create(rows, ignore_conflicts=True)
