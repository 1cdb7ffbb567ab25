"""Whom a step is said to: its recipients, else the next level, and past nobody silently."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reminders import registry, rooms
from reminders.models import Notification, Reason, Skipped

logger = logging.getLogger(__name__)

# Nobody relies on these, and yet the message goes out: an invitation is a way in, to which the message leads; and
# what is urgent goes as a text.
WRITTEN_TO = {Reason.NOT_SET_UP}
TEXTED = {Reason.TEXTS_ALONE}


@dataclass
class Plan:
    """The messages of a step and whoever they pass, not saved yet; to whom nothing is delivered; whether it reaches."""

    rows: list[Notification] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    silent: set[int] = field(default_factory=set)
    reaches: bool = False


def address(kind: registry.Kind, row: Any, due: registry.Due, now: datetime) -> Plan:
    """Level by level, until the door lets somebody through who can be reached."""
    plan, known, unreached = Plan(), set[int](), ""
    for level in due.levels():
        people = [user for user in dict.fromkeys(level.people) if user not in known]
        if not people:
            continue
        known.update(people)
        step = level.step or due.step
        allowed, away = kind.allowed(row, people), rooms.unreachable(people, now)
        plan.rows += [
            Notification(
                kind=kind.key, step=step, subject=row.uuid, recipient_id=user,
                due_at=due.due_at, said_at=now, late=due.late, unreached=unreached,
            )
            for user in people if user in allowed
        ]  # fmt: skip
        skipped = {user: why for user, why in away.items() if user in allowed or why == Reason.ENDED}
        if skipped:
            plan.skipped += [_passed(kind, row, step, due, now, user, why) for user, why in skipped.items()]
            written_to = WRITTEN_TO | TEXTED if kind.urgent(step) else WRITTEN_TO
            plan.silent |= {user for user, why in skipped.items() if why not in written_to}
            unreached = level.who or unreached
        if any(user in allowed and user not in away for user in people):
            plan.reaches = True
            break
    return plan


def reaches_nobody(kind: registry.Kind, row: Any, due: registry.Due, now: datetime) -> Skipped:
    """Say it where an operator looks: in the log, by the row's key; and as a row for the figures."""
    logger.warning("A reminder (%s, %s) of row %s reaches nobody", kind.key, due.step, row.pk)
    return _passed(kind, row, due.step, due, now)


def write_down(skipped: Collection[Skipped]) -> None:
    """Whoever could not be reached is written down; once, whoever asks."""
    Skipped.objects.bulk_create(skipped, ignore_conflicts=True)


def _passed(
    kind: registry.Kind,
    row: Any,
    step: str,
    due: registry.Due,
    now: datetime,
    user: int | None = None,
    why: str = "",
) -> Skipped:
    return Skipped(
        kind=kind.key, step=step, subject=row.uuid, due_at=due.due_at, user_id=user, reason=why, at=now
    )
