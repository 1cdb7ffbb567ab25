"""Who serves when: single spans over the turns of a rota, less whoever is away or cannot be reached.

Nothing is laid out ahead. What decides is loaded at once for however many agencies, and then asked moment by moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import Q

from partners.models import Leave, Membership, OnCall, Role, RotaPlace, User
from reminders import rooms
from reminders.models import Reason

WORKERS = (Role.PRACTITIONER, Role.AGENCY_MANAGER)
COORDINATORS = (Role.COORDINATOR, Role.CSP_MANAGER)


@dataclass(frozen=True)
class Stretch:
    """From when until when the same people serve; nobody, where there is a gap."""

    from_at: datetime
    until_at: datetime
    people: tuple[User, ...]


class Duty:
    """The duty of the agencies that `where` names (a look-up from a span), between two moments or at one."""

    def __init__(self, from_at: datetime, until_at: datetime | None = None, **where) -> None:
        self.from_at, self.until_at = from_at, until_at or from_at
        overlaps = Q(from_at__lte=self.until_at, until_at__gt=self.from_at)
        self.spans: dict[int, list] = {}
        for span in OnCall.objects.filter(overlaps, **where).select_related("user"):
            self.spans.setdefault(span.agency_id, []).append(span)
        self.places: dict[int, list] = {}
        turns = RotaPlace.objects.filter(**{f"rota__{name}": value for name, value in where.items()})
        for place in turns.select_related("rota", "user").order_by("rota", "number"):
            self.places.setdefault(place.rota.agency_id, []).append(place)
        rows = [row for found in (self.spans, self.places) for rows in found.values() for row in rows]
        users = {row.user_id for row in rows}
        self.memberships: dict[tuple[int, int], list] = {}
        self.leave: dict[int, list] = {}
        self.lost: set[int] = set()
        if users:
            self._load(users, overlaps)

    def _load(self, users: set[int], overlaps: Q) -> None:
        """When each of the people acts for which agency, and is away; and whom nothing reaches at any time."""
        acts = Membership.objects.filter(
            Q(until_at=None) | Q(until_at__gt=self.from_at), Q(role__in=WORKERS) | Q(role__in=COORDINATORS),
            from_at__lte=self.until_at, picked_at__isnull=False, confirmed_at__isnull=False,
            user__is_active=True, agency__active=True, user__in=users,
            agency__in=[*self.spans, *self.places],
        )  # fmt: skip
        for one in acts:
            self.memberships.setdefault((one.agency_id, one.user_id), []).append(one)
        for one in Leave.objects.filter(overlaps, user__in=users):
            self.leave.setdefault(one.user_id, []).append(one)
        away = rooms.unreachable(users, self.from_at)
        self.lost = {user for user, why in away.items() if why not in (Reason.LEAVE, Reason.ENDED)}

    @property
    def agencies(self) -> set[int]:
        """Those with a rota or a span, by primary key."""
        return {*self.spans, *self.places}

    def at(self, agency: int, moment: datetime) -> list[User]:
        """Who serves the agency (by primary key) at the moment: those of a span, else whoever's turn it is."""
        spans = [one.user for one in self.spans.get(agency, []) if _runs(one, moment)]
        swapped = [user for user in dict.fromkeys(spans) if self._can(agency, user.pk, moment)]
        turn = self._turn(agency, moment)
        return swapped or ([turn] if turn and self._can(agency, turn.pk, moment) else [])

    def _turn(self, agency: int, moment: datetime) -> User | None:
        places = self.places.get(agency)
        return places and places[places[0].rota.turn_at(moment) % len(places)].user

    def _can(self, agency: int, user: int, moment: datetime) -> bool:
        """Whether the person acts for the agency then, is not away, and can be reached."""
        acts = any(_runs(one, moment) for one in self.memberships.get((agency, user), []))
        away = any(_runs(one, moment) for one in self.leave.get(user, []))
        return acts and not away and user not in self.lost

    def stretches(self, agency: int) -> list[Stretch]:
        """The whole time from beginning to end, each part with who serves."""
        marks = sorted({self.from_at, self.until_at, *self._changes(agency)})
        found: list[Stretch] = []
        for begin, end in pairwise(marks):
            people = tuple(sorted(self.at(agency, begin), key=lambda user: (user.name, user.pk)))
            if found and found[-1].people == people:
                begin = found.pop().from_at
            found.append(Stretch(begin, end, people))
        return found

    def gaps(self, agency: int) -> list[Stretch]:
        """When nobody serves an agency that has a rota; one without is told all together, and has no gap."""
        if agency not in self.places:
            return []
        return [stretch for stretch in self.stretches(agency) if not stretch.people]

    def _changes(self, agency: int) -> set[datetime]:
        """The moments at which somebody else may serve."""
        spans, places = self.spans.get(agency, []), self.places.get(agency, [])
        people = {row.user_id for row in (*spans, *places)}
        rows = [*spans, *(one for user in people for one in self._times(agency, user))]
        moments = {at for row in rows for at in (row.from_at, row.until_at) if at}
        if places:
            rota = places[0].rota
            numbers = range(rota.turn_at(self.from_at), rota.turn_at(self.until_at) + 1)
            moments |= {rota.begins(number) for number in numbers}
        return {at for at in moments if self.from_at < at < self.until_at}

    def _times(self, agency: int, user: int) -> Iterable:
        return [*self.memberships.get((agency, user), []), *self.leave.get(user, [])]


def _runs(row, moment: datetime) -> bool:
    """Whether a span, a membership or a leave runs at the moment."""
    return row.from_at <= moment and (row.until_at is None or row.until_at > moment)
