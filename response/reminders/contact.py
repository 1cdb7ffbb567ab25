"""What contact clocks are reminded of: each kind of clock in its own steps."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from checklists.models import ClockKind
from incidents.access import Sight
from incidents.models import Engagement, Incident, LogKind, Sensitivity
from incidents.reminders import OfIncident
from partners import on_call
from partners.actor import system_actor
from partners.models import AgencyKind
from reminders.models import Unreached
from reminders.registry import Due, is_late, reached, upcoming
from reminders.times import is_quiet
from response.access import visible_clocks
from response.models import ContactClock
from response.reminders.steps import deadline, steps

# The multi-agency safeguarding hub sits with children's social care (protocol, Operation Harbinger).
GOLDEN_HOUR_AGENCIES = (AgencyKind.POLICE, AgencyKind.CHILDRENS_SOCIAL_CARE)


class Contact(OfIncident):
    """To the worker and agency of the clock; the escalation is the kind's own. Goes out at night until it is missed.

    At night whoever is on call is woken and nobody else of that agency; where nobody is, the coordinators are.
    """

    noun = ("contact deadline", "contact deadlines")
    model = ContactClock
    of_incident = "person__entry__incident"
    leads_to = "person__entry__incident"
    speaking = Q(met_at=None, stopped_at=None)
    related = (
        "person__entry__incident__partnership", "agency__csp_of", "rule", "calendar__working_hours",
    )  # fmt: skip

    def incident(self, row: Any) -> Incident:
        return row.person.entry.incident

    def sees(self, seen: Sight, row: ContactClock) -> bool:
        return visible_clocks(seen).filter(pk=row.pk).exists()

    def sealed_entry(self, row: ContactClock) -> int | None:
        entry = row.person.entry
        return entry.pk if entry.sensitivity == Sensitivity.SEALED else None

    def say(self, row: ContactClock, now: datetime) -> list[Due]:
        step = reached(steps(row, now), row.remind_at, now) if self.incident(row).live else None
        if step is None:
            return []
        partnership = self.incident(row).partnership
        coordinators = on_call.duty_coordinators(partnership, now)
        people, can_wait = self.holders(row, now)
        escalated, waiting = self.escalates(row, step.name, coordinators)
        if not people or (is_quiet(now) and not (row.agency and on_call.on_call(row.agency, now))):
            people += coordinators
        return [
            Due(
                step.name,
                deadline(row),
                told,
                above,
                who=who,
                can_wait=(can_wait | waiting) - {*coordinators} if is_quiet(now) else frozenset(),
                late=is_late(step, now),
            )
            for told, above, who in (
                (people, on_call.above(partnership, now, row.agency), Unreached.AGENCY),
                (escalated, on_call.above(partnership, now), Unreached.COORDINATORS),
            )
            if told
        ]

    def holders(self, row: ContactClock, now: datetime) -> tuple[tuple[int, ...], frozenset[int]]:
        """Worker and agency of the clock, and whose e-mail can wait for the morning because another is on call."""
        worker = (row.worker_id,) if row.worker_id else ()
        if row.agency is None:
            return worker, frozenset()
        if duty := on_call.on_call(row.agency, now):
            return worker + duty, frozenset({*worker} - {*duty})
        return worker + on_call.members(row.agency), frozenset()

    def escalates(
        self, row: ContactClock, step: str, coordinators: tuple[int, ...]
    ) -> tuple[tuple[int, ...], frozenset[int]]:
        """Who else is told at a step, and which of them at night in the morning."""
        raise NotImplementedError

    def reach(self, row: ContactClock, now: datetime) -> None:
        """At its due time a running clock is missed, once and for all."""
        if row.is_missed(now) and row.running and row.missed_at is None and self.incident(row).live:
            from response.actions import mark_missed  # the actions ask this module when to look next

            mark_missed(clock=row, by=system_actor("reminders.sweep"))

    def next_at(self, row: ContactClock, now: datetime) -> datetime | None:
        return upcoming(steps(row, now), now) if self.incident(row).live else None

    def urgent(self, step: str) -> bool:
        """Until the deadline and at it. The daily question for a cause wakes nobody."""
        return not step.startswith("late")

    def may_snooze(self, step: str) -> bool:
        """The daily question for a cause, and nothing that is said while the clock runs or runs out."""
        return step.startswith("late")

    def told(self, row: ContactClock) -> dict[str, Any]:
        entry = row.person.entry
        return {
            "kind": LogKind.CLOCK,
            "about": entry,
            "section": entry.section,
            "sensitivity": entry.sensitivity,
        }

    def heading(self, row: ContactClock, what: str) -> str:
        return f"{row.person.label}: {what[0].lower()}{what[1:]}."

    def still_due(self, notification: Any) -> bool:
        row = notification.about
        return bool(
            row.running
            and not row.paused_at
            and not row.missed_cause
            and deadline(row) == notification.due_at
            and self.incident(row).live
        )

    def deadline(self, notification: Any) -> datetime | None:
        return notification.due_at

    def url(self, notification: Any) -> str:
        entry = notification.about.person.entry
        return reverse("person", args=[entry.incident.uuid, entry.uuid])


def _managers(row: ContactClock, coordinators: tuple[int, ...]) -> tuple[int, ...]:
    """The agency's managers; the coordinators where it has none, or the clock has no agency."""
    return (on_call.managers(row.agency) if row.agency else ()) or coordinators


class GoldenHour(Contact):
    """A child was booked into custody: at once, at 30 and 50 minutes, at 1 hour; then to the CSP manager as well."""

    key = "golden_hour"
    only = Q(kind=ClockKind.GOLDEN_HOUR)

    def holders(self, row: ContactClock, now: datetime) -> tuple[tuple[int, ...], frozenset[int]]:
        people, can_wait = super().holders(row, now)
        engaged = (
            Engagement.objects.current()
            .filter(incident=self.incident(row), agency__kind__in=GOLDEN_HOUR_AGENCIES)
            .exclude(agency=row.agency_id)
            .select_related("agency__csp_of")
        )
        for engagement in engaged:
            people += on_call.duty_users(engagement.agency, now)
        return people, can_wait

    def escalates(
        self, row: ContactClock, step: str, coordinators: tuple[int, ...]
    ) -> tuple[tuple[int, ...], frozenset[int]]:
        managers = on_call.csp_managers(self.incident(row).partnership) if step == "due" else ()
        return coordinators + managers, frozenset()

    def words(self, notification: Any) -> str:
        if notification.step == "due":
            return "A golden hour has run out."
        return "A golden hour is running: the safeguarding hub or the emergency duty team has to be told."


class FirstAttempt(Contact):
    """The first attempt within 24 hours: at 12, 20 and 24; coordinators at 20, the agency's manager at 24."""

    key = "first_attempt"
    only = Q(kind=ClockKind.FIRST_ATTEMPT)

    def escalates(
        self, row: ContactClock, step: str, coordinators: tuple[int, ...]
    ) -> tuple[tuple[int, ...], frozenset[int]]:
        if step == "due":
            managers = _managers(row, coordinators)
            return coordinators + managers, frozenset(managers)
        return (coordinators if step == "20h" else ()), frozenset()

    def words(self, notification: Any) -> str:
        if notification.step == "due":
            return "A first attempt at contact was not made within 24 hours."
        return "A first attempt at contact has to be made."


class Daily(Contact):
    """To the coordinators shortly before it is due, to the managers when it is, then daily until it is explained."""

    shortly = "46h"
    early: tuple[str, ...] = ("24h", "40h")
    missed, late, runs = "", "", ""

    def escalates(
        self, row: ContactClock, step: str, coordinators: tuple[int, ...]
    ) -> tuple[tuple[int, ...], frozenset[int]]:
        if step in self.early:
            return (), frozenset()
        if step == self.shortly:
            return coordinators, frozenset()
        managers = _managers(row, coordinators) + on_call.csp_managers(self.incident(row).partnership)
        return coordinators + managers, frozenset(managers)

    def words(self, notification: Any) -> str:
        if notification.step == "due":
            return self.missed
        return self.late if notification.step.startswith("late") else self.runs


class ContactMade(Daily):
    """Contact within 48 hours: at 24, 40, 46 and 48; coordinators at 46, managers at 48, then daily until explained."""

    key = "contact_made"
    only = Q(kind=ClockKind.CONTACT_MADE)
    missed = "Contact was not made within 48 hours. Give the cause and a new plan."
    late = "Contact is still not made, and its cause is not given."
    runs = "Contact has to be made."


class Professionals(Daily):
    """The professionals at hospital or custody within 48 hours, in the same steps."""

    key = "professionals"
    only = Q(kind=ClockKind.PROFESSIONALS)
    missed = "The professionals were not contacted within 48 hours. Give the cause and a new plan."
    late = "The professionals are still not contacted, and the cause is not given."
    runs = "The professionals at hospital or custody have to be contacted."


class OfTheirOwn(Daily):
    """A clock whose hours a partnership sets: after half of its time, shortly before its end, at it, then daily.

    Working hours may end at an hour at which nobody needs to be woken, so what comes before the end can wait.
    """

    shortly, early = "soon", ("half",)

    def urgent(self, step: str) -> bool:
        return step == "due"


class MashReferral(OfTheirOwn):
    key = "mash_referral"
    only = Q(kind=ClockKind.MASH_REFERRAL)
    missed = "A referral to MASH was not made in time. Give the cause and a new plan."
    late = "A referral to MASH is still not made, and the cause is not given."
    runs = "A referral to MASH has to be made."


class LocalClock(OfTheirOwn):
    key = "local_clock"
    only = Q(kind=ClockKind.LOCAL)
    missed = "A clock of the partnership was missed. Give the cause and a new plan."
    late = "A clock of the partnership is still not met, and the cause is not given."
    runs = "A clock of the partnership is running."
