"""Agencies that are asked to respond."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from incidents.models import Asked, Engagement, EngagementRole
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
    knows = engagement.role == EngagementRole.REPORTER and engagement.asked_again_at is None
    return (
        engagement.is_current
        and not knows
        and engagement.role != EngagementRole.BREAK_GLASS
        and engagement.seen_at is None
        and not engagement.told_how
        and engagement.agency.csp_of_id != engagement.incident.partnership_id
        and engagement.incident.live
    )


class Mobilised(OfIncident):
    """At once to the agency's person on call, else its members; unseen for 15 minutes, to the coordinators.

    At night with nobody on call the members have it in the morning, and the coordinators at once. Where nobody of the
    agency can be reached, the coordinators are told at once at any hour.
    """

    key = Asked.KIND
    noun = ("request to respond", "requests to respond")
    model = Engagement
    only = ~Q(role=EngagementRole.BREAK_GLASS)
    related = ("incident__partnership", "agency__csp_of")
    TOLD, NOBODY, NIGHT, UNSEEN = Asked.TOLD, Asked.NOBODY, "night", "unseen"

    def say(self, row: Any, now: datetime) -> list[Due]:
        if not _asks(row):
            return []
        owner = row.incident.partnership
        if not self._first(row):
            late = now - row.remind_at > registry.LATE_AFTER
            return [Due(self.UNSEEN, row.asked_at, (), on_call.above(owner, now), late=late)]
        late = now - row.asked_at > registry.LATE_AFTER
        duty = on_call.on_call(row.agency, now)
        people = duty or on_call.members(row.agency)
        above = (level._replace(step=self.NOBODY) for level in on_call.above(owner, now))
        if not is_quiet(now) or duty or not on_call.some_reached(people, now):
            return [Due(self.TOLD, row.asked_at, people, above, late=late)]
        return [
            Due(self.TOLD, row.asked_at, people, above, can_wait=frozenset(people), late=late),
            Due(self.NIGHT, row.asked_at, (), on_call.above(owner, now), late=late),
        ]

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
            self.NOBODY: "An agency was mobilised and nobody there can be told. Telephone it.",
            self.NIGHT: "An agency was mobilised in the night with nobody on call. Telephone it if this cannot wait.",
            self.UNSEEN: "An agency that was mobilised has not opened the incident for 15 minutes. Telephone it.",
        }[notification.step]

    def url(self, notification: Any) -> str:
        if notification.step == self.TOLD:
            return super().url(notification)
        return reverse("agencies", args=[notification.about.incident.uuid])
