"""People of an incident: opened with their clocks, changed, and what is recorded of a death."""

import random
from datetime import timedelta

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from checklists.actions.holding import seal_items
from checklists.actions.opening import open_for_traits
from checklists.models import ClockKind
from incidents.actions import change_record, create_record, log, seal
from incidents.actions.saving import lock, save
from incidents.models import Entry, Incident, LogKind, Section, Sensitivity, Trait
from response.actions.clocks import (
    CONTACT,
    DIED,
    leave_items,
    resume_clocks,
    start_clock,
    start_clocks,
    stop_clocks,
)
from response.models import ContactClock, Person
from response.models.person import AgeBand, Setting
from svit import clock


def contact_due(started_at):
    """When the contact clocks that start at this moment fall due, by kind."""
    return {kind: started_at + timedelta(hours=ContactClock.HOURS[kind]) for kind in CONTACT}


def numbers_of(incident):
    """The numbers that label the incident's people, sealed ones included."""
    return set(Person.objects.filter(entry__incident=incident).values_list("number", flat=True))


def draw_numbers(count, taken=()):
    """Numbers for the labels of `count` more people: drawn, so that no gap betrays who is sealed."""
    for numbers in (range(10, 100), range(100, 1000), range(1000, 10_000)):
        free = [number for number in numbers if number not in taken]
        if len(free) >= count + len(numbers) // 3:  # enough left to draw from
            break
    return random.SystemRandom().sample(free, count)


def open_people(incident, *, count, by, event, started_at):
    """The first people of a new incident, unnamed, each with the contact clocks, estimated. Returns the clocks.

    The caller records that they were collected."""
    if not count:
        return []
    now, numbers = clock.now(), draw_numbers(count)
    entries = [
        Entry(
            incident=incident, kind=Person.kind(), phase=Person.phase, section=Person.section,
            title=f"Person {number}", owner=by.agency, created_by=by.user, created_at=now, updated_at=now,
        )
        for number in numbers
    ]  # fmt: skip
    Entry.objects.bulk_create(entries)
    people = [Person(entry=entry, number=number) for entry, number in zip(entries, numbers, strict=True)]
    bulk_create_with_history(people, Person, default_user=by.user, default_date=now)
    return start_clocks(
        people, by=by, event=event, started_at=started_at, estimated=True, kinds=CONTACT, now=now
    )


@transaction.atomic
def add_person(*, seen, event, started_at, sealed=False, holders=(), **fields):
    """One more person. A child or young adult gets contact clocks; a child in custody the golden hour."""
    incident = lock(seen.incident)
    [number] = draw_numbers(1, numbers_of(incident))
    person = create_record(
        seen=seen, model=Person, number=number, holders=holders,
        sensitivity=Sensitivity.SEALED if sealed else None, **fields,
    )  # fmt: skip
    person.entry.incident = seen.incident
    _age_follows(seen, person, event=event, started_at=started_at)
    _setting_follows(seen, person, event=event, started_at=started_at, sealed=sealed)
    return person


def _age_follows(seen, person, *, event="", started_at=None):
    """What being under 25 brings: the contact clocks, from the incident's own time where no event is told."""
    if not person.is_young or person.died_at:
        return
    have = set(person.clocks.values_list("kind", flat=True))
    for kind in CONTACT:
        if kind not in have:
            start_clock(person=person, kind=kind, by=seen.actor, event=event or "When the incident was known",
                        started_at=started_at or seen.incident.starts_at, estimated=not started_at)  # fmt: skip
    if person.entry.sensitivity != Sensitivity.SEALED:
        learn(incident=seen.incident, by=seen.actor, traits=[Trait.YOUNG_PERSON], section=Section.PEOPLE)


def _setting_follows(seen, person, *, event="", started_at=None, sealed=False):
    """What a person's place brings: traits, and the golden hour for a child in custody."""
    if person.setting in (Setting.CUSTODY, Setting.HOSPITAL) and not sealed:
        learn(
            incident=seen.incident, by=seen.actor, traits=[Trait.HOSPITAL_OR_CUSTODY], section=Section.PEOPLE
        )
    if person.setting == Setting.CUSTODY and person.age_band == AgeBand.CHILD:
        if not sealed:
            learn(
                incident=seen.incident, by=seen.actor, traits=[Trait.CHILD_IN_CUSTODY], section=Section.PEOPLE
            )
        if not person.died_at and not person.clocks.filter(kind=ClockKind.GOLDEN_HOUR).exists():
            start_clock(person=person, kind=ClockKind.GOLDEN_HOUR, by=seen.actor,
                        event=event or "Booked in at custody", started_at=started_at or clock.now(),
                        estimated=not started_at)  # fmt: skip


@transaction.atomic
def change_person(*, seen, person, version, **fields):
    """Change what is known of a person. A death ends their contact clocks; taken back, those clocks run again."""
    lock(person.entry)
    was = Person.objects.values_list("died_at", flat=True).get(pk=person.pk)
    person = change_record(seen=seen, record=person, version=version, **fields)
    person.entry.incident = seen.incident
    if person.died_at and not was:
        stop_clocks(person=person, by=seen.actor, reason=DIED, at=person.died_at)
    elif was and not person.died_at:
        resume_clocks(person=person, by=seen.actor)
    _age_follows(seen, person)
    _setting_follows(seen, person, sealed=person.entry.sensitivity == Sensitivity.SEALED)
    return person


@transaction.atomic
def seal_person(*, seen, person, holders, reason):
    """Named people alone know of the person from now on; their clocks count in no contact item."""
    seal(seen=seen, entry=person.entry, holders=holders, reason=reason)
    seal_items(entry=person.entry, by=seen.actor)
    leave_items(seen.incident)
    return person


@transaction.atomic
def learn(*, incident, by, traits, section=Section.GENERAL):
    """A trait became known: it is kept on the incident, and the items that fit it open now.

    The log says so in `section`: what a person tells of the incident is for those who may know of people.
    """
    incident = lock(Incident(pk=incident.pk))
    fresh = [trait for trait in traits if trait not in incident.traits]
    if not fresh:
        return incident
    kept = [trait for trait in incident.traits if trait.rstrip("?") not in fresh]
    incident.traits = sorted({*kept, *fresh})
    save(incident, by=by, reason="A trait became known", fields=["traits"])
    words = ", ".join(Trait(trait.rstrip("?")).label for trait in fresh)
    log(incident, by=by, kind=LogKind.NOTE, text=f"Now known: {words}.", section=section)
    open_for_traits(incident=incident, by=by, traits=fresh)
    return incident
