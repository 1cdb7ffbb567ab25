"""What the incident is reminded of: agencies mobilised, what an owner is told, reports that wait, anniversaries.

`OfIncident` is also the base of the kinds that the rooms above declare.
"""

from incidents.reminders.at_once import BreakGlass, Offered, Revealed
from incidents.reminders.coming_round import Anniversary, Unconfirmed, next_anniversary, next_remind_at
from incidents.reminders.mobilised import UNSEEN, Mobilised, next_engagement_remind_at
from incidents.reminders.of_incident import OfIncident, look_again, sights
from incidents.reminders.records import RecordDue
from reminders import registry

__all__ = [
    "UNSEEN",
    "OfIncident",
    "look_again",
    "next_anniversary",
    "next_engagement_remind_at",
    "next_remind_at",
    "sights",
]

for kind in (Mobilised(), BreakGlass(), Revealed(), Offered(), Unconfirmed(), Anniversary(), RecordDue()):
    registry.register(kind)
