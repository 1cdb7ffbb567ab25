"""What one actor may see of one incident, and of which incidents at all."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import Http404

from incidents.access.sharing import any_for
from incidents.models import (
    AccessAct,
    AccessRecord,
    Categorisation,
    Engagement,
    EngagementRole,
    Handover,
    Incident,
    IncidentGroupObjectPermission,
    NamedPerson,
    ReportState,
    Reveal,
    Section,
    SharingStop,
    Stage,
)
from partners.actor import Actor, actor_like
from svit import clock
from svit.once import once_each
from svit.prepared import Outline, Prepared

SECTIONS = tuple(Section.values)
CONSULTED_FOR = timedelta(minutes=30)
# What comes along with the incident, in the order of the model's fields
OF_AN_ENGAGEMENT = ("id", "role", "sections", "until_at", "seen_at")


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
    names: bool = False  # whether the engagement names people
    kept: bool = False  # whether something here is not shared further, and the actor has it not

    @property
    def coordinates(self):
        return self.owner and self.actor.coordinates

    @property
    def only_reads(self):
        """Whether the actor is here to read: the governance officer, and whoever opened it for life at risk."""
        return self.reading or (
            self.engagement is not None and self.engagement.role == EngagementRole.BREAK_GLASS
        )

    def sees(self, section):
        return section in self.sections

    def contributes(self, section):
        return self.sections.get(section) == "contribute"

    @property
    def sees_people(self):
        """Whether there may be people here for the actor: all of them, or those that the engagement names."""
        return self.sees(Section.PEOPLE) or self.names

    @property
    def works_people(self):
        """Whether the actor works with the people that they see."""
        named_alone = self.names and not self.sees(Section.PEOPLE)
        return not self.reading and (self.contributes(Section.PEOPLE) or named_alone)

    def outline(self):
        """What a prepared query needs to know of this sight: what it opens, and the keys."""
        actor, incident, engagement = self.actor.outline(), self.incident, self.engagement
        sections = tuple(sorted(self.sections.items()))
        opens = (self.owner, engagement is not None, self.reading, sections, self.names, self.kept)
        keys = {"incident": incident.pk, "owner": incident.partnership_id}
        return Outline(
            _like,
            (actor.shape, *opens, incident.live),
            actor.keys | keys | {"engagement": engagement and engagement.pk},
        )


def _like(shape, keys):
    """A sight that opens the same, of nobody's on no incident."""
    actor, owner, engaged, reading, sections, names, kept, live = shape
    incident = Incident(
        pk=keys["incident"],
        partnership_id=keys["owner"],
        stage=Stage.RESPONDING if live else Stage.CLOSED,
        report_state=ReportState.ACCEPTED,
    )
    engagement = Engagement(pk=keys["engagement"]) if engaged else None
    return Sight(actor_like(actor, keys), incident, owner, engagement, reading, dict(sections), names, kept)


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
    pair = (actor.agency and actor.agency.pk, incident.pk)
    return _sight(actor, incident, lambda: engagements_of([pair]).get(pair))


@once_each
def engagements_of(pairs):
    """Engagements in force at this minute by (agency, incident), as primary keys; both the grant and the row are asked.

    Each tells whether it names people, and whether something of the incident is kept from its agency.
    """
    granted = IncidentGroupObjectPermission.objects.filter(
        group=OuterRef("agency__group"),
        permission__codename="view_incident",
        content_object=OuterRef("incident"),
    )
    agencies, incidents = ({pair[place] for pair in pairs} for place in (0, 1))
    rows = Engagement.objects.current().filter(Exists(granted), agency__in=agencies, incident__in=incidents)
    rows = rows.annotate(
        names=_names(OuterRef("pk")),
        kept=any_for(OuterRef("agency"), SharingStop.objects.filter(incident=OuterRef("incident"))),
    )
    return {(row.agency_id, row.incident_id): row for row in rows.order_by("-from_at", "-pk")}


def _names(engagement):
    """Whether an engagement names anybody, as an expression."""
    return Exists(NamedPerson.objects.filter(engagement=engagement))


def _kept(actor, incident):
    """Whether something of an incident is kept from the actor's agency, as an expression."""
    return any_for(actor.agency, SharingStop.objects.filter(incident=incident))


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
    return Sight(
        actor, incident, engagement=engagement, sections=dict(engagement.sections), names=engagement.names,
        kept=engagement.kept,
    )  # fmt: skip


def can(actor, to, incident, seen=None):
    """Whether the actor may do `to` with an incident."""
    seen = seen or sight(actor, incident)
    if seen is None:
        return False
    return {
        To.VIEW: True,
        To.CONTRIBUTE: not seen.only_reads,
        To.COORDINATE: seen.coordinates,
        To.EXPORT: seen.coordinates or (seen.engagement is not None and actor.manages_agency),
    }[to]


def get_sight(actor, uuid, *, to=To.VIEW, live=False):
    """The incident seen through the door: 404 to a stranger, 403 to a reader who may not do it. One query.

    `live` asks besides that the response takes writes, and says why where it does not.
    """
    incident = next(iter(_incident(actor, uuid=uuid)), None)
    seen = sight_of(actor, incident, incident) if incident else None
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
    latest = Categorisation.objects.filter(incident=OuterRef("pk"))
    offer = Handover.objects.filter(incident=OuterRef("pk"), answer="")
    rows = Incident.objects.filter(uuid=uuid).select_related("partnership")
    return with_engagement(rows, actor, "pk").annotate(
        category_now=Subquery(latest.values("category")[:1]),
        response_now=Subquery(latest.values("response")[:1]),
        consulted=Exists(recent_consultations(actor, OuterRef("uuid"))),
        offered_to=Subquery(offer.values("to_partnership__name")[:1]),
    )


def with_engagement(rows, actor, incident):
    """Rows that bring along the actor's engagement in their incident, to which the look-up `incident` leads."""
    mine = own_engagements(actor).filter(incident=OuterRef(incident))
    return rows.annotate(
        **{f"mine_{name}": Subquery(mine.values(name)[:1]) for name in OF_AN_ENGAGEMENT},
        mine_names=Exists(mine.filter(_names(OuterRef("pk")))),
        mine_kept=_kept(actor, OuterRef(incident)),
    )


def sight_of(actor, row, incident):
    """The sight of an incident by the engagement that came along with `row`; no query."""
    return _sight(actor, incident, lambda: _engagement_of(row, incident))


def _engagement_of(row, incident):
    """The actor's engagement as it came with a row; what did not come along is read when it is asked for."""
    if row.mine_id is None:
        return None
    values = [getattr(row, f"mine_{name}") for name in OF_AN_ENGAGEMENT]
    engagement = Engagement.from_db(row._state.db, OF_AN_ENGAGEMENT, values)
    engagement.incident, engagement.names, engagement.kept = incident, row.mine_names, row.mine_kept
    return engagement


def recent_consultations(actor, subject, kind="incident"):
    """Consultations of a subject by the actor within the last half hour: one of them is recorded, and no more."""
    return AccessRecord.objects.filter(
        subject_uuid=subject,
        subject_kind=kind,
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


def can_report(actor):
    """Whether the actor may bring an incident to notice: everybody who responds."""
    return actor.works_items
