"""Saying that something is not to be shared further, and taking that back."""

from django.db import transaction

from incidents.access import have, kept_from, may_share_again, stop_on
from incidents.actions.log import log
from incidents.actions.saving import lock
from incidents.models import Entry, HadBefore, LogEntry, LogKind, LogText, Sensitivity, SharingStop
from svit.refused import Refused

NO_FURTHER = (
    "The agencies that see it now keep it. Nobody else gets it: not by being engaged or given it later, and not in a"
    " pack for partners. Only your agency takes this back."
)


@transaction.atomic
def stop_sharing(*, seen, about, person=None, reason):
    """From now on no agency gets this record or item that has not got it: not by being engaged, given it, or a pack.

    `person` is the entry that it is about, if any. The door has to have let the actor do so.
    """
    lock(seen.incident)
    if SharingStop.objects.filter(about_uuid=about.uuid).exists():
        raise Refused("Somebody said so already.")
    stop = SharingStop.objects.create(
        incident=seen.incident, about_kind=_kind(about), about_uuid=about.uuid, reason=reason, by=seen.actor.user,
        agency=seen.actor.agency,
    )  # fmt: skip
    had = have(seen.incident, about, person) | {seen.actor.agency.pk}
    HadBefore.objects.bulk_create(HadBefore(stop=stop, agency_id=agency) for agency in sorted(had))
    stop.told_in.set(_named_in(seen.incident, about))
    _log(seen, about, person, f"Do not share further: {about.title}\n{reason}")
    return stop


@transaction.atomic
def share_again(*, seen, about, person=None, reason):
    """It shows again to whomever the engagements open it."""
    lock(seen.incident)
    stop = stop_on(about)
    if stop is None:
        raise Refused("Somebody took it back already.")
    if not may_share_again(seen, stop):
        raise Refused(f"Only {stop.agency} takes this back. Ask them.")
    stop.delete()
    _log(seen, about, person, f"May be shared again: {about.title}\n{reason}")


def _named_in(incident, about):
    """Entries of the log that are about something else and name this; the label of a person, Person 3, is no name."""
    if _kind(about) == "person":
        return LogEntry.objects.none()
    named = LogText.objects.filter(entry__incident=incident, text__contains=about.title).values("entry")
    return LogEntry.objects.filter(pk__in=named).exclude(about_uuid=about.uuid)


def _kind(about):
    return about.kind if isinstance(about, Entry) else about._meta.model_name


def _log(seen, about, person, text):
    """A sealed item's entry hangs on the sealed record, for its holders alone."""
    log(
        seen.incident, by=seen.actor, kind=LogKind.RECORD if isinstance(about, Entry) else LogKind.ITEM, text=text,
        section=about.section, sensitivity=about.sensitivity, person=person and person.uuid,
        about=person if person and about.sensitivity == Sensitivity.SEALED else about,
    )  # fmt: skip


def check_may_have(agency, *uuids, field=None):
    """Refuse to give an agency what somebody asked not to share further."""
    if stop := kept_from(agency, about_uuid__in=uuids).select_related("agency").first():
        words = f"{stop.agency} asked not to share this further, and {agency} does not have it."
        raise Refused(f"{words} Ask {stop.agency} to take that back first.", field)


def share_all(incident, agency):
    """An agency that comes to own the incident, or opens it for life at risk, has all of it from then on."""
    stops = kept_from(agency, incident=incident)
    HadBefore.objects.bulk_create([HadBefore(stop=stop, agency=agency) for stop in stops])


def take_along(report, into):
    """What was said of a report's records holds in the incident to which they went."""
    moved = Entry.objects.filter(incident=into).values("uuid")
    SharingStop.objects.filter(incident=report, about_uuid__in=moved).update(incident=into)
