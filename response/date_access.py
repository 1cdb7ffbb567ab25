"""Who may know of key dates, change them, and be reminded of them."""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from incidents.access import (
    any_for,
    engaged_incident_ids,
    get_entry,
    held_entries,
    is_masked,
    stops_on,
    visible_entries,
    visible_incidents,
    with_mark,
)
from incidents.models import Engagement, ReportState, Section, Sensitivity
from incidents.reminders import sights
from response.models import KeyDate

SECTIONS = (Section.COMMUNITY, Section.PEOPLE)


def visible_dates(seen):
    """The key dates of an incident whose existence the actor may know of."""
    entries = visible_entries(seen).filter(kind=KeyDate.kind())
    rows = with_mark(KeyDate.objects.filter(entry__in=entries), "entry__")
    return rows.select_related("entry__owner", "entry__about")


def get_date(seen, uuid):
    """One key date, through the door of its entry."""
    entry = get_entry(seen, uuid, kind=KeyDate.kind())
    date = KeyDate.objects.filter(pk=entry.pk).first()
    if date is None:
        raise Http404
    date.entry = entry
    return date


def may_add(seen):
    """Whether the actor may write a key date down: whoever contributes to community or to people."""
    return seen.incident.live and not seen.only_reads and any(seen.contributes(one) for one in SECTIONS)


def may_change(seen, date):
    """Whether the actor may change a date that they read: whoever contributes to its section; sealed, its holders."""
    if seen.only_reads or not seen.incident.live or is_masked(seen, date.entry):
        return False
    return seen.contributes(date.entry.section) or date.entry.sensitivity == Sensitivity.SEALED


def dates_of_all(actor):
    """The key dates of all incidents that the actor may read, without giving a reason first."""
    if not actor.works_items:
        raise PermissionDenied
    mine = Engagement.objects.current().filter(incident=OuterRef("entry__incident"), agency=actor.agency)
    granted = Q()
    for section in SECTIONS:
        granted |= Q(entry__section=section) & Exists(mine.filter(sections__has_key=section.value))
    known = mine.filter(Q(sections__has_key=Section.PEOPLE.value) | Q(named__entry=OuterRef("entry__about")))
    granted &= Q(entry__about__isnull=True) | Exists(known)
    granted &= Q(entry__sensitivity=Sensitivity.STANDARD) | Q(entry__owner=actor.agency)
    stops = stops_on("entry__uuid", "entry__about__uuid", incident="entry__incident")
    opened = Q(entry__incident__in=engaged_incident_ids(actor)) & granted & ~any_for(actor.agency, stops)
    if actor.coordinates:
        opened |= Q(entry__incident__partnership=actor.partnership)
    sealed = Q(entry__sensitivity=Sensitivity.SEALED)
    held = Q(
        entry__in=held_entries(actor.user),
        entry__incident__in=visible_incidents(actor).order_by().values("pk"),
    )
    return KeyDate.objects.filter((~sealed & opened) | (sealed & held))


def may_bring_back(seen, date=None):
    """Whether the actor may bring the response group back: a coordinator, and not for what is sealed.

    What is asked of agencies tells of the date; and a report is accepted before anybody responds.
    """
    sealed = date is not None and date.entry.sensitivity == Sensitivity.SEALED
    return seen.coordinates and seen.incident.report_state == ReportState.ACCEPTED and not sealed


def reads(seen, date):
    """Whether this sight of the incident reads the date, now."""
    entries = visible_entries(seen).filter(pk=date.entry_id)
    return entries.exists() and not is_masked(seen, date.entry)


def who_read(date, users):
    """Those of `users`, by primary key, who may read the date and so be reminded of it."""
    return {user for user, seen in sights(date.entry.incident, users) if reads(seen, date)}
