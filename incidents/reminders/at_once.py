"""What an owner is told at once: an incident opened for life at risk, a restricted record opened, ownership offered."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from incidents.access import Sight, may_stop_reveals
from incidents.models import Engagement, EngagementRole, Handover, HandoverAnswer, Reveal, Sensitivity
from incidents.reminders.of_incident import OfIncident
from partners import on_call
from reminders.models import Unreached
from reminders.registry import Due
from reminders.times import is_quiet


class AtOnce(OfIncident):
    """A kind that says one thing, when the row is written."""

    def next_at(self, row: Any, now: datetime) -> datetime | None:
        return None

    def still_due(self, notification: Any) -> bool:
        return True


class BreakGlass(AtOnce):
    """Somebody opened an incident for life at risk: to coordinators, CSP managers and governance officers."""

    key = "break_glass"
    noun = ("incident opened for life at risk", "incidents opened for life at risk")
    model = Engagement
    only = Q(role=EngagementRole.BREAK_GLASS)
    related = ("incident__partnership", "agency__csp_of")

    def say(self, row: Any, now: datetime) -> list[Due]:
        owner = row.incident.partnership
        answerable = on_call.csp_managers(owner) + on_call.governance_officers(owner)
        waiting = frozenset(answerable if is_quiet(now) else ())
        return [
            Due("opened", row.from_at, (), on_call.above(owner, now)),
            Due("opened", row.from_at, answerable, can_wait=waiting),
        ]

    def allowed(self, row: Any, users: Collection[int]) -> set[int]:
        officers = set(on_call.governance_officers(row.incident.partnership))
        return super().allowed(row, users) | officers.intersection(users)

    def sees(self, seen: Sight, row: Any) -> bool:
        return seen.coordinates

    def urgent(self, step: str) -> bool:
        return True

    def words(self, notification: Any) -> str:
        return "A manager of an agency that is not engaged opened an incident for life at risk."

    def url(self, notification: Any) -> str:
        return reverse("agencies", args=[notification.about.incident.uuid])


class Revealed(AtOnce):
    """A restricted record was opened with a reason: to the coordinators, and to the agency that owns the record."""

    key = "revealed"
    noun = ("restricted record opened", "restricted records opened")
    model = Reveal
    only = Q(entry__isnull=False)
    related = ("incident__partnership", "entry__owner__csp_of")

    def say(self, row: Any, now: datetime) -> list[Due]:
        owner = row.incident.partnership
        told = [(on_call.duty_coordinators(owner, now), Unreached.COORDINATORS)]
        if row.entry.owner and row.entry.owner_id != row.agency_id:
            told.append((on_call.duty_users(row.entry.owner, now), Unreached.AGENCY))
        return [
            Due("opened", row.at, others, on_call.above(owner, now), who=who)
            for people, who in told
            if (others := tuple(user for user in people if user != row.user_id))
        ]

    def sees(self, seen: Sight, row: Any) -> bool:
        return row.entry is not None and may_stop_reveals(seen, row.entry)

    def sealed_entry(self, row: Any) -> int | None:
        return row.entry_id if row.entry and row.entry.sensitivity == Sensitivity.SEALED else None

    def words(self, notification: Any) -> str:
        return "Somebody gave a reason and opened a restricted record."

    def url(self, notification: Any) -> str:
        row = notification.about
        return reverse("reveals", args=[row.incident.uuid, row.entry.uuid])


class Offered(AtOnce):
    """Ownership is offered: to the coordinators of the other partnership. Answered: to those who offered it."""

    key = "handover"
    noun = ("message about handing over", "messages about handing over")
    model = Handover
    related = ("incident__partnership", "to_partnership", "from_partnership")
    OFFERED, ANSWERED = "offered", "answered"

    def say(self, row: Any, now: datetime) -> list[Due]:
        if row.answer:
            return [Due(self.ANSWERED, row.answered_at, (), on_call.above(row.from_partnership, now))]
        return [Due(self.OFFERED, row.offered_at, (), on_call.above(row.to_partnership, now))]

    def still_due(self, notification: Any) -> bool:
        return bool(notification.about.answer) == (notification.step == self.ANSWERED)

    def sees(self, seen: Sight, row: Any) -> bool:
        return seen.actor.coordinates

    def words(self, notification: Any) -> str:
        if notification.step == self.OFFERED:
            return "Another borough offers to hand an incident over to yours. Accept or refuse it."
        if notification.about.answer == HandoverAnswer.ACCEPTED:
            return "The other borough took the incident over. Your agency stays engaged."
        return "The other borough refused to take the incident over. It stays yours."

    def url(self, notification: Any) -> str:
        if notification.step == self.OFFERED:
            return reverse("answer-handover", args=[notification.about.incident.uuid])
        return super().url(notification)
