"""The contact items follow the clocks of the room above."""

from django.db import transaction
from django.db.models import Q

from checklists.actions.ending import ENDING
from checklists.actions.holding import said
from checklists.actions.reminding import remind, wake
from checklists.actions.returning import clear
from checklists.models import ChecklistItem, ItemState
from incidents.actions.log import log
from incidents.actions.saving import derive, save
from incidents.models import LogKind, Sensitivity
from svit import clock, engines


@transaction.atomic
def leave_contact_item(*, incident, kind, running):
    """A clock left the contact item, and nobody may learn that it did: no state, version or log entry moves.

    Where none runs any longer the item is one like any other, without a due time.
    """
    rows = ChecklistItem.objects.filter(incident=incident, clock_kind=kind, state=ItemState.OPEN)
    for item in engines.lock(rows):
        item.follows_clocks, item.due_at = bool(running), min(running, default=None)
        derive(item, follows_clocks=item.follows_clocks, due_at=item.due_at, remind_at=remind(item))


NO_CLOCK_RUNS = "No contact clock runs any longer."


def _met(ended, late):
    """Why the clocks end an item, in words that claim no more than happened."""
    which = "each clock that did not end unmet is met" if ended else "each young person's clock is met"
    return f"Done, because {which}" + (f", {late} of them late" if late else "")


def _follow(item, *, counted, running, ended, late, followed, by):
    """Move the item with its clocks: done, not needed or open again. Returns the words for the log, or nothing."""
    idle = item.state == ItemState.NOT_NEEDED
    if running and not item.is_open:
        clear(item)
        return "Open again, because a contact clock is running", ""
    if running or not counted or item.state == ItemState.DONE:
        return "", ""
    if counted > ended:
        state, verb, reason = ItemState.DONE, _met(ended, late), ""
    elif idle or not followed:
        return "", ""
    else:
        state, verb, reason = ItemState.NOT_NEEDED, "Not needed", NO_CLOCK_RUNS
    item.state, item.not_needed_reason = state, reason
    item.done_at = item.done_recorded_at = clock.now()
    item.done_by, item.done_for, item.told_by = by.user, by.agency, ""
    return verb, reason


@transaction.atomic
def settle_contact_item(*, incident, kind, clocks, running, by, ended=0, late=0):
    """A contact item follows the clocks of its kind: done once each young person's is met, open again otherwise.

    `clocks` is how many there are, `running` when those that run fall due, `ended` how many were stopped unmet, `late`
    how many were met late. A stopped clock is no met one: where all of them were stopped the item is not needed, until
    one runs again. Where there is no clock the item stands as it is, an item like any other. None where the incident
    has no such item, or where somebody marked it not needed.
    """
    rows = ChecklistItem.objects.filter(incident=incident, clock_kind=kind).exclude(
        ~Q(not_needed_reason=NO_CLOCK_RUNS), state=ItemState.NOT_NEEDED
    )
    item = engines.lock(rows.exclude(sensitivity=Sensitivity.SEALED).order_by("pk")).first()
    if item is None:
        return None
    item.incident = incident
    fields, followed, follows = [], item.follows_clocks, clocks > ended
    if followed != follows:
        item.follows_clocks = follows
        fields = ["follows_clocks"]
    if running and min(running) != item.due_at:
        item.due_at = min(running)
        fields += ["due_at"]
    verb, reason = _follow(
        item, counted=clocks, running=running, ended=ended, late=late, followed=followed, by=by
    )
    if verb:
        fields = [*fields, *ENDING]
    if not fields:
        return item
    item.remind_at = remind(item)
    save(item, by=by, reason=verb or "Follows the clocks", fields=[*fields, "remind_at"])
    if verb:
        log(
            incident,
            by=by,
            kind=LogKind.ITEM,
            section=item.section,
            about=item,
            text=said(verb, item, reason),
        )
    wake()
    return item
