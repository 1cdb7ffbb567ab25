"""People of an incident: opened with their clocks, changed, and what is recorded of a death."""

import random

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from checklists.actions.holding import seal_items
from checklists.actions.opening import open_for_traits
from incidents.actions import change_record, create_record, log, seal
from incidents.actions.saving import lock, save
from incidents.models import Entry, Incident, LogKind, Section, Sensitivity, Trait
from response.actions.clocks import DIED, resume_clocks, start_all, start_clocks, stop_clocks
from response.actions.items import leave_items
from response.models import Person
from response.models.person import AgeBand, Setting, band_of, years_since
from response.terms import of_person, terms_of
from svit import clock


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


def open_people(incident, *, people, by, wanted, terms):
    """The first people of a new case, unnamed, each with the clocks that are `wanted`. Returns the clocks.

    `people` says of each what is known. The caller records that they were collected.
    """
    if not people:
        return []
    now, numbers = clock.now(), draw_numbers(len(people))
    entries = [
        Entry(
            incident=incident, kind=Person.kind(), phase=Person.phase, section=Person.section,
            title=f"Person {number}", owner=by.agency, created_by=by.user, created_at=now, updated_at=now,
        )
        for number in numbers
    ]  # fmt: skip
    Entry.objects.bulk_create(entries)
    people = [
        Person(entry=entry, number=number, **known)
        for entry, number, known in zip(entries, numbers, people, strict=True)
    ]
    bulk_create_with_history(people, Person, default_user=by.user, default_date=now)
    return start_clocks([(person, one) for person in people for one in wanted], by=by, terms=terms, now=now)


def age_follows(fields, band=AgeBand.NOT_KNOWN):
    """The fields, with what birth or age says besides: the age in years, and the band where none is told."""
    born = fields.get("born")
    years = years_since(born, clock.today()) if born else fields.get("age")
    if years is None:
        return fields
    band = fields.get("age_band", band)
    return fields | {"age": years, "age_band": band_of(years) if band == AgeBand.NOT_KNOWN else band}


@transaction.atomic
def add_person(*, seen, event="", started_at=None, sealed=False, holders=(), **fields):
    """One more person. A child or young adult gets contact clocks; a child in custody the golden hour."""
    incident = lock(seen.incident)
    [number] = draw_numbers(1, numbers_of(incident))
    person = create_record(
        seen=seen, model=Person, number=number, holders=holders,
        sensitivity=Sensitivity.SEALED if sealed else None, **age_follows(fields),
    )  # fmt: skip
    person.entry.incident = seen.incident
    _follow(seen, person, event=event, started_at=started_at)
    return person


def _follow(seen, person, *, event="", started_at=None):
    """What age and place bring: the clocks that the person has not yet, and what the incident is known for now."""
    if not person.died_at:
        terms = terms_of(seen.incident.partnership)
        wanted = of_person(
            person, terms, event=event, started_at=started_at, known_at=started_at or clock.now(),
            fallback=seen.incident.starts_at,
        )  # fmt: skip
        start_all(person=person, by=seen.actor, wanted=wanted, terms=terms)
    if person.entry.sensitivity == Sensitivity.SEALED:
        return  # what the incident is known for would tell of it
    traits = [Trait.YOUNG_PERSON] if person.is_young and not person.died_at else []
    if person.setting in (Setting.CUSTODY, Setting.HOSPITAL):
        traits.append(Trait.HOSPITAL_OR_CUSTODY)
    if person.setting == Setting.CUSTODY and person.age_band == AgeBand.CHILD:
        traits.append(Trait.CHILD_IN_CUSTODY)
    for trait in traits:
        learn(incident=seen.incident, by=seen.actor, traits=[trait], section=Section.PEOPLE)


@transaction.atomic
def change_person(*, seen, person, version, **fields):
    """Change what is known of a person. A death ends their contact clocks; taken back, those clocks run again."""
    lock(person.entry)
    was, band = Person.objects.values_list("died_at", "age_band").get(pk=person.pk)
    person = change_record(seen=seen, record=person, version=version, **age_follows(fields, band))
    person.entry.incident = seen.incident
    if person.died_at and not was:
        stop_clocks(person=person, by=seen.actor, reason=DIED, at=person.died_at)
    elif was and not person.died_at:
        resume_clocks(person=person, by=seen.actor)
    _follow(seen, person)
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
