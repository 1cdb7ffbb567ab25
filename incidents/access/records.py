"""Which records of an incident an actor may know of, and read."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from incidents.access.sharing import not_kept, stops_on, with_mark
from incidents.models import Entry, NamedPerson, RecordGrant, Reveal, RevealStop, Section, Sensitivity
from svit import clock


def held_entries(user):
    """Sealed entries that the user is a named holder of."""
    return RecordGrant.objects.filter(user=user).values("entry")


def named_people(seen):
    """The entries of the people that the actor's engagement names."""
    return NamedPerson.objects.filter(engagement=seen.engagement.pk).values("entry")


def named_uuids(seen):
    """The same, as the log names them."""
    return Entry.objects.filter(pk__in=named_people(seen)).values("uuid")


def of_known_people(seen, person):
    """Of rows that may be about a person: those about nobody, or about one that the actor may know of.

    `person` is the look-up of the person's entry.
    """
    if seen.sees(Section.PEOPLE):
        return Q()
    nobody = Q(**{f"{person}__isnull": True})
    return nobody | Q(**{f"{person}__in": named_people(seen)}) if seen.names else nobody


def knows_person(seen, entry_id):
    """Whether the actor may know of the person with this entry; of nobody, everybody may. Not whether it is kept."""
    if entry_id is None or seen.sees(Section.PEOPLE):
        return True
    return seen.names and named_people(seen).filter(entry=entry_id).exists()


def visible_entries(seen):
    """The records of an incident whose existence the actor may know of."""
    sealed = Q(sensitivity=Sensitivity.SEALED)
    opened = Q(section__in=seen.sections) & of_known_people(seen, "about")
    if seen.names:
        opened |= Q(pk__in=named_people(seen))
    opened = ~sealed & opened | Q(sealed, pk__in=held_entries(seen.actor.user))
    return Entry.objects.filter(
        opened, not_kept(seen, stops_on("uuid", "about__uuid")), incident=seen.incident
    )


def get_entry(seen, uuid, **more):
    """One record of the incident, 404 where the actor may not know of it."""
    entry = with_mark(visible_entries(seen)).filter(uuid=uuid, **more).first()
    if entry is None:
        raise Http404
    entry.incident = seen.incident
    return entry


def revealed_entries(actor, incident):
    """Primary keys of records that the actor gave a reason for within the last 15 minutes."""
    return set(
        Reveal.objects.filter(
            incident=incident, user=actor.user, agency=actor.agency, until_at__gt=clock.now()
        ).values_list("entry_id", flat=True)
    )


def stop_of(entry, user):
    """The owner's standing no to this person, for this record, or None."""
    return RevealStop.objects.filter(entry=entry, user=user, lifted_at=None).first()


def may_stop_reveals(seen, entry):
    """Whether the actor hears who opened a record with a reason, and may refuse it: coordinators, and its owner."""
    return not seen.only_reads and (seen.coordinates or entry.owner_id == seen.actor.agency.pk)


def get_reveal(seen, entry_uuid, uuid):
    """One time that a record was opened with a reason, for whoever may refuse it; 404 to others."""
    found = Reveal.objects.filter(entry__in=visible_entries(seen).filter(uuid=entry_uuid), uuid=uuid)
    row = found.select_related("entry__owner", "user", "agency").first()
    if row is None:
        raise Http404
    if not may_stop_reveals(seen, row.entry):
        raise PermissionDenied
    return row


def reads_restricted(seen, entry):
    """Whether the restricted content of a record is open to the actor now, and without a reveal.

    Open to the owner's coordinators and managers, and to an engagement that names the person.
    """
    if seen.coordinates:
        return True
    if entry.sensitivity == Sensitivity.SEALED:
        return RecordGrant.objects.filter(entry=entry, user=seen.actor.user).exists()
    person = entry.about_id or entry.pk
    if seen.engagement and seen.engagement.named.filter(entry=person).exists():
        return True
    return entry.pk in revealed_entries(seen.actor, seen.incident)


def is_masked(seen, entry, revealed=None):
    """Whether this reader sees no more of a record than that it exists.

    `revealed` are the primary keys that the actor gave a reason for, where a page asks about many records. The agency
    that wrote a record reads it, but for its governance officer, who responds to nothing.
    """
    wrote = entry.owner_id == seen.actor.agency.pk and not seen.reading
    if entry.sensitivity != Sensitivity.RESTRICTED or wrote:
        return False
    if revealed is None:
        return not reads_restricted(seen, entry)
    return not (seen.coordinates or entry.pk in revealed)


def masked_fields(seen, record, revealed=None):
    """The fields of a record that this reader does not get: those that its kind restricts, unless they may read them.

    `revealed` is as for `is_masked`.
    """
    entry = record.entry
    wrote = entry.owner_id == seen.actor.agency.pk and not seen.reading
    if not record.restricted or wrote or seen.coordinates:
        return ()
    opened = entry.pk in revealed if revealed is not None else reads_restricted(seen, entry)
    return () if opened else record.restricted
