"""Mobilising: agencies engaged with their sections and items in one transaction; and standing one down."""

from dataclasses import dataclass, field

from django.db import transaction

from checklists.actions.reminding import remind, wake
from checklists.models import ChecklistItem, ItemState
from incidents.actions.engagement import disclose, engage, lapse, name_people
from incidents.actions.engagement import record_told as told
from incidents.actions.engagement import stand_down as end_engagement
from incidents.actions.log import log
from incidents.actions.saving import derive, lock, save
from incidents.actions.sharing import check_may_have
from incidents.actions.stage import respond
from incidents.models import Engagement, Entry, LogKind, Section, Sensitivity
from incidents.queries import lapsed_engagements
from incidents.reminders import next_engagement_remind_at
from incidents.sections import default_sections
from partners.actor import system_actor
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
    "sent_back_by",
    "sent_back_reason",
]
MOBILISED = "Mobilised"
LAPSED_AT_ONCE = 200


@dataclass
class Call:
    """What one agency is asked for: the sections it will see and under which gateway, the items that it is given."""

    agency: Agency
    sections: dict = field(default_factory=dict)
    items: list = field(default_factory=list)
    gateway: str | None = None


def call_for(agency, *, items, sections, gateway=None):
    """Ask an agency to respond with these items, in these sections besides the general one.

    What is its kind's own it contributes to as usual; in a section that somebody ticked besides, it contributes.
    """
    usual = default_sections(agency.kind)
    general = Section.GENERAL.value
    return Call(
        agency,
        {general: usual[general]} | {value: usual.get(value, "contribute") for value in sections},
        items,
        gateway,
    )


def _give(items, *, agency, by, now):
    """Assign locked items to the agency, each with its history; the caller logs."""
    for item in items:
        item.agency, item.assignee = agency, None
        item.assigned_at, item.assigned_by, item.tell_at = now, by.user, now
        item.seen_at = item.seen_by = item.sent_back_at = item.sent_back_by = None
        item.sent_back_reason = ""
        item.remind_at = remind(item)
        save(item, by=by, reason=MOBILISED, fields=[*GIVEN, "tell_at", "remind_at"])


def _all_may_know(item):
    """Whether whoever is engaged may read the item's title."""
    return item.section == Section.GENERAL and item.sensitivity == Sensitivity.STANDARD and not item.about_id


def _named(items):
    """What an agency was given, as its entry in the log names it: the items whose titles all may know."""
    titles = [item.title for item in items if _all_may_know(item)]
    if not titles:
        return ""
    count = f"Given {len(titles)} {'item' if len(titles) == 1 else 'items'}:"
    return "\n".join([count, *titles])


def _log_the_rest(incident, given, *, by):
    """The items of the other sections: one entry for each section that may read it, whatever the number of agencies.

    Those about a person have an entry of their own, which is about the same person.
    """
    by_section = {}
    for agency, items in given:
        for item in items:
            if not _all_may_know(item):
                whose = (item.section, item.sensitivity, item.about and item.about.uuid)
                by_section.setdefault(whose, []).append(f"{agency}: {item.title}")
    for (section, sensitivity, person), lines in by_section.items():
        count = f"{len(lines)} {'item' if len(lines) == 1 else 'items'}"
        log(
            incident, by=by, kind=LogKind.ITEM, section=section, sensitivity=sensitivity, person=person,
            text="\n".join([f"Assigned by mobilising: {count}", *lines]),
        )  # fmt: skip


def _people_of(items):
    """The people that the items are about: whoever is given one sees whom it is about."""
    return list(
        Entry.objects.filter(pk__in={item.about_id for item in items if item.about_id}, kind="person")
    )


@transaction.atomic
def mobilise(*, incident, by, calls, reason):
    """Engage the agencies, each with its sections and items, all of them or none; the response begins.

    An agency that is engaged already is given the items alone. The log has one entry for each agency, which says
    that it is engaged and names its items; the items' own histories keep that they were assigned.
    The incident is locked, then the items in the order of their keys, as wherever both are held: two who mobilise at
    once, or one who mobilises and one who categorises, wait in turn and never for each other.
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
    incident = lock(incident)
    rows = engines.lock(ChecklistItem.objects.filter(incident=incident, pk__in=wanted).order_by("pk"))
    held = {item.pk: item for item in rows}
    if not incident.live:
        raise Refused(f"{incident.reference} is closed. Reopen it before you mobilise.")
    now = clock.now()
    engaged = {
        row.agency_id: row
        for row in Engagement.objects.responding().filter(incident=incident).select_related("agency")
    }
    result, given = [], []
    for call in calls:
        if call.agency.csp_of_id == incident.partnership_id:
            raise Refused(f"{call.agency} owns this incident and needs no engagement.", "agencies")
        mine = [held[item.pk] for item in call.items if item.pk in held]
        mine = [item for item in mine if item.state == ItemState.OPEN and item.agency_id is None]
        check_may_have(call.agency, *(item.uuid for item in mine), field="agencies")
        named = _named(mine)
        engagement = engaged.get(call.agency.pk)
        if engagement is None:
            engagement = engage(
                incident=incident, agency=call.agency, by=by, reason=reason, sections=call.sections or None,
                gateway=call.gateway, people=_people_of(mine), words=named,
            )  # fmt: skip
            derive(engagement, remind_at=next_engagement_remind_at(engagement, now))
        else:
            if name_people(engagement=engagement, people=_people_of(mine)):
                disclose(engagement, by=by, reason=reason)
        if named and call.agency.pk in engaged:
            log(incident, by=by, kind=LogKind.ENGAGEMENT, about=engagement, text=f"{call.agency}. {named}")
        for item in mine:
            item.incident = incident
        _give(mine, agency=call.agency, by=by, now=now)
        given.append((call.agency, mine))
        result.append(engagement)
    _log_the_rest(incident, given, by=by)
    respond(incident=incident, by=by, reason=reason)
    wake()
    return result


@transaction.atomic
def stand_down(*, engagement, by, reason):
    """End an agency's part. What it held and did not finish is nobody's again, and coordinators see that."""
    items = _held(engagement)
    end_engagement(engagement=engagement, by=by, reason=reason)
    _take_back(items, engagement, by=by, why=f"{engagement.agency} was stood down")
    return engagement


def end_lapsed():
    """Engagements whose set end has passed: what they held is nobody's again. Returns how many; may run twice."""
    rows = list(lapsed_engagements()[:LAPSED_AT_ONCE])
    for engagement in rows:
        _end_lapsed(engagement, by=system_actor("end of access"))
    return len(rows)


@transaction.atomic
def _end_lapsed(engagement, *, by):
    items = _held(engagement)
    if lapse(engagement=engagement, by=by):
        _take_back(items, engagement, by=by, why=f"The access of {engagement.agency} ended")


def _held(engagement):
    """The open items that the agency holds, locked."""
    rows = ChecklistItem.objects.filter(
        incident=engagement.incident, agency=engagement.agency, state=ItemState.OPEN
    ).order_by("pk")
    return list(engines.lock(rows))


def _take_back(items, engagement, *, by, why):
    """The items are nobody's again, and the log says how many need another agency; of those that all may count."""
    now = clock.now()
    for item in items:
        item.incident = engagement.incident
        item.agency = item.assignee = item.seen_at = item.seen_by = None
        item.sent_back_at, item.sent_back_by = now, None
        item.sent_back_reason = f"{why}."
        item.remind_at = remind(item)
        save(item, by=by, reason="Stood down", fields=[*GIVEN, "remind_at"])
    counted = [item for item in items if item.sensitivity != Sensitivity.SEALED]
    if counted:
        text = f"{why}; of its items, {len(counted)} open ones need another agency."
        log(engagement.incident, by=by, kind=LogKind.ITEM, text=text)
    wake()


def record_told(*, engagement, by, told_how):
    """Somebody rang instead: who was told, and how."""
    return told(engagement=engagement, by=by, told_how=told_how)
