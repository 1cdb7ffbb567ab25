"""The one door: who may see and do what with an incident and what hangs on it.

Roles, in prose. A coordinator or CSP manager sees and runs all incidents of the partnership. Anybody else
sees an incident while the agency is engaged in it, in the sections that the engagement grants. A governance
officer reads the partnership's incidents after giving a reason. An administrator sees none; being a
superuser opens nothing.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import Http404

from incidents.models import (
    AccessAct,
    AccessRecord,
    Categorisation,
    Engagement,
    EngagementRole,
    Entry,
    Incident,
    IncidentGroupObjectPermission,
    LogEntry,
    RecordGrant,
    ReportState,
    Reveal,
    Section,
    Sensitivity,
    Stage,
)
from partners.actor import Actor, actor_like
from partners.models import Agency
from svit import clock
from svit.prepared import Outline, Prepared

SECTIONS = tuple(Section.values)
CONSULTED_FOR = timedelta(minutes=30)
OF_AN_ENGAGEMENT = ("id", "sections", "seen_at")  # what comes along with the incident


class To(Enum):
    """What somebody may want to do with an incident that they see."""

    VIEW = "view"
    CONTRIBUTE = "contribute"
    COORDINATE = "coordinate"
    EXPORT = "export"


class ReasonNeeded(PermissionDenied):
    """A governance officer reads an incident only after giving a reason."""

    def __init__(self, incident):
        super().__init__("Give a reason to read this incident.")
        self.incident = incident


@dataclass
class Sight:
    """What one actor may see of one incident; made once a request, asked by every part of the page."""

    actor: Actor
    incident: Incident
    owner: bool = False
    engagement: Engagement | None = None
    reading: bool = False
    sections: dict = field(default_factory=dict)

    @property
    def coordinates(self):
        return self.owner and self.actor.coordinates

    def sees(self, section):
        return section in self.sections

    def contributes(self, section):
        return self.sections.get(section) == "contribute"

    def outline(self):
        """What a prepared query needs to know of this sight: what it opens, and the keys."""
        actor, incident = self.actor.outline(), self.incident
        sections = tuple(sorted(self.sections.items()))
        return Outline(
            _like,
            (actor.shape, self.owner, self.engagement is not None, self.reading, sections, incident.live),
            actor.keys | {"incident": incident.pk, "owner": incident.partnership_id},
        )


def _like(shape, keys):
    """A sight that opens the same, of nobody's on no incident."""
    actor, owner, engaged, reading, sections, live = shape
    incident = Incident(
        pk=keys["incident"],
        partnership_id=keys["owner"],
        stage=Stage.RESPONDING if live else Stage.CLOSED,
        report_state=ReportState.ACCEPTED,
    )
    return Sight(
        actor_like(actor, keys), incident, owner, Engagement() if engaged else None, reading, dict(sections)
    )


def engaged_incident_ids(actor):
    """Incidents in which the actor's agency is engaged at this minute; both the grant and the row are asked.

    Guardian's table is read as a subquery: its shortcut for a group fetches every grant first (decision 0005).
    """
    if actor.agency is None or not actor.works_items:
        return Engagement.objects.none().values("incident")
    granted = IncidentGroupObjectPermission.objects.filter(
        group=actor.agency.group_id, permission__codename="view_incident", content_object=OuterRef("incident")
    )
    return Engagement.objects.current().filter(Exists(granted), agency=actor.agency).values("incident")


def visible_incidents(actor):
    """The incidents whose existence the actor may know of."""
    if actor.coordinates:
        return Incident.objects.filter(
            Q(partnership=actor.partnership) | Q(pk__in=engaged_incident_ids(actor))
        )
    if actor.governs:
        return Incident.objects.filter(partnership=actor.partnership)
    return Incident.objects.filter(pk__in=engaged_incident_ids(actor))


def own_engagements(actor):
    """Engagements of the actor's agency in force at this minute; both the grant and the row are asked."""
    if actor.agency is None:
        return Engagement.objects.none()
    return Engagement.objects.current().filter(
        agency=actor.agency,
        incident__incidentgroupobjectpermission__group=actor.agency.group_id,
        incident__incidentgroupobjectpermission__permission__codename="view_incident",
    )


def sight(actor, incident):
    """What `actor` may see of `incident`, or None for a stranger. One query at most."""
    return _sight(actor, incident, lambda: own_engagements(actor).filter(incident=incident).first())


def _sight(actor, incident, find_engagement):
    owner = actor.agency is not None and actor.agency.csp_of_id == incident.partnership_id
    if owner and actor.coordinates:
        return Sight(actor, incident, owner=True, sections=dict.fromkeys(SECTIONS, "contribute"))
    if owner and actor.governs:
        return Sight(actor, incident, owner=True, reading=True, sections=dict.fromkeys(SECTIONS, "see"))
    if not actor.works_items:
        return None
    engagement = find_engagement()
    if engagement is None:
        return None
    engagement.agency = actor.agency
    return Sight(actor, incident, engagement=engagement, sections=dict(engagement.sections))


def can(actor, to, incident, seen=None):
    """Whether the actor may do `to` with an incident."""
    seen = seen or sight(actor, incident)
    if seen is None:
        return False
    return {
        To.VIEW: True,
        To.CONTRIBUTE: not seen.reading,
        To.COORDINATE: seen.coordinates,
        To.EXPORT: seen.coordinates or (seen.engagement is not None and actor.manages_agency),
    }[to]


def get_sight(actor, uuid, *, to=To.VIEW, live=False):
    """The incident seen through the door: 404 to a stranger, 403 to a reader who may not do it. One query.

    `live` asks besides that the response takes writes, and says why where it does not.
    """
    incident = next(iter(_incident(actor, uuid=uuid)), None)
    seen = _sight(actor, incident, lambda: _engagement_of(incident)) if incident else None
    if seen is None:
        raise Http404
    if seen.reading and not has_reason(actor, incident):
        raise ReasonNeeded(incident)
    if not can(actor, to, incident, seen):
        raise PermissionDenied
    if live and incident.at_rest:
        raise PermissionDenied(incident.at_rest)
    return seen


@Prepared
def _incident(actor, uuid):
    mine = own_engagements(actor).filter(incident=OuterRef("pk"))
    latest = Categorisation.objects.filter(incident=OuterRef("pk"))
    return (
        Incident.objects.filter(uuid=uuid)
        .select_related("partnership")
        .annotate(
            category_now=Subquery(latest.values("category")[:1]),
            response_now=Subquery(latest.values("response")[:1]),
            consulted=Exists(recent_consultations(actor, OuterRef("uuid"))),
            **{f"mine_{name}": Subquery(mine.values(name)[:1]) for name in OF_AN_ENGAGEMENT},
        )
    )


def _engagement_of(incident):
    """The actor's engagement as it came with the incident; what did not come along is read when it is asked for."""
    if incident.mine_id is None:
        return None
    values = [getattr(incident, f"mine_{name}") for name in OF_AN_ENGAGEMENT]
    engagement = Engagement.from_db(incident._state.db, OF_AN_ENGAGEMENT, values)
    engagement.incident = incident
    return engagement


def recent_consultations(actor, subject):
    """Consultations of a subject by the actor within the last half hour: one of them is recorded, and no more."""
    return AccessRecord.objects.filter(
        subject_uuid=subject,
        user=actor.user,
        agency=actor.agency,
        act=AccessAct.CONSULTATION,
        at__gt=clock.now() - CONSULTED_FOR,
    )


def has_reason(actor, incident):
    """Whether the governance officer gave a reason for this incident that still holds."""
    return Reveal.objects.filter(
        incident=incident, entry=None, user=actor.user, until_at__gt=clock.now()
    ).exists()


def held_entries(user):
    """Sealed entries that the user is a named holder of."""
    return RecordGrant.objects.filter(user=user).values("entry")


def visible_entries(seen):
    """The records of an incident whose existence the actor may know of."""
    sealed = Q(sensitivity=Sensitivity.SEALED)
    return Entry.objects.filter(
        Q(~sealed, section__in=seen.sections) | Q(sealed, pk__in=held_entries(seen.actor.user)),
        incident=seen.incident,
    )


def get_entry(seen, uuid, **more):
    """One record of the incident, 404 where the actor may not know of it."""
    entry = visible_entries(seen).filter(uuid=uuid, **more).first()
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

    `revealed` are the primary keys that the actor gave a reason for, where a page asks about many records.
    """
    if entry.sensitivity != Sensitivity.RESTRICTED or entry.owner_id == seen.actor.agency.pk:
        return False
    if revealed is None:
        return not reads_restricted(seen, entry)
    return not (seen.coordinates or entry.pk in revealed)


def visible_log(seen):
    """The log entries that the actor may read.

    Restricted ones: the owner's coordinators and managers, and whoever wrote them. Sealed ones: the holders
    of the record that they are about.
    """
    held = Entry.objects.filter(pk__in=held_entries(seen.actor.user)).values("uuid")
    standard = Q(sensitivity=Sensitivity.STANDARD, section__in=seen.sections)
    if seen.engagement:
        standard |= Q(sensitivity=Sensitivity.STANDARD, agency=seen.actor.agency)
    restricted = Q(sensitivity=Sensitivity.RESTRICTED, agency=seen.actor.agency, by=seen.actor.user)
    if seen.coordinates:
        restricted = Q(sensitivity=Sensitivity.RESTRICTED)
    sealed = Q(sensitivity=Sensitivity.SEALED, about_uuid__in=held)
    return LogEntry.objects.filter(
        standard | restricted | sealed,
        ~concerns_sealed(unless_held_by=seen.actor.user),
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
    """Whether the actor may add to the log: while the response is live; a coordinator also after it was closed."""
    if seen.reading:
        return False
    return seen.incident.live or (seen.coordinates and seen.incident.report_state == ReportState.ACCEPTED)


def may_correct(seen, entry):
    """Whether the actor may correct an entry: the agency that wrote it, and the owner's coordinators."""
    return not seen.reading and (seen.coordinates or entry.agency_id == seen.actor.agency.pk)


def may_confirm_redaction(seen, entry):
    """Whether the actor is the second of the two whom a redaction takes."""
    words = entry.words
    asked = words.redaction_asked_by_id
    return seen.coordinates and not words.redacted_at and asked not in (None, seen.actor.user.pk)


def can_report(actor):
    """Whether the actor may bring an incident to notice: everybody who responds."""
    return actor.works_items


def lead_of(incident):
    """The engagement that leads, or None before one does."""
    return (
        Engagement.objects.current()
        .filter(incident=incident, role=EngagementRole.LEAD)
        .select_related("agency")
        .first()
    )


def get_engagement(seen, uuid):
    """One current engagement of the incident, for its coordinators."""
    engagement = (
        Engagement.objects.current()
        .filter(incident=seen.incident, uuid=uuid)
        .select_related("agency")
        .first()
    )
    if engagement is None:
        raise Http404
    engagement.incident = seen.incident
    return engagement


def current_agencies(incident):
    """Primary keys of the agencies that respond at this minute: the owner's and those engaged."""
    engaged = Engagement.objects.current().filter(incident=incident).values_list("agency_id", flat=True)
    own = Agency.objects.filter(csp_of=incident.partnership_id).values_list("pk", flat=True)
    return {*engaged, *own}
