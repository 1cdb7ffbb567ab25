"""Saying what is due and was not said; sending what was said; opening a message."""

from reminders.actions.again import send_again, try_address
from reminders.actions.following import follow_up
from reminders.actions.reading import acknowledge, open_message
from reminders.actions.saying import job_failed, over, sweep
from reminders.actions.sending import BACKOFF, LEASE, deliver

__all__ = [
    "BACKOFF",
    "LEASE",
    "acknowledge",
    "deliver",
    "follow_up",
    "job_failed",
    "open_message",
    "over",
    "send_again",
    "sweep",
    "try_address",
]
