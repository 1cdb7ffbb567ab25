"""Who reads which entries of the log, writes there, and corrects what stands there."""

from django.db.models import Exists, OuterRef, Q

from incidents.access.records import held_entries, named_uuids
from incidents.access.sharing import not_kept, stops_on_log
from incidents.models import Entry, LogEntry, ReportState, Section, Sensitivity


def visible_log(seen):
    """The log entries that the actor may read.

    Restricted ones: the owner's coordinators and managers, and whoever wrote them. Sealed ones: the holders
    of the record that they are about.
    """
    held = Entry.objects.filter(pk__in=held_entries(seen.actor.user)).values("uuid")
    opened = Q(section__in=seen.sections)
    if not seen.sees(Section.PEOPLE):
        nobody = Q(person_uuid__isnull=True)
        opened &= nobody | Q(person_uuid__in=named_uuids(seen)) if seen.names else nobody
    if seen.names:
        opened |= Q(section=Section.PEOPLE, about_uuid__in=named_uuids(seen))
    if seen.engagement:
        opened |= Q(agency=seen.actor.agency)
    standard = Q(sensitivity=Sensitivity.STANDARD) & opened
    restricted = Q(sensitivity=Sensitivity.RESTRICTED, agency=seen.actor.agency, by=seen.actor.user)
    if seen.coordinates:
        restricted = Q(sensitivity=Sensitivity.RESTRICTED)
    sealed = Q(sensitivity=Sensitivity.SEALED, about_uuid__in=held)
    return LogEntry.objects.filter(
        standard | restricted | sealed,
        ~concerns_sealed(unless_held_by=seen.actor.user),
        not_kept(seen, stops_on_log()),
        incident=seen.incident,
    )


def as_told(seen, user, *, acted_for, otherwise):
    """Who did something, as this reader may hear it: `otherwise`, unless the name is for them.

    It is for the owner's coordinators, for whoever did it, and for colleagues in the agency for which it was done.
    """
    if user is None:
        return otherwise
    colleague = acted_for is not None and acted_for == seen.actor.agency.pk
    return user.name if seen.coordinates or colleague or user == seen.actor.user else otherwise


def concerns_sealed(*, unless_held_by=None):
    """Of a log entry: whether it is about a record that is sealed now, or corrects what is.

    The record may have moved to another incident since, with the report that it came with, so that is not asked.
    """
    sealed = Entry.objects.filter(sensitivity=Sensitivity.SEALED)
    if unless_held_by is not None:
        sealed = sealed.exclude(pk__in=held_entries(unless_held_by))
    return Exists(
        sealed.filter(
            Q(uuid=OuterRef("about_uuid"))
            | Q(uuid=OuterRef("person_uuid"))
            | Q(uuid=OuterRef("corrects__about_uuid"))
            | Q(uuid=OuterRef("corrects__person_uuid"))
        )
    )


def may_write(seen):
    """Whether the actor may add to the log: while the response is live; a coordinator also after it was closed.

    Not who opened the incident for life at risk: that is to read.
    """
    if seen.only_reads:
        return False
    return seen.incident.live or (seen.coordinates and seen.incident.report_state == ReportState.ACCEPTED)


def may_correct(seen, entry):
    """Whether the actor may correct an entry: the agency that wrote it, and the owner's coordinators."""
    return not seen.only_reads and (seen.coordinates or entry.agency_id == seen.actor.agency.pk)


def may_confirm_redaction(seen, entry):
    """Whether the actor is the second of the two whom a redaction takes."""
    words = entry.words
    asked = words.redaction_asked_by_id
    return seen.coordinates and not words.redacted_at and asked not in (None, seen.actor.user.pk)
