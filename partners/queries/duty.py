"""Who serves when, who is away, and who would be reached: reads for the set-up and account pages."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import F

from partners import access
from partners.duty import COORDINATORS, WORKERS, Duty, Stretch
from partners.models import Agency, Leave, Membership, Role, Rota, User
from reminders import rooms
from reminders.models import Reason
from reminders.times import QUIET_FROM, is_quiet, on_the_wall
from svit import clock
from svit.templatetags.svit import plural

AHEAD = timedelta(weeks=4)
WARNED = timedelta(days=14)
NAMED = 4  # people named in one cell


def people_of(agency):
    """The people who can be put on call for the agency: those who work for it, each once."""
    roles = COORDINATORS if agency.csp_of_id else WORKERS
    rows = Membership.objects.current().filter(agency=agency, role__in=roles)
    rows = rows.select_related("user").order_by("user__name")
    return list({row.user_id: row.user for row in rows}.values())


def spans(agency):
    """Who is on call for the agency now and later, by the single spans."""
    return list(agency.on_call.filter(until_at__gt=clock.now()).select_related("user"))


def leave_of(user):
    """When somebody is away, now and later."""
    return list(user.leave.filter(until_at__gt=clock.now()).select_related("entered_by"))


def rota_of(agency):
    """(the rota, who takes turns, whoever serves now first); (None, []) where there is none."""
    rota = Rota.objects.filter(agency=agency).first()
    if rota is None:
        return None, []
    people = [place.user for place in rota.places.select_related("user")]
    first = rota.turn_at(clock.now()) % len(people) if people else 0
    return rota, people[first:] + people[:first]


def coverage(agency):
    """The next four weeks of the agency: each stretch with who serves, and those in which nobody does."""
    now = clock.now()
    duty = Duty(now, now + AHEAD, agency=agency)
    return duty.stretches(agency.pk) if agency.pk in duty.agencies else []


def duty(actor):
    """Every active agency that the actor sets up, the CSP agency first."""
    rows = access.visible_agencies(actor).filter(active=True)
    return rows.order_by(F("csp_of").asc(nulls_last=True), "name")


def with_duty(rows):
    """The same agencies with who serves now (`serving`) and who comes `next`; of a rota the gaps as well."""
    now = clock.now()
    known = Duty(now, now + AHEAD, agency__in=[row.pk for row in rows])
    for agency in rows:
        agency.has_rota = agency.pk in known.places
        found = known.stretches(agency.pk) if agency.pk in known.agencies else []
        agency.serving = found[0] if found and found[0].people else None
        agency.next = [one for one in found[1:] if one.people or agency.has_rota][:3]
    return rows


@dataclass
class Reach:
    """Whom a message to an agency, or to a role of the partnership, would reach before anything happens."""

    name: str
    agency: Agency
    people: list[User]
    skipped: list[tuple[User, str]] = field(default_factory=list)
    now: list[User] = field(default_factory=list)
    night: list[User] = field(default_factory=list)
    has_rota: bool = False
    gap: Stretch | None = None
    coordinates: bool = False
    on_duty: bool = True

    @property
    def reached(self):
        """Those whom a message reaches by day where nobody is on call."""
        away = {user.pk for user, _ in self.skipped}
        return [user for user in self.people if user.pk not in away]

    @property
    def may_take_turns(self):
        """Whether a rota could be made: there is none, and there are people for one."""
        return self.on_duty and not self.has_rota and len(self.reached) > 1

    @property
    def nobody(self):
        return not self.now and not self.reached

    @property
    def now_words(self):
        if self.now:
            return f"{_names(self.now)}, on call"
        return _names(self.reached) if self.reached else ""

    @property
    def night_words(self):
        if self.night:
            return f"{_names(self.night)}, on call"
        if self.coordinates:
            return _names(self.reached) if self.reached else ""
        return "Nobody on call: the coordinators"


def _names(users):
    """The first few by name, and how many more."""
    names = [user.name for user in users[:NAMED]]
    more = len(users) - len(names)
    return ", ".join(names) + (f" and {plural(more, 'other,others')}" if more else "")


def reach(actor):
    """Each agency that the actor sets up, those first that nobody reaches; six queries, however many agencies.

    Of the CSP agency the coordinators and the CSP managers stand apart: they are told of different things.
    """
    now = clock.now()
    night = now if is_quiet(now) else on_the_wall(clock.local(now).date(), QUIET_FROM)
    agencies = list(duty(actor))
    rows = Membership.objects.current().filter(agency__in=agencies, role__in=(*WORKERS, *COORDINATORS))
    known = Duty(now, now + WARNED, agency__in=agencies)
    people = {}
    for row in rows.select_related("user").order_by("user__name", "pk"):
        role = row.role if row.role in COORDINATORS else ""
        people.setdefault((row.agency_id, role), {})[row.user_id] = row.user
    away = rooms.unreachable({user for found in people.values() for user in found}, now)
    found = []
    for agency in agencies:
        groups = [("", agency.name)]
        if agency.csp_of_id:
            groups = [(Role.COORDINATOR, "Coordinators"), (Role.CSP_MANAGER, "CSP managers")]
        for role, name in groups:
            mine = list(people.get((agency.pk, role), {}).values())
            on_duty = role != Role.CSP_MANAGER
            row = Reach(name, agency, mine, coordinates=bool(role), on_duty=on_duty)
            row.skipped = [(user, Reason(away[user.pk]).label) for user in mine if user.pk in away]
            if on_duty:
                row.now, row.night = known.at(agency.pk, now), known.at(agency.pk, night)
                row.has_rota = agency.pk in known.places
                row.gap = next(iter(known.gaps(agency.pk)), None)
            found.append(row)
    return sorted(found, key=lambda row: not row.nobody)


def warnings(actor):
    """What the hub says of duty: who is on call, whom nobody reaches, and which rotas have a gap within two weeks."""
    rows = reach(actor)
    return {
        "on_call": len({user.pk for row in rows for user in row.now}),
        "nobody": sum(row.nobody for row in rows),
        "gaps": sum(row.gap is not None for row in rows),
    }


def away_now(user):
    """The leave that somebody is on, or None."""
    return Leave.objects.at(clock.now()).filter(user=user).first()
