"""What the pages of key dates read."""

from dataclasses import dataclass
from datetime import date as Date

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import ExtractDay, ExtractMonth
from django.urls import reverse

from incidents.access import is_masked, revealed_entries
from incidents.models import Engagement, Incident, Section, Sensitivity
from incidents.queries import worded
from incidents.reminders import next_anniversary
from partners.models import Membership, Role
from partners.models.people import AGENCY_ROLES
from reminders.times import anniversary
from response.access import visible_people
from response.date_access import SECTIONS, dates_of_all, visible_dates
from response.date_reminders import GONE
from response.models import DateKind, FamilyAsked, KeyDate
from svit import clock, keys, pictures
from svit.templatetags.svit import day, plural

PAGE = 50
YEAR = 1300  # more than any month and day written as one number


@dataclass
class Row:
    """One day of a list: what it is, when it is kept next, whose it is; nothing more of one that is masked."""

    what: str
    url: str
    on: Date | None = None
    date: KeyDate | None = None
    incident: Incident | None = None
    masked: bool = False
    shown: str = ""  # whom it concerns, as a pack calls them

    @property
    def days(self):
        return (self.on - clock.today()).days

    @property
    def days_words(self):
        return "today" if not self.days else "tomorrow" if self.days == 1 else f"in {self.days} days"

    @property
    def state(self):
        return "ok" if self.date and self.date.plan_ready else "soon" if self.days <= 28 else "open"

    @property
    def plan_words(self):
        return self.date.plan_words if self.date else "No plan yet"

    @property
    def asked_words(self):
        if self.date is None or self.date.family_asked == FamilyAsked.NOT_YET:
            return "Family not asked yet"
        return "Family asked" if self.date.family_asked == FamilyAsked.ASKED else "Family not to be asked"

    @property
    def whom(self):
        return str(self.date.entry.about) if self.date and self.date.entry.about_id else ""


def _row(date, incident, today, *, masked=False):
    url = reverse("reveal" if masked else "key-date", args=[incident.uuid, date.entry.uuid])
    if masked:
        return Row("Restricted date", url, date=date, incident=incident, masked=True)
    return Row(date.get_what_display(), url, date.next_on(today), date, incident)


@dataclass
class Dates:
    """The key dates of an incident: those to come in their order, those that are over, and those that are masked."""

    coming: list
    over: list
    masked: list

    @property
    def next(self):
        return self.coming[0] if self.coming else None


def dates_of(seen):
    """The key dates of an incident that the actor may know of, with the anniversary that it has by itself."""
    today, open_now = clock.today(), revealed_entries(seen.actor, seen.incident)
    rows = [
        _row(date, seen.incident, today, masked=is_masked(seen, date.entry, open_now))
        for date in visible_dates(seen)
    ]
    spoken_for = any(
        not row.masked and row.date.what == DateKind.ANNIVERSARY and row.date.yearly and not row.date.dropped
        and row.date.entry.sensitivity != Sensitivity.SEALED
        for row in rows
    )  # fmt: skip
    if not spoken_for and (own := own_anniversary(seen)):
        rows.append(own)
    seen_rows = [row for row in rows if not row.masked]
    return Dates(
        sorted((row for row in seen_rows if row.on), key=lambda row: (row.on, row.what)),
        sorted((row for row in seen_rows if not row.on), key=lambda row: row.date.on, reverse=True),
        [row for row in rows if row.masked],
    )


def own_anniversary(seen):
    """The anniversary of the incident itself, which nobody wrote down."""
    on = next_anniversary(seen.incident, clock.today())
    url = reverse("remobilise-anniversary", args=[seen.incident.uuid]) if seen.coordinates else ""
    return Row("Anniversary of the incident", url, on, incident=seen.incident) if on else None


def strip(rows, width, *, more=False):
    """The picture of the next twelve months; its title carries the finding. `more` than these there are."""
    today = clock.today()
    near = [row for row in rows if row.on and row.days < 366]
    if not near:
        title = "No key date within twelve months."
    else:
        ready = sum(bool(row.date and row.date.plan_ready) for row in near)
        first, count = near[0], plural(len(near), "key date,key dates")
        title = (
            f"{'More than ' if more else ''}{count} within twelve months, {ready} with the plan ready. Next:"
            f" {first.what} on {day(first.on)}, {first.days_words}."
        )
    marks = [(row.on, bool(row.date and row.date.plan_ready)) for row in near]
    return pictures.year_strip(today=today, days=marks, title=title, width=width)


# --- All incidents


def coming_dates(actor, *, after=None, size=PAGE):
    """A page of the key dates of the next twelve months over all incidents that the actor may read, the next first.

    `after` is (place, primary key) of the last row of the page before. Returns (rows, key of the next page or None).
    A day's place is its month and day as one number, beyond today first: so what comes every year needs no column.
    Masked dates are not among them. Two queries.
    """
    today = clock.today()
    rows = list(_in_order(actor, today, after)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    found = [row for date in rows if (row := _row(date, date.entry.incident, today)).on]
    return found, (f"{rows[-1].place}_{rows[-1].pk}" if more else None)


def next_date(actor):
    """The key date that comes next of all that the actor may read, or None."""
    return next(iter(coming_dates(actor, size=3)[0]), None)


def _in_order(actor, today, after):
    until = anniversary(today, today.year + 1)
    now = today.month * 100 + today.day
    rows = dates_of_all(actor).filter(
        Q(yearly=True, on__lt=until) | Q(on__gte=today, on__lt=until), dropped=False
    )
    rows = rows.exclude(entry__incident__report_state__in=GONE)
    rows = rows.annotate(
        day=ExtractMonth("on") * Value(100) + ExtractDay("on"),
    ).annotate(place=Case(When(day__gte=now, then=F("day")), default=F("day") + Value(YEAR)))
    if after:
        rows = rows.filter(Q(place__gt=after[0]) | Q(place=after[0], pk__gt=after[1]))
    return rows.select_related("entry__incident__partnership", "entry__about").order_by("place", "pk")


def read_key(text):
    """(place, primary key) of what an address says, or None where that is no key."""
    place, _, pk = (text or "").partition("_")
    found = keys.number(place), keys.number(pk)
    return None if None in found else found


# --- Whom it concerns, and who may be told


def people_to_choose(seen):
    """The people of the incident whom a date may concern."""
    return [person.entry for person in visible_people(seen)] if seen.contributes(Section.PEOPLE) else []


def people_to_remind(seen):
    """Who may be chosen to be reminded besides the coordinators: (user, words for this reader).

    CSP managers, and whoever works for an agency that responds and sees community or people.
    """
    sections = Q()
    for section in SECTIONS:
        sections |= Q(sections__has_key=section.value)
    engaged = Engagement.objects.responding().filter(sections, incident=seen.incident).values("agency")
    posts = Membership.objects.current().filter(
        Q(agency__in=engaged, role__in=AGENCY_ROLES)
        | Q(agency__in=engaged, role=Role.COORDINATOR) & ~Q(agency__csp_of=seen.incident.partnership_id)
        | Q(agency__csp_of=seen.incident.partnership_id, role=Role.CSP_MANAGER)
    )
    return worded(seen, posts.select_related("user", "agency").order_by("agency__name", "role", "pk"))


def told_words(seen, date):
    """Who is reminded, in words for this reader."""
    known = {str(user.uuid): words for user, words in people_to_remind(seen)} if date.told else {}
    return ["The coordinators", *(known.get(one, "Somebody who has left") for one in date.told)]
