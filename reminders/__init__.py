"""What is due and what was said: kinds, notifications, delivery, escalation, the sweep (floor 1)."""

import logging
from functools import partial

from django.db import connection, transaction

from svit.celery import app

logger = logging.getLogger(__name__)


def ring(task: str) -> None:
    """Send one wake-up. A broker that is down costs a minute, until beat rings; it never fails a write."""
    try:
        app.send_task(task, expires=60)
    except Exception as error:  # whatever the broker's client raises: the truth is in the database
        logger.warning("No wake-up for %s: the broker did not answer (%s)", task, type(error).__name__)


_sweep = partial(ring, "reminders.sweep")


def wake() -> None:
    """A write that makes something due calls this: once it is committed, a sweep looks at once, and once alone."""
    if all(act is not _sweep for _, act, _ in connection.run_on_commit):
        transaction.on_commit(_sweep)
