"""Mobilising: agencies engaged with their sections and items in one transaction; and standing one down."""

from dataclasses import dataclass, field

from django.db import transaction

from checklists.actions.holding import said
from checklists.actions.reminding import remind, wake
from checklists.models import ChecklistItem, ItemState
from incidents.actions.engagement import engage
from incidents.actions.engagement import record_told as told
from incidents.actions.engagement import stand_down as end_engagement
from incidents.actions.log import log
from incidents.actions.saving import derive, lock, save
from incidents.actions.stage import respond
from incidents.models import Engagement, LogKind
from incidents.reminders import next_engagement_remind_at
from partners.models import Agency
from svit import clock, engines
from svit.refused import Refused

GIVEN = [
    "agency",
    "assignee",
    "assigned_at",
    "assigned_by",
    "seen_at",
    "seen_by",
    "sent_back_at",
    "sent_back_reason",
]


@dataclass
class Call:
    """What one agency is asked for: the sections it will see, and the items that it is given."""

    agency: Agency
    sections: dict = field(default_factory=dict)
    items: list = field(default_factory=list)


def _give(items, *, agency, by, now):
    """Assign locked items to the agency: saved with history, one log entry for each section that may read it."""
    by_section = {}
    for item in items:
        item.agency, item.assignee = agency, None
        item.assigned_at, item.assigned_by, item.tell_at = now, by.user, now
        item.seen_at = item.seen_by = item.sent_back_at = None
        item.sent_back_reason = ""
        item.remind_at = remind(item)
        save(item, by=by, reason="Mobilised", fields=[*GIVEN, "tell_at", "remind_at"])
        by_section.setdefault((item.section, item.sensitivity), []).append(item)
    for (section, sensitivity), group in by_section.items():
        if len(group) == 1:
            about, text = group[0], said("Assigned", group[0], f"To {agency}.")
        else:
            titles = "\n".join(item.title for item in group)
            about, text = None, f"Assigned to {agency}: {len(group)} items\n{titles}"
        log(
            group[0].incident, by=by, kind=LogKind.ITEM, section=section, sensitivity=sensitivity, about=about,
            text=text,
        )  # fmt: skip


@transaction.atomic
def mobilise(*, incident, by, calls, reason):
    """Engage the agencies, each with its sections and items, all of them or none; the response begins.

    An agency that is engaged already is given the items alone. Items are locked in the order of their keys and then
    the incident, before anything is written that points at it: so two who mobilise at once never wait for each other.
    """
    if not calls:
        raise Refused("Choose at least one agency.", "agencies")
    wanted = {}
    for call in calls:
        for item in call.items:
            if item.pk in wanted:
                raise Refused(
                    f"“{item.title}” is ticked for {wanted[item.pk]} and for {call.agency}. Choose one.",
                    "agencies",
                )
            wanted[item.pk] = call.agency
    rows = engines.lock(ChecklistItem.objects.filter(incident=incident, pk__in=wanted).order_by("pk"))
    held = {item.pk: item for item in rows}
    incident = lock(incident)
    if not incident.live:
        raise Refused(f"{incident.reference} is closed. Reopen it before you mobilise.")
    now = clock.now()
    engaged = {
        row.agency_id: row
        for row in Engagement.objects.current().filter(incident=incident).select_related("agency")
    }
    result = []
    for call in calls:
        if call.agency.csp_of_id == incident.partnership_id:
            raise Refused(f"{call.agency} owns this incident and needs no engagement.", "agencies")
        engagement = engaged.get(call.agency.pk)
        if engagement is None:
            engagement = engage(
                incident=incident, agency=call.agency, by=by, reason=reason, sections=call.sections or None
            )
            derive(engagement, remind_at=next_engagement_remind_at(engagement, now))
        mine = [held[item.pk] for item in call.items if item.pk in held]
        for item in mine:
            item.incident = incident
        _give(
            [item for item in mine if item.state == ItemState.OPEN and item.agency_id is None],
            agency=call.agency, by=by, now=now,
        )  # fmt: skip
        result.append(engagement)
    respond(incident=incident, by=by, reason=reason)
    wake()
    return result


@transaction.atomic
def stand_down(*, engagement, by, reason):
    """End an agency's part. What it held and did not finish is nobody's again, and coordinators see that."""
    rows = ChecklistItem.objects.filter(
        incident=engagement.incident, agency=engagement.agency, state=ItemState.OPEN
    ).order_by("pk")
    items = list(engines.lock(rows))
    end_engagement(engagement=engagement, by=by, reason=reason)
    now = clock.now()
    for item in items:
        item.incident = engagement.incident
        item.agency = item.assignee = item.seen_at = item.seen_by = None
        item.sent_back_at, item.sent_back_reason = now, f"{engagement.agency} was stood down."
        item.remind_at = remind(item)
        save(
            item, by=by, reason="Stood down", fields=[*GIVEN, "remind_at"],
        )  # fmt: skip
    if items:
        text = (
            f"{engagement.agency} was stood down; of its items, {len(items)} open ones need another agency."
        )
        log(engagement.incident, by=by, kind=LogKind.ITEM, text=text)
    wake()
    return engagement


def record_told(*, engagement, by, told_how):
    """Somebody rang instead: who was told, and how."""
    return told(engagement=engagement, by=by, told_how=told_how)
