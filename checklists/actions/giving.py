"""Whose an item is, and by when: given, passed on, sent back, its due time moved."""

from django.db import transaction

from checklists import access
from checklists.actions.holding import hold, said, store
from checklists.actions.reminding import remind, wake
from incidents.actions.engagement import disclose, name_people
from incidents.actions.log import log
from incidents.actions.saving import conflict, merge, save
from incidents.actions.sharing import check_may_have
from incidents.models import Engagement, LogKind
from partners.models import WORKING_ROLES, Membership
from svit import clock, engines
from svit.conflicts import THEIRS
from svit.merging import as_of
from svit.refused import Refused
from svit.templatetags.svit import when


def check_whom(incident, agency, assignee):
    """Refuse an agency that has no part in the incident, and a person who does not work items there."""
    if not agency.active:
        raise Refused(f"{agency} is no longer active.", "whom")
    owner = agency.csp_of_id == incident.partnership_id
    if not owner and not Engagement.objects.responding().filter(incident=incident, agency=agency).exists():
        raise Refused(f"{agency} is not engaged in {incident.reference}. Mobilise it first.", "whom")
    if assignee is None:
        return
    if not Membership.objects.current().filter(user=assignee, agency=agency, role__in=WORKING_ROLES).exists():
        raise Refused(f"{assignee} does not work items for {agency}.", "whom")


def _give(item, *, agency, assignee, by, now):
    item.agency, item.assignee = agency, assignee
    item.assigned_at, item.assigned_by = now, by.user
    item.seen_at = item.seen_by = None
    item.sent_back_at, item.sent_back_by, item.sent_back_reason = None, None, ""
    item.tell_at = now


GIVING = (
    "agency", "assignee", "assigned_at", "assigned_by", "seen_at", "seen_by", "sent_back_at", "sent_back_by",
    "sent_back_reason", "tell_at",
)  # fmt: skip


def _whom(agency, assignee):
    return f"{agency or 'nobody'}" + (f", {assignee.name}" if assignee else "")


def _told(agency, assignee):
    """The same as the log has it, which names nobody's workers to others."""
    return f"{agency}, one of its workers" if assignee else f"{agency}"


def _assigned_since(item, version):
    """Whether somebody else passed the item on since the page with `version` was drawn."""
    base = None if version in (None, item.version) else as_of(item, version)
    return base is not None and (base.agency_id, base.assignee_id) != (item.agency_id, item.assignee_id)


@transaction.atomic
def assign(*, seen, item, agency, assignee=None, note="", version=None, choice=None):
    """Give the item to an agency, and to a person in it where one is named; they are told at once."""
    item = hold(seen, item, access.can_assign)
    if not item.is_open:
        raise Refused("This item is finished. Reopen it before you pass it on.")
    if not seen.coordinates and agency.pk != seen.actor.agency.pk:
        raise Refused("Only a coordinator gives an item to another agency. Send it back instead.", "whom")
    check_whom(item.incident, agency, assignee)
    check_may_have(agency, item.uuid, item.about and item.about.uuid, field="whom")
    if _assigned_since(item, version) and (item.agency, item.assignee) != (agency, assignee):
        kept = choice.keep.get("whom") if choice and choice.against == item.version else None
        if kept is None:
            raise conflict(
                item, {"whom": _whom(item.agency, item.assignee)}, by=seen.actor, what="who does it"
            )
        if kept == THEIRS:
            return item
    _give(item, agency=agency, assignee=assignee, by=seen.actor, now=clock.now())
    _name(item, agency, by=seen.actor)
    if note.strip():
        item.noted_at = clock.now()
    words = f"To {_told(agency, assignee)}."
    store(
        item, seen=seen, fields=[*GIVING, "noted_at"], reason="Assigned",
        text=said("Assigned", item, f"{words}\n{note}"),
    )  # fmt: skip
    return item


def _name(item, agency, *, by):
    """Whoever is given an item about a person sees that person."""
    if not item.about_id or item.about.kind != "person":
        return
    engagement = Engagement.objects.responding().filter(incident=item.incident_id, agency=agency).first()
    if engagement and name_people(engagement=engagement, people=[item.about]):
        disclose(engagement, by=by, reason="Given an item about this person.")


@transaction.atomic
def reassign(*, actor, items, assignee):
    """Give several items of one agency to one colleague, over all incidents: all of them, or none.

    `items` come through the door. Closed ones are left as they are. Returns how many moved.
    """
    agency = actor.agency
    if (
        assignee is not None
        and not Membership.objects.current()
        .filter(user=assignee, agency=agency, role__in=WORKING_ROLES)
        .exists()
    ):
        raise Refused(f"{assignee} does not work items for {agency}.", "whom")
    wanted = access.visible_items(actor).filter(pk__in=[item.pk for item in items], agency=agency)
    rows = engines.lock(wanted.select_related("incident__partnership").order_by("pk"))
    now, moved = clock.now(), 0
    for item in rows:
        if not item.is_open or not item.incident.live:
            continue
        _give(item, agency=agency, assignee=assignee, by=actor, now=now)
        item.remind_at = remind(item)
        save(item, by=actor, reason="Reassigned", fields=[*GIVING, "remind_at"])
        log(
            item.incident, by=actor, kind=LogKind.ITEM, section=item.section, sensitivity=item.sensitivity,
            about=item, text=said("Assigned", item, f"To {_told(agency, assignee)}."),
        )  # fmt: skip
        moved += 1
    wake()
    return moved


@transaction.atomic
def send_back(*, seen, item, reason):
    """Not ours: the item goes back to the coordinator, who is told at once. It is nobody's until given again."""
    item = hold(seen, item, access.can_work)
    if not access.can_send_back(seen, item):
        raise Refused("Only the agency that holds an open item can send it back.")
    now = clock.now()
    item.sent_back_by = item.agency
    item.agency = item.assignee = item.seen_at = item.seen_by = None
    item.sent_back_at, item.sent_back_reason, item.tell_at = now, reason, now
    store(
        item, seen=seen, reason=reason, text=said("Sent back", item, reason),
        fields=[
            "agency", "assignee", "seen_at", "seen_by", "sent_back_at", "sent_back_by", "sent_back_reason", "tell_at",
        ],
    )  # fmt: skip
    return item


@transaction.atomic
def set_due(*, seen, item, due_at, reason, version=None, choice=None):
    """Move the due time, and why. Somebody else's move in between is shown and not overwritten."""
    item = hold(seen, item, access.can_work)
    if not access.can_reschedule(seen, item):
        raise Refused("The due time of this item is not yours to move.")
    changed = merge(item, by=seen.actor, version=version, changes={"due_at": due_at}, choice=choice)
    if not changed:
        return item
    was = f"Was {when(item.due_at)}. " if item.due_at else ""
    item.due_at = due_at
    store(
        item, seen=seen, fields=["due_at"], reason=reason,
        text=said(f"Due time moved to {when(due_at)}", item, f"{was}{reason}"),
    )  # fmt: skip
    return item
