"""What is due and what was said: kinds, notifications, delivery, escalation, the sweep (floor 1)."""

import logging
from functools import partial

from django.db import transaction

from svit.celery import app

logger = logging.getLogger(__name__)


def ring(task: str) -> None:
    """Send one wake-up. A broker that is down costs a minute, until beat rings; it never fails a write."""
    try:
        app.send_task(task, expires=60)
    except Exception as error:  # whatever the broker's client raises: the truth is in the database
        logger.warning("No wake-up for %s: the broker did not answer (%s)", task, type(error).__name__)


def wake() -> None:
    """A write that makes something due calls this: once it is committed, a sweep looks at once."""
    transaction.on_commit(partial(ring, "reminders.sweep"))
