"""Which agencies respond, may lead, or take over; and where grants and engagements disagree."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef

from incidents.gateways import GATEWAYS
from incidents.models import (
    Asked,
    Categorisation,
    Engagement,
    EngagementRole,
    Incident,
    IncidentGroupObjectPermission,
    NamedPerson,
    Section,
)
from partners.models import Agency, Partnership
from reminders.queries import reached_nobody, skipped_of
from svit import clock


def categorisations(incident):
    """How the incident was categorised, the latest first."""
    return list(Categorisation.objects.filter(incident=incident).select_related("lead_agency"))


def possible_leads(incident):
    """The agencies that may lead the response: those of the partnership."""
    return Agency.objects.filter(active=True, partnerships=incident.partnership)


def partnerships_to_offer(seen):
    """The boroughs to which the incident can be handed over: those whose CSP agency is engaged."""
    engaged = Engagement.objects.responding().filter(incident=seen.incident).values("agency__csp_of")
    return Partnership.objects.filter(pk__in=engaged).exclude(pk=seen.incident.partnership_id)


def csp_of(partnership):
    """The agency that coordinates for a partnership."""
    return Agency.objects.filter(csp_of=partnership).first()


def engaged_partners(incident: Incident):
    """Agencies other than the owner's own that respond at this minute."""
    engaged = Engagement.objects.current().filter(incident=incident).values("agency")
    return Agency.objects.filter(pk__in=engaged, csp_of=None)


def engaged_agencies(incident: Incident):
    """Engagements of the incident, current first, each with its agency and what it opens, in words."""
    rows = list(Engagement.objects.filter(incident=incident).select_related("agency", "by", "seen_by"))
    named = {}
    for engagement, title in NamedPerson.objects.filter(engagement__in=rows).values_list(
        "engagement", "entry__title"
    ):
        named.setdefault(engagement, []).append(title)
    missed = not_reached(rows)
    for row in rows:
        row.not_reached = missed.get(row.uuid)
        row.named_words = sorted(named.get(row.pk, []))
        row.section_words = ", ".join(label for key, label in Section.choices if key in row.sections)
        row.gateway_words = GATEWAYS[row.gateway].name
        if row.agency.csp_of_id == incident.partnership_id:
            row.section_words, row.gateway_words = "All of it, as the owner", ""
    return sorted(
        rows, key=lambda row: (not row.is_current, row.role != EngagementRole.LEAD, row.agency.name)
    )


class NotReached(NamedTuple):
    """Whom a message to an agency could not reach and why, in words; whether nobody was reached at all."""

    words: str
    nobody: bool


def not_reached(rows):
    """What is `NotReached` of each of the engagements, by UUID; two queries.

    Nothing of an agency that has seen the incident since, or was told.
    """
    waiting = {row.uuid: row for row in rows if not row.seen_at and not row.told_how}
    skipped = skipped_of(Asked.KIND, Asked.TOLD, waiting)
    nobody = reached_nobody(Asked.KIND, Asked.NOBODY, waiting)
    found = {}
    for uuid in skipped.keys() | nobody:
        people = ", ".join(f"{one.user} ({one.get_reason_display()})" for one in skipped.get(uuid, []))
        begin = f"Nobody of {waiting[uuid].agency} could be reached" if uuid in nobody else "Not reached"
        words = f"{begin}: {people}." if people else f"{begin}."
        found[uuid] = NotReached(f"{words} Telephone." if uuid in nobody else words, uuid in nobody)
    return found


def lapsed_engagements():
    """Engagements whose end has passed while the agency's grant still stands and no other engagement holds it."""
    grants = IncidentGroupObjectPermission.objects.filter(
        group=OuterRef("agency__group"), content_object=OuterRef("incident")
    )
    again = Engagement.objects.current().filter(incident=OuterRef("incident"), agency=OuterRef("agency"))
    ended = Engagement.objects.filter(Exists(grants), ~Exists(again), until_at__lte=clock.now())
    return ended.select_related("agency", "incident").order_by("-until_at", "-pk")


def out_of_step():
    """Where guardian's grants and the engagements disagree: (grants without an engagement, engagements without one).

    Both are empty at every moment between two transactions, but for the minute until a lapsed engagement is swept.
    """
    current = Engagement.objects.current().filter(
        incident=OuterRef("content_object"), agency__group=OuterRef("group")
    )
    grants = IncidentGroupObjectPermission.objects.filter(
        group=OuterRef("agency__group"), content_object=OuterRef("incident")
    )
    return (
        list(IncidentGroupObjectPermission.objects.filter(~Exists(current))),
        list(Engagement.objects.current().filter(~Exists(grants))),
    )
