"""Who is told: whoever is on call, else whoever does the work. Everything returns primary keys of users.

Only current members count, so a rota that outlived somebody's membership tells nobody else's business to them. Whoever
is away or cannot be reached is not on call.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from partners.duty import COORDINATORS, WORKERS, Duty
from partners.models import Agency, Membership, Partnership, Role, User
from reminders import rooms
from reminders.models import Unreached
from reminders.registry import Level
from reminders.times import is_quiet
from svit.once import once

__all__ = ["COORDINATORS", "WORKERS"]


def _holding(roles, **where) -> tuple[int, ...]:
    found = Membership.objects.current().filter(role__in=roles, **where)
    return tuple(found.order_by("user").values_list("user", flat=True).distinct())


def _serving(at: datetime, **where) -> tuple[int, ...]:
    duty = Duty(at, **where)
    return tuple(sorted({user.pk for agency in duty.agencies for user in duty.at(agency, at)}))


def serving(agencies: Collection[int], at: datetime) -> dict[int, list[User]]:
    """Who is on call for each of the agencies, by primary key; a fixed number of queries."""
    duty = Duty(at, agency__in=list(agencies))
    return {agency: people for agency in duty.agencies if (people := duty.at(agency, at))}


@once
def on_call(agency: Agency, at: datetime) -> tuple[int, ...]:
    """Those on call for the agency at that moment who can work for it."""
    return _serving(at, agency=agency)


@once
def members(agency: Agency) -> tuple[int, ...]:
    """Those who work for the agency; of a CSP agency, its coordinators."""
    if agency.csp_of:
        return coordinators(agency.csp_of)
    return _holding(WORKERS, agency=agency)


@once
def duty_users(agency: Agency, at: datetime) -> tuple[int, ...]:
    """Whoever is on call for the agency, else all who work for it."""
    return on_call(agency, at) or members(agency)


@once
def coordinators(partnership: Partnership) -> tuple[int, ...]:
    """The partnership's coordinators; its CSP managers where it has none."""
    return _holding([Role.COORDINATOR], agency__csp_of=partnership) or csp_managers(partnership)


@once
def csp_managers(partnership: Partnership) -> tuple[int, ...]:
    return _holding([Role.CSP_MANAGER], agency__csp_of=partnership)


def administrators(**where) -> tuple[int, ...]:
    """Those who set up the partnership: `agency__csp_of=…`."""
    return _holding([Role.ADMINISTRATOR], **where)


@once
def governance_officers(partnership: Partnership) -> tuple[int, ...]:
    return _holding([Role.GOVERNANCE_OFFICER], agency__csp_of=partnership)


@once
def duty_coordinators(partnership: Partnership, at: datetime) -> tuple[int, ...]:
    """Whoever is on call of the CSP agency, else all coordinators."""
    return _serving(at, agency__csp_of=partnership) or coordinators(partnership)


@once
def managers(agency: Agency) -> tuple[int, ...]:
    """Those who manage the agency; of a CSP agency, the CSP managers."""
    if agency.csp_of:
        return csp_managers(agency.csp_of)
    return _holding([Role.AGENCY_MANAGER], agency=agency)


def above(partnership: Partnership, at: datetime, agency: Agency | None = None) -> Iterator[Level]:
    """Who is told where those below cannot be reached: the agency and its manager, coordinators, CSP managers.

    Each level is looked up when its turn has come.
    """
    if agency and agency.csp_of_id != partnership.pk:
        yield Level(duty_users(agency, at) + managers(agency), Unreached.AGENCY)
    yield Level(duty_coordinators(partnership, at), Unreached.COORDINATORS)
    yield Level(coordinators(partnership), Unreached.COORDINATORS)
    yield Level(csp_managers(partnership))


def some_reached(users: Collection[int], at: datetime) -> bool:
    """Whether a message reaches any of the users."""
    return len(rooms.unreachable(users, at)) < len({*users})


def sleeping(users: Collection[int], at: datetime) -> set[int]:
    """Those whom nothing wakes at that moment: at night, all but whoever is on call, and those who coordinate."""
    if not is_quiet(at):
        return set()
    theirs = Membership.objects.current().filter(user__in=users)
    awake = _serving(at, agency__in=theirs.values("agency"))
    coordinate = theirs.filter(role__in=COORDINATORS, agency__csp_of__isnull=False)
    return {*users} - {*awake} - {*coordinate.values_list("user", flat=True)}


rooms.who_sleeps(sleeping)
