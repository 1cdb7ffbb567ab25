"""Who may see people, and work their clocks."""

from django.db.models import Q
from django.http import Http404

from incidents.access import (
    get_entry,
    held_entries,
    named_people,
    not_kept,
    stops_on,
    visible_entries,
    with_mark,
)
from incidents.models import Engagement, Section, Sensitivity
from partners.models import Agency
from response.models import ContactClock, Person


def visible_people(seen):
    """The people of an incident that the actor may know of, in the order in which they were added."""
    entries = visible_entries(seen).filter(kind=Person.kind())
    rows = with_mark(Person.objects.filter(entry__in=entries), "entry__")
    return rows.select_related("entry").order_by("pk")


def get_person(seen, uuid):
    """One person, through the door of their entry."""
    entry = get_entry(seen, uuid, kind=Person.kind())
    person = Person.objects.filter(pk=entry.pk).first()
    if person is None:
        raise Http404
    person.entry = entry
    return person


def visible_clocks(seen):
    """The clocks of people that the actor may know of. A sealed person's clocks are the holders' alone."""
    sealed = Q(person__entry__sensitivity=Sensitivity.SEALED)
    opened = Q(sealed, person__entry__in=held_entries(seen.actor.user))
    if seen.sees(Section.PEOPLE):
        opened |= ~sealed
    elif seen.names:
        opened |= Q(~sealed, person__entry__in=named_people(seen))
    kept = not_kept(seen, stops_on("person__entry__uuid", incident="person__entry__incident"))
    return ContactClock.objects.filter(opened, kept, person__entry__incident=seen.incident)


def may_work(seen, person):
    """Whether the actor may record contact with a person that they see: whoever works with people, sealed holders."""
    if seen.only_reads or not seen.incident.live:
        return False
    return seen.works_people or person.entry.sensitivity == Sensitivity.SEALED


def may_manage(seen, row):
    """Whether the actor may move a clock's start and explain its miss: coordinators, and the agency that holds it."""
    holds = row.agency_id is not None and row.agency_id == seen.actor.agency.pk
    return may_work(seen, row.person) and (seen.coordinates or holds)


def may_assign(seen, row):
    """Whether the actor may say who makes contact: coordinators; others where the clock is theirs or nobody's."""
    return may_work(seen, row.person) and (seen.coordinates or row.agency_id in (None, seen.actor.agency.pk))


def owes_cause(seen, row):
    """Whether the actor says why a missed clock was missed: whoever may explain it, anybody where it is nobody's."""
    return not row.missed_cause and (row.agency_id is None or may_manage(seen, row))


def agencies_for_clocks(seen):
    """The agencies that the actor may give a clock to.

    A coordinator chooses among the partnership's own and those that contribute to people; others have their own.
    """
    if not seen.coordinates:
        return Agency.objects.filter(pk=seen.actor.agency.pk)
    engaged = Engagement.objects.current().filter(incident=seen.incident, sections__people="contribute")
    own = Q(csp_of=seen.incident.partnership_id)
    return Agency.objects.filter(own | Q(pk__in=engaged.values("agency")), active=True).order_by("name")


def maskable_people(seen):
    """The people whose restricted fields may be masked in what this actor takes away: none that is sealed to others."""
    sealed = Q(entry__sensitivity=Sensitivity.SEALED)
    return Person.objects.filter(
        ~sealed | Q(entry__in=held_entries(seen.actor.user)), entry__incident=seen.incident
    )
