"""Pauses of contact: asked for at once, and told when they are over."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from incidents.access import Sight
from incidents.models import Incident, Sensitivity
from incidents.reminders import OfIncident
from partners import on_call
from partners.actor import system_actor
from reminders.registry import Due
from response.access import visible_people
from response.models import SafetyPause


class Pause(OfIncident):
    """Contact is said not to be safe: at once to the managers who answer. Its end: to worker, agency, coordinators."""

    key = "safety_pause"
    noun = ("pause of contact", "pauses of contact")
    model = SafetyPause
    of_incident = leads_to = "person__entry__incident"
    speaking = Q(ended_at=None)
    related = ("person__entry__incident__partnership", "person__lead_agency__csp_of", "agency__csp_of")
    ASKED, OVER = "asked", "over"

    def incident(self, row: Any) -> Incident:
        return row.person.entry.incident

    def sealed_entry(self, row: SafetyPause) -> int | None:
        entry = row.person.entry
        return entry.pk if entry.sensitivity == Sensitivity.SEALED else None

    def sees(self, seen: Sight, row: SafetyPause) -> bool:
        return visible_people(seen).filter(pk=row.person_id).exists()

    def say(self, row: SafetyPause, now: datetime) -> list[Due]:
        incident = self.incident(row)
        coordinators = on_call.duty_coordinators(incident.partnership, now)
        if row.waits:
            people = on_call.managers(row.agency) + on_call.csp_managers(incident.partnership)
            return [Due(self.ASKED, row.asked_at, people, on_call.above(incident.partnership, now))]
        if row.rests and row.until_at <= now:
            people = on_call.duty_users(row.person.lead_agency or row.agency, now) + coordinators
            return [Due(self.OVER, row.until_at, people, on_call.above(incident.partnership, now))]
        return []

    def reach(self, row: SafetyPause, now: datetime) -> None:
        """At its end the clocks run again, whoever remembers."""
        if row.rests and row.until_at <= now:
            from response.actions import end_pause  # the actions ask this module when to look next

            end_pause(pause=row, by=system_actor("reminders.sweep"))

    def next_at(self, row: SafetyPause, now: datetime) -> datetime | None:
        return row.until_at if row.rests and row.until_at > now else None

    def urgent(self, step: str) -> bool:
        return True

    def still_due(self, notification: Any) -> bool:
        row = notification.about
        return self.incident(row).live and (notification.step == self.OVER or row.waits)

    def words(self, notification: Any) -> str:
        if notification.step == self.ASKED:
            return "Somebody says that contact cannot be made safely. Approve or refuse the pause: the clocks run on."
        return "A pause of contact is over: the clocks run again."

    def url(self, notification: Any) -> str:
        entry = notification.about.person.entry
        return reverse("person", args=[entry.incident.uuid, entry.uuid])
