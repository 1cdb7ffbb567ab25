"""The decision that is due when the retention period of an incident ends."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from incidents.models import Disposal, DisposalState, Incident, LegalHold, LogKind, Sensitivity
from incidents.reminders import OfIncident
from incidents.retention import NOTICE, due_of
from partners import on_call
from reminders import registry
from reminders.registry import Due

OPEN = (DisposalState.PROPOSED, DisposalState.CONFIRMED)


class Retention(OfIncident):
    """30 days before a retention period ends, to the CSP managers: propose its disposal, or hold it.

    When it ends is derived from the schedule. The incident's column says when to look: at once when a response ends
    or the schedule changes, and then at the date itself.
    """

    key = "retention"
    noun = ("retention decision", "retention decisions")
    model = Incident
    column = "retention_at"
    only = Q(retention_at__isnull=False)
    related = ("partnership",)
    leads_to = ""

    def incident(self, row: Incident) -> Incident:
        return row

    def say(self, row: Incident, now: datetime) -> list[Due]:
        due = due_of(row)
        if due is None or due - NOTICE > now or _decided(row):
            return []
        return [Due("30d", due, on_call.csp_managers(row.partnership), late=now > due)]

    def next_at(self, row: Incident, now: datetime) -> datetime | None:
        due = due_of(row)
        return due - NOTICE if due and due - NOTICE > now else None

    def still_due(self, notification: Any) -> bool:
        row = notification.about
        return due_of(row) == notification.due_at and not _decided(row)

    def may_snooze(self, step: str) -> bool:
        return True

    def told(self, row: Incident) -> dict[str, Any]:
        return {"kind": LogKind.RETENTION, "sensitivity": Sensitivity.RESTRICTED}

    def words(self, notification: Any) -> str:
        return "The retention period of an incident ends within 30 days. Decide whether it is disposed of."

    def deadline(self, notification: Any) -> datetime | None:
        return notification.due_at

    def url(self, notification: Any) -> str:
        return reverse("retention-of", args=[notification.about.uuid])


def _decided(incident: Incident) -> bool:
    """Whether somebody decided already: a hold, or a disposal that is under way."""
    held = LegalHold.objects.filter(incident=incident, lifted_at=None).exists()
    return held or Disposal.objects.filter(incident_id_was=incident.pk, state__in=OPEN).exists()


registry.register(Retention())
