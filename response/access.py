"""Who may see people, and work their clocks."""

from django.db.models import Q
from django.http import Http404

from incidents.access import get_entry, held_entries, visible_entries
from incidents.models import Section, Sensitivity
from response.models import ContactClock, Person


def visible_people(seen):
    """The people of an incident that the actor may know of, in the order in which they were added."""
    entries = visible_entries(seen).filter(kind=Person.kind())
    return Person.objects.filter(entry__in=entries).select_related("entry").order_by("pk")


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
    if not seen.sees(Section.PEOPLE):
        return ContactClock.objects.filter(
            person__entry__incident=seen.incident,
            person__entry__sensitivity=Sensitivity.SEALED,
            person__entry__in=held_entries(seen.actor.user),
        )
    return ContactClock.objects.filter(
        ~Q(person__entry__sensitivity=Sensitivity.SEALED)
        | Q(person__entry__in=held_entries(seen.actor.user)),
        person__entry__incident=seen.incident,
    )


def may_work(seen, person):
    """Whether the actor may record contact with the person: whoever contributes to people, and sealed holders."""
    if seen.reading or not seen.incident.live:
        return False
    return seen.contributes(Section.PEOPLE) or person.entry.sensitivity == Sensitivity.SEALED


def maskable_people(seen):
    """The people whose restricted fields may be masked in what this actor takes away: none that is sealed to others."""
    sealed = Q(entry__sensitivity=Sensitivity.SEALED)
    return Person.objects.filter(
        ~sealed | Q(entry__in=held_entries(seen.actor.user)), entry__incident=seen.incident
    )
