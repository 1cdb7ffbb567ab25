"""Who may have packs made and take them away, and what a search may look through."""

from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.http import Http404

from checklists.access import visible_items
from incidents.access import (
    SECTIONS,
    To,
    any_for,
    concerns_sealed,
    get_sight,
    named_people,
    stops_on,
    stops_on_log,
    visible_incidents,
)
from incidents.models import (
    Disposal,
    Engagement,
    Entry,
    Incident,
    Kept,
    LogEntry,
    LogText,
    Redaction,
    Section,
    Sensitivity,
)
from incidents.retention import may_keep_schedule, rules_of
from partners.models import Role
from reports.models import Audience, Pack, SubjectRequest

TO_READ = "Your agency opened this incident for life at risk, to read: no pack is made of it."


def get_pack_sight(actor, uuid):
    """The incident for whoever may export it: coordinators, CSP managers, managers of an engaged agency.

    Not for whoever opened it for life at risk: that is to read, and ends after four hours.
    """
    seen = get_sight(actor, uuid, to=To.EXPORT)
    if seen.engagement and seen.only_reads:
        raise PermissionDenied(TO_READ)
    return seen


def audiences(seen):
    """The audiences for which the actor may have a pack made: an agency manager for partners alone."""
    return list(Audience) if seen.coordinates else [Audience.PARTNERS]


def visible_packs(seen):
    """The packs of an incident: all to its coordinators, to an agency manager those that the agency asked for."""
    rows = Pack.objects.filter(incident=seen.incident)
    return rows if seen.coordinates else rows.filter(asked_for=seen.actor.agency, audience=Audience.PARTNERS)


def may_take(seen, pack):
    """Whether the actor still sees every section, and every person, that the pack was made with."""
    if not set(pack.sections) <= set(seen.sections):
        return False
    return seen.sees(Section.PEOPLE) or set(pack.people) <= set(people_named(seen))


def people_named(seen):
    """Primary keys of the people whom an agency sees by name alone; none where it sees the section, or coordinates."""
    if not seen.names or seen.sees(Section.PEOPLE):
        return []
    return sorted(named_people(seen).values_list("entry", flat=True))


def get_pack(actor, uuid, pack_uuid, *, to_take=False):
    """(sight, pack) through the door: 404 where the actor may not know of the pack, 403 where it holds too much."""
    seen = get_pack_sight(actor, uuid)
    pack = visible_packs(seen).filter(uuid=pack_uuid).select_related("asked_by", "asked_for", "file").first()
    if pack is None:
        raise Http404
    pack.incident = seen.incident
    if to_take and not may_take(seen, pack):
        raise PermissionDenied(
            "This pack holds sections or people that your agency no longer sees. Make a new one."
        )
    return seen, pack


def searchable_incidents(actor):
    """Where a search begins: the incidents that the actor may know of."""
    return visible_incidents(actor)


def searchable_log(actor, incidents):
    """Standard entries of the logs of `incidents`, with words that stand: what the actor may read without asking.

    As in `incidents.access.visible_log`, what is about a person shows to whoever may know of the person. Restricted and
    sealed entries are not searched, nor what concerns a sealed record; a governance officer, who gives a reason for
    each incident, searches no log.
    """
    if not actor.works_items:
        return LogEntry.objects.none()
    granted = Q()
    for section in SECTIONS:
        granted |= Q(sections__has_key=section, asked_section=section)
    mine = Engagement.objects.current().filter(incident=OuterRef("incident"), agency=actor.agency)
    seen_section = mine.annotate(asked_section=Cast(OuterRef("section"), CharField())).filter(granted)
    known = mine.filter(Q(sections__has_key=Section.PEOPLE) | Q(named__entry__uuid=OuterRef("person_uuid")))
    about_nobody = Q(person_uuid__isnull=True)
    readable = Q(agency=actor.agency) | (Exists(seen_section) & (about_nobody | Exists(known)))
    readable &= ~any_for(actor.agency, stops_on_log())
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


def searchable_entries(actor, incidents):
    """Standard records of `incidents` that the actor reads without asking, as `searchable_log` says of the log."""
    if not actor.works_items:
        return Entry.objects.none()
    granted = Q()
    for section in SECTIONS:
        granted |= Q(sections__has_key=section, asked_section=section)
    mine = Engagement.objects.current().filter(incident=OuterRef("incident"), agency=actor.agency)
    seen_section = mine.annotate(asked_section=Cast(OuterRef("section"), CharField())).filter(granted)
    known = mine.filter(Q(sections__has_key=Section.PEOPLE) | Q(named__entry=OuterRef("about")))
    readable = Exists(seen_section) & (Q(about__isnull=True) | Exists(known))
    readable &= ~any_for(actor.agency, stops_on("uuid", "about__uuid"))
    if actor.coordinates:
        readable = Q(incident__partnership=actor.partnership) | readable
    return Entry.objects.filter(readable, incident__in=incidents, sensitivity=Sensitivity.STANDARD).exclude(
        words=""
    )


def searchable_items(actor):
    """Standard items over all incidents: the titles that the actor reads."""
    if not actor.works_items:
        return visible_items(actor).none()
    return visible_items(actor).filter(sensitivity=Sensitivity.STANDARD)


def keeps_records(actor):
    """Whether the actor decides how long things are kept: a CSP manager, the information governance officer."""
    own = actor.agency is not None and actor.agency.csp_of_id is not None
    return own and (actor.governs or actor.role == Role.CSP_MANAGER)


def get_retention(actor):
    """The partnership whose retention the actor looks after, or 403."""
    if not keeps_records(actor):
        raise PermissionDenied("Retention is looked after by the CSP managers and the governance officer.")
    return actor.partnership


def get_schedule(actor):
    """The partnership whose schedule the actor may change, or 403."""
    if not may_keep_schedule(actor):
        raise PermissionDenied("The schedule is kept by the administrators and the CSP managers.")
    return actor.partnership


def get_rule(partnership, kind):
    """One rule of the schedule, the partnership's own or the default; 404 where there is no such kind of record."""
    if kind not in Kept.values:
        raise Http404
    return rules_of(partnership)[Kept(kind)]


def get_kept_incident(actor, uuid):
    """An incident of the partnership for a decision on its retention; no content of it is shown for that."""
    own = get_retention(actor)
    return _or_404(Incident.objects.filter(partnership=own).select_related("partnership", "joined_to"), uuid)


def get_hold(incident, uuid):
    """A hold on an incident that came through its own door."""
    found = _or_404(incident.holds.all(), uuid)
    found.incident = incident
    return found


def get_disposal(actor, uuid):
    """A disposal of the partnership, proposed or done."""
    own = get_retention(actor)
    rows = Disposal.objects.filter(partnership=own, along=None)
    return _or_404(rows.select_related("proposed_by", "confirmed_by", "refused_by"), uuid)


def sealed_records(actor, incidents):
    """How many sealed records there are: the governance officer is told, so that nothing is missed; None to others."""
    if not actor.governs:
        return None
    return Entry.objects.filter(incident__in=incidents, sensitivity=Sensitivity.SEALED).count()


def sealed_among(holding, rows):
    """Those of the rows that are sealed, or that tell of a sealed record."""
    names = {column.name for column in holding.model._meta.concrete_fields}
    if holding.model is LogText:
        entries = LogEntry.objects.filter(Q(concerns_sealed()) | Q(sensitivity=Sensitivity.SEALED))
        return rows.filter(entry__in=entries.values("pk"))
    sealed = Q(pk__in=[])
    if holding.entry and holding.model is not Entry:
        sealed |= Q(**{f"{holding.entry}__sensitivity": Sensitivity.SEALED})
    if "sensitivity" in names:
        sealed |= Q(sensitivity=Sensitivity.SEALED)
    return rows.filter(sealed)


def visible_redactions(seen):
    """What was taken out of an incident, for those who coordinate it."""
    rows = Redaction.objects.filter(incident=seen.incident).select_related("asked_by", "decided_by")
    return rows if seen.coordinates else rows.none()


def get_redaction(seen, uuid):
    found = _or_404(visible_redactions(seen), uuid)
    found.incident = seen.incident
    return found


def get_governance(actor):
    """The partnership whose governance officer the actor is, or 403."""
    if not (actor.governs and actor.agency.csp_of_id):
        raise PermissionDenied("Subject access and disclosure are for the information governance officer.")
    return actor.partnership


def get_subject_request(actor, uuid):
    """A subject access request of the partnership, for its governance officer."""
    return _or_404(SubjectRequest.objects.filter(partnership=get_governance(actor)), uuid)


def subject_requests(partnership):
    """The requests of the partnership, the latest first."""
    return SubjectRequest.objects.filter(partnership=partnership).select_related("asked_by")[:50]


def _or_404(rows, uuid):
    row = rows.filter(uuid=uuid).first()
    if row is None:
        raise Http404
    return row
