"""What people and clocks are reminded of."""

from reminders import registry
from response.reminders.contact import (
    ContactMade,
    FirstAttempt,
    GoldenHour,
    LocalClock,
    MashReferral,
    Professionals,
)
from response.reminders.pauses import Pause
from response.reminders.steps import next_remind_at

__all__ = ["next_remind_at"]

KINDS = (GoldenHour(), FirstAttempt(), ContactMade(), Professionals(), MashReferral(), LocalClock(), Pause())
for kind in KINDS:
    registry.register(kind)
