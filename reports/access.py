"""Who may have packs made and take them away, and what a search may look through."""

from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.http import Http404

from checklists.access import visible_items
from incidents.access import (
    SECTIONS,
    To,
    concerns_sealed,
    get_sight,
    visible_incidents,
)
from incidents.models import Engagement, LogEntry, Sensitivity
from reports.models import Audience, Pack


def get_pack_sight(actor, uuid):
    """The incident for whoever may export it: coordinators, CSP managers, managers of an engaged agency."""
    return get_sight(actor, uuid, to=To.EXPORT)


def audiences(seen):
    """The audiences for which the actor may have a pack made: an agency manager for partners alone."""
    return list(Audience) if seen.coordinates else [Audience.PARTNERS]


def visible_packs(seen):
    """The packs of an incident: all to its coordinators, to an agency manager those that the agency asked for."""
    rows = Pack.objects.filter(incident=seen.incident)
    return rows if seen.coordinates else rows.filter(asked_for=seen.actor.agency, audience=Audience.PARTNERS)


def may_take(seen, pack):
    """Whether the actor still sees every section that the pack was made with."""
    return set(pack.sections) <= set(seen.sections)


def get_pack(actor, uuid, pack_uuid, *, to_take=False):
    """(sight, pack) through the door: 404 where the actor may not know of the pack, 403 where it holds too much."""
    seen = get_pack_sight(actor, uuid)
    pack = visible_packs(seen).filter(uuid=pack_uuid).select_related("asked_by", "asked_for", "file").first()
    if pack is None:
        raise Http404
    pack.incident = seen.incident
    if to_take and not may_take(seen, pack):
        raise PermissionDenied("This pack holds sections that your agency no longer sees. Make a new one.")
    return seen, pack


def searchable_incidents(actor):
    """Where a search begins: the incidents that the actor may know of."""
    return visible_incidents(actor)


def searchable_log(actor, incidents):
    """Standard entries of the logs of `incidents`, with words that stand: what the actor may read without asking.

    Restricted and sealed entries are not searched, nor what concerns a sealed record; a governance officer, who gives a
    reason for each incident, searches no log.
    """
    if not actor.works_items:
        return LogEntry.objects.none()
    granted = Q()
    for section in SECTIONS:
        granted |= Q(sections__has_key=section, asked_section=section)
    seen_section = (
        Engagement.objects.current()
        .filter(incident=OuterRef("incident"), agency=actor.agency)
        .annotate(asked_section=Cast(OuterRef("section"), CharField()))
        .filter(granted)
    )
    readable = Q(agency=actor.agency) | Exists(seen_section)
    if actor.coordinates:  # asked first, so that for the own borough's the database asks no more
        readable = Q(incident__partnership=actor.partnership) | readable
    return LogEntry.objects.filter(
        readable,
        ~concerns_sealed(),
        incident__in=incidents,
        sensitivity=Sensitivity.STANDARD,
        words__withheld_at__isnull=True,
        words__redacted_at__isnull=True,
    )


def searchable_items(actor):
    """Standard items over all incidents: the titles that the actor reads."""
    if not actor.works_items:
        return visible_items(actor).none()
    return visible_items(actor).filter(sensitivity=Sensitivity.STANDARD)
