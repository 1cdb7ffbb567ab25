"""Agencies that are asked to respond."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from incidents.models import Engagement, EngagementRole
from incidents.reminders.of_incident import OfIncident
from partners import on_call
from reminders import registry
from reminders.registry import Due
from reminders.times import is_quiet

UNSEEN = timedelta(minutes=15)


def next_engagement_remind_at(engagement: Engagement, now: datetime) -> datetime | None:
    """When to look at an engagement that was just made by mobilising: at once, unless there is nobody to ask.

    Whoever reported the incident knows of it, and the owner's own agency mobilises.
    """
    return now if _asks(engagement) else None


def _asks(engagement: Engagement) -> bool:
    return (
        engagement.is_current
        and engagement.role not in (EngagementRole.REPORTER, EngagementRole.BREAK_GLASS)
        and engagement.seen_at is None
        and not engagement.told_how
        and engagement.agency.csp_of_id != engagement.incident.partnership_id
        and engagement.incident.live
    )


class Mobilised(OfIncident):
    """At once to the agency's person on call, else its members; unseen for 15 minutes, to the coordinators."""

    key = "mobilised"
    noun = ("request to respond", "requests to respond")
    model = Engagement
    only = ~Q(role=EngagementRole.BREAK_GLASS)
    related = ("incident__partnership", "agency__csp_of")
    TOLD, NOBODY, NIGHT, UNSEEN = "told", "nobody", "night", "unseen"

    def say(self, row: Any, now: datetime) -> list[Due]:
        if not _asks(row):
            return []
        coordinators = on_call.duty_coordinators(row.incident.partnership, now)
        late = now - row.asked_at > registry.LATE_AFTER
        if not self._first(row):
            late = now - row.remind_at > registry.LATE_AFTER
            return [Due(self.UNSEEN, row.asked_at, coordinators, late=late)]
        people = on_call.duty_users(row.agency, now)
        if not people:
            return [Due(self.NOBODY, row.asked_at, coordinators, late=late)]
        dues = [Due(self.TOLD, row.asked_at, people, late=late)]
        if is_quiet(now) and not on_call.on_call(row.agency, now):
            dues.append(Due(self.NIGHT, row.asked_at, coordinators, late=late))
        return dues

    def _first(self, row: Any) -> bool:
        """Whether the agency has yet to be told: a beat that slept must not skip that."""
        return row.remind_at < row.asked_at + UNSEEN

    def next_at(self, row: Engagement, now: datetime) -> datetime | None:
        return now + UNSEEN if _asks(row) and self._first(row) else None

    def urgent(self, step: str) -> bool:
        return True

    def still_due(self, notification: Any) -> bool:
        row = notification.about
        if notification.step == self.TOLD:
            return row.is_current and row.incident.live
        return _asks(row)

    def words(self, notification: Any) -> str:
        return {
            self.TOLD: "Your agency is asked to respond to an incident.",
            self.NOBODY: "An agency was mobilised that has nobody here to tell. Telephone it.",
            self.NIGHT: "An agency was mobilised in the night with nobody on call. Telephone it if this cannot wait.",
            self.UNSEEN: "An agency that was mobilised has not opened the incident for 15 minutes. Telephone it.",
        }[notification.step]

    def url(self, notification: Any) -> str:
        if notification.step == self.TOLD:
            return super().url(notification)
        return reverse("agencies", args=[notification.about.incident.uuid])
