"""The base of the kinds of reminder that belong to an incident: one door, one reference, one word for an exercise."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from incidents.access import Sight, engagements_of, held_entries, sight, visible_incidents
from incidents.models import Incident, LogKind, Sensitivity
from partners.actor import actor_for
from partners.models import Membership
from reminders import registry, rooms
from svit.once import once_each


def sights(incident: Incident, users: Collection[int]) -> Iterator[tuple[int, Sight]]:
    """What each of `users` may see of the incident, by each current membership; strangers do not occur.

    A governance officer reads with a reason and works on nothing, so nothing is said to one.
    """
    memberships = posts_of(users)
    known: dict[tuple[int, str], Sight | None] = {}
    for membership in (one for user in users for one in memberships.get(user, ())):
        actor = actor_for(membership)
        key = (membership.agency_id, membership.role)
        if key not in known:
            known[key] = sight(actor, incident)
        seen = known[key]
        if seen is not None and not seen.reading:
            yield membership.user_id, replace(seen, actor=actor)


@once_each
def posts_of(users: Collection[int]) -> dict[int, list[Membership]]:
    """The current memberships of each of `users`, with user and agency."""
    found: dict[int, list[Membership]] = {}
    rows = Membership.objects.current().filter(user__in=users).select_related("user", "agency__csp_of")
    for membership in rows:
        found.setdefault(membership.user_id, []).append(membership)
    return found


class OfIncident(registry.Kind):
    """A kind whose rows belong to an incident: one door, one reference, one word for an exercise."""

    leads_to = "incident"  # the look-up of a row's incident; "" where the row is one
    matters = "incidents"

    def incident(self, row: Any) -> Incident:
        return row.incident

    def rows_of(self, matter: str) -> QuerySet:
        here = f"{self.leads_to}__" if self.leads_to else ""
        named = Q(**{f"{here}reference": matter})
        if uuid := registry.as_uuid(matter):
            named |= Q(**{f"{here}uuid": uuid})
        return self.subjects().filter(named)

    def sees(self, seen: Sight, row: Any) -> bool:
        """Whether this sight of the incident reaches the row."""
        return True

    def sealed_entry(self, row: Any) -> int | None:
        """The sealed record that the row is about, by primary key."""
        return None

    def allowed(self, row: Any, users: Collection[int]) -> set[int]:
        incident = self.incident(row)
        return {user for user, seen in sights(incident, users) if self.sees(seen, row)}

    def foresee(self, rows: Sequence[Any], users: Collection[int]) -> None:
        incidents = {self.incident(row).pk for row in rows}
        agencies = {one.agency_id for found in posts_of(users).values() for one in found}
        engagements_of({(agency, incident) for agency in agencies for incident in incidents})

    def told(self, row: Any) -> dict[str, Any]:
        """What an entry of the log about the row has: its kind, what it is about, its section and sensitivity."""
        return {"kind": LogKind.NOTE, "sensitivity": Sensitivity.RESTRICTED}

    def heading(self, row: Any, what: str) -> str:
        """The first line of such an entry."""
        return f"{what}."

    def write_log(self, row: Any, *, by: Any, what: str, words: str = "") -> bool:
        """By the membership they act with, where that one sees the row; else by one that does."""
        from incidents.actions import log  # the actions ask this module when to look next

        seen = [one for _, one in sights(self.incident(row), [by.user.pk]) if self.sees(one, row)]
        mine = [one.actor for one in seen if one.actor.membership == by.membership]
        actor = by if mine else seen[0].actor
        log(
            self.incident(row), by=actor, text=f"{self.heading(row, what)}\n{words}".strip(), **self.told(row)
        )
        return True

    def reference(self, notification: Any) -> str:
        return self.incident(notification.about).reference

    def exercise(self, notification: Any) -> bool:
        return self.incident(notification.about).exercise

    def partnership(self, row: Any) -> int:
        return self.incident(row).partnership_id

    def url(self, notification: Any) -> str:
        return self.incident(notification.about).get_absolute_url()


@rooms.who_may_list
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
