"""What a write to an item owes the reminders: when to look again, and a nudge to look now."""

from checklists.reminders import next_remind_at
from reminders import wake
from svit import clock

__all__ = ["remind", "wake"]


def remind(item):
    """When the reminders have to look at the item next; a derived column."""
    return next_remind_at(item, clock.now())
