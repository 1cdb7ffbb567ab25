"""Saying what is due and was not said; sending what was said; opening a message."""

from reminders.actions.reading import acknowledge, open_message
from reminders.actions.saying import job_failed, over, sweep
from reminders.actions.sending import BACKOFF, LEASE, deliver

__all__ = ["BACKOFF", "LEASE", "acknowledge", "deliver", "job_failed", "open_message", "over", "sweep"]
