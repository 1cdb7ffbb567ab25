"""Saying what is due and was not said; sending what was said; opening a message."""

from reminders.actions.again import send_again, try_address
from reminders.actions.following import follow_up
from reminders.actions.reading import acknowledge, choose_digest, open_message
from reminders.actions.saying import job_failed, over, sweep
from reminders.actions.sending import BACKOFF, LEASE, deliver
from reminders.actions.snoozing import snooze, take_back

__all__ = [
    "BACKOFF",
    "LEASE",
    "acknowledge",
    "choose_digest",
    "deliver",
    "follow_up",
    "job_failed",
    "open_message",
    "over",
    "send_again",
    "snooze",
    "sweep",
    "take_back",
    "try_address",
]
