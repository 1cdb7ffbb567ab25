"""What the incident is reminded of: agencies mobilised, reports that wait, anniversaries.

`OfIncident` is also the base of the kinds that the rooms above declare.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from incidents.access import Sight, held_entries, sight, visible_incidents
from incidents.models import Engagement, EngagementRole, Incident, ReportState
from incidents.models.incident import IncidentKind
from partners import on_call
from partners.actor import actor_for
from partners.models import Membership
from reminders import registry
from reminders.registry import Due, Step, is_late, look_at, reached, upcoming
from reminders.times import MORNING, anniversary, is_quiet, on_the_wall
from svit import clock
from svit.templatetags.svit import day

UNSEEN = timedelta(minutes=15)


def sights(incident: Incident, users: Collection[int]) -> Iterator[tuple[int, Sight]]:
    """What each of `users` may see of the incident, by each current membership; strangers do not occur.

    A governance officer reads with a reason and works on nothing, so nothing is said to one.
    """
    memberships = Membership.objects.current().filter(user__in=users).select_related("user", "agency__csp_of")
    known: dict[tuple[int, str], Sight | None] = {}
    for membership in memberships:
        actor = actor_for(membership)
        key = (membership.agency_id, membership.role)
        if key not in known:
            known[key] = sight(actor, incident)
        seen = known[key]
        if seen is not None and not seen.reading:
            yield membership.user_id, replace(seen, actor=actor)


class OfIncident(registry.Kind):
    """A kind whose rows belong to an incident: one door, one reference, one word for an exercise."""

    def incident(self, row: Any) -> Incident:
        return row.incident

    def sees(self, seen: Sight, row: Any) -> bool:
        """Whether this sight of the incident reaches the row."""
        return True

    def sealed_entry(self, row: Any) -> int | None:
        """The sealed record that the row is about, by primary key."""
        return None

    def allowed(self, row: Any, users: Collection[int]) -> set[int]:
        incident = self.incident(row)
        return {user for user, seen in sights(incident, users) if self.sees(seen, row)}

    def reference(self, notification: Any) -> str:
        return self.incident(notification.about).reference

    def exercise(self, notification: Any) -> bool:
        return self.incident(notification.about).exercise

    def url(self, notification: Any) -> str:
        return self.incident(notification.about).get_absolute_url()


@registry.who_may_list
def may_list(user: Any, notifications: list[Any]) -> set[UUID]:
    """Messages about incidents that the user may still know of, whichever membership they act with."""
    about: dict[UUID, tuple[int, int | None]] = {}
    for one in notifications:
        kind = registry.kind_of(one)
        if isinstance(kind, OfIncident) and one.about is not None:
            about[one.uuid] = (kind.incident(one.about).pk, kind.sealed_entry(one.about))
    if not about:
        return set()
    visible: set[int] = set()
    memberships = Membership.objects.current().filter(user=user)
    for membership in memberships.select_related("user", "agency__csp_of", "agency__group"):
        theirs = visible_incidents(actor_for(membership))
        visible.update(theirs.filter(pk__in={pk for pk, _ in about.values()}).values_list("pk", flat=True))
    held = set(held_entries(user).values_list("entry", flat=True))
    return {
        uuid for uuid, (pk, sealed) in about.items() if pk in visible and (sealed is None or sealed in held)
    }


def look_again(incident: Incident, now: datetime) -> None:
    """Call when a closed incident is reopened: what fell silent with it is looked at by the next sweep."""
    for kind in registry.kinds():
        kind.look_again(incident.pk, now)


# --- Mobilised


def next_engagement_remind_at(engagement: Engagement, now: datetime) -> datetime | None:
    """When to look at an engagement that was just made by mobilising: at once, unless there is nobody to ask.

    Whoever reported the incident knows of it, and the owner's own agency mobilises.
    """
    return now if _asks(engagement) else None


def _asks(engagement: Engagement) -> bool:
    return (
        engagement.is_current
        and engagement.role != EngagementRole.REPORTER
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
    related = ("incident__partnership", "agency__csp_of")
    TOLD, NOBODY, NIGHT, UNSEEN = "told", "nobody", "night", "unseen"

    def say(self, row: Any, now: datetime) -> list[Due]:
        if not _asks(row):
            return []
        coordinators = on_call.duty_coordinators(row.incident.partnership, now)
        late = now - row.from_at > registry.LATE_AFTER
        if not self._first(row):
            late = now - row.remind_at > registry.LATE_AFTER
            return [Due(self.UNSEEN, row.from_at, coordinators, late=late)]
        people = on_call.duty_users(row.agency, now)
        if not people:
            return [Due(self.NOBODY, row.from_at, coordinators, late=late)]
        dues = [Due(self.TOLD, row.from_at, people, late=late)]
        if is_quiet(now) and not on_call.on_call(row.agency, now):
            dues.append(Due(self.NIGHT, row.from_at, coordinators, late=late))
        return dues

    def _first(self, row: Any) -> bool:
        """Whether the agency has yet to be told: a beat that slept must not skip that."""
        return row.remind_at < row.from_at + UNSEEN

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


# --- Reports and anniversaries, which share the incident's one column


def next_remind_at(incident: Incident, now: datetime) -> datetime | None:
    """When to look at an incident that was just written. Call it when one is logged, accepted, declined or moved."""
    if incident.report_state == ReportState.UNCONFIRMED:
        return look_at(report_steps(incident), incident.remind_at, now)
    if has_anniversary(incident):
        return look_at(anniversary_steps(incident, now), incident.remind_at, now)
    return None


def report_steps(incident: Incident) -> list[Step]:
    at = incident.logged_at
    return [
        Step("report", at),
        Step("15min", at + timedelta(minutes=15)),
        Step("30min", at + timedelta(minutes=30)),
    ]


class Unconfirmed(OfIncident):
    """A partner's report that waits: at once, after 15 and 30 minutes to the coordinators on call."""

    key = "unconfirmed"
    noun = ("unconfirmed report", "unconfirmed reports")
    model = Incident
    only = Q(report_state=ReportState.UNCONFIRMED)
    related = ("partnership",)

    def incident(self, row: Incident) -> Incident:
        return row

    def say(self, row: Incident, now: datetime) -> list[Due]:
        step = reached(report_steps(row), row.remind_at, now)
        if step is None:
            return []
        people = on_call.duty_coordinators(row.partnership, now)
        if step.name == "30min":
            people += on_call.csp_managers(row.partnership)
        return [Due(step.name, row.logged_at, people, late=is_late(step, now))]

    def next_at(self, row: Incident, now: datetime) -> datetime | None:
        return upcoming(report_steps(row), now)

    def urgent(self, step: str) -> bool:
        return True

    def still_due(self, notification: Any) -> bool:
        return notification.about.unconfirmed

    def words(self, notification: Any) -> str:
        if notification.step == "report":
            return "A partner reported an incident. Confirm or decline it."
        return "A partner's report of an incident still waits. Confirm or decline it."


ANNIVERSARY_DAYS = (28, 14, 7, 1, 0)


def has_anniversary(incident: Incident) -> bool:
    """Incidents that the partnership took on, closed ones too; an urgent response without an incident has none."""
    return incident.report_state == ReportState.ACCEPTED and incident.kind == IncidentKind.INCIDENT


def anniversary_steps(incident: Incident, now: datetime) -> list[Step]:
    """28, 14, 7 and 1 days before and on the day, at 09:00 on the wall, for the years around `now`."""
    happened, year = clock.local(incident.starts_at).date(), clock.local(now).year
    return [
        Step(f"{days}d", on_the_wall(anniversary(happened, one) - timedelta(days=days), MORNING))
        for one in (year - 1, year, year + 1)
        if one > happened.year
        for days in ANNIVERSARY_DAYS
    ] or [Step("28d", on_the_wall(anniversary(happened, happened.year + 1) - timedelta(days=28), MORNING))]


class Anniversary(OfIncident):
    """The anniversary of an incident, every year, to the coordinators, gently."""

    key = "anniversary"
    noun = ("anniversary", "anniversaries")
    model = Incident
    only = Q(report_state=ReportState.ACCEPTED)
    related = ("partnership",)

    def incident(self, row: Incident) -> Incident:
        return row

    def say(self, row: Incident, now: datetime) -> list[Due]:
        step = reached(anniversary_steps(row, now), row.remind_at, now) if has_anniversary(row) else None
        if step is None:
            return []
        on_the_day = clock.local(step.at).date() + timedelta(days=int(step.name[:-1]))
        due_at = on_the_wall(on_the_day, MORNING)
        return [Due(step.name, due_at, on_call.coordinators(row.partnership), late=is_late(step, now))]

    def next_at(self, row: Incident, now: datetime) -> datetime | None:
        return upcoming(anniversary_steps(row, now), now) if has_anniversary(row) else None

    def still_due(self, notification: Any) -> bool:
        """The incident's day was not corrected meanwhile."""
        row, kept_on = notification.about, clock.local(notification.due_at).date()
        happened = clock.local(row.starts_at).date()
        return has_anniversary(row) and anniversary(happened, kept_on.year) == kept_on

    def words(self, notification: Any) -> str:
        kept_on = day(clock.local(notification.due_at).date())
        return f"The anniversary of an incident is on {kept_on}. The family's wishes come first."


for kind in (Mobilised(), Unconfirmed(), Anniversary()):
    registry.register(kind)
