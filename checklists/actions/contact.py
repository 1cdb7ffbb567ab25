"""The contact items follow the clocks of the room above."""

from django.db import transaction

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


@transaction.atomic
def settle_contact_item(*, incident, kind, clocks, running, by):
    """A contact item follows the clocks of its kind: done once each young person's is met, open again otherwise.

    `clocks` is how many there are, `running` when those that run fall due. Where there is none the item stands as
    it is, an item like any other. None where the incident has no such item, or where it was marked not needed.
    """
    rows = ChecklistItem.objects.filter(incident=incident, clock_kind=kind).exclude(
        state=ItemState.NOT_NEEDED
    )
    item = engines.lock(rows.exclude(sensitivity=Sensitivity.SEALED).order_by("pk")).first()
    if item is None:
        return None
    item.incident = incident
    now, fields, verb = clock.now(), [], ""
    if item.follows_clocks != bool(clocks):
        item.follows_clocks = bool(clocks)
        fields = ["follows_clocks"]
    if running and min(running) != item.due_at:
        item.due_at = min(running)
        fields += ["due_at"]
    if clocks and not running and item.is_open:
        item.state, item.done_at, item.done_recorded_at = ItemState.DONE, now, now
        item.done_by, item.done_for = by.user, by.agency
        fields, verb = [*fields, *ENDING], "Done, because each young person's clock is met"
    elif running and item.state == ItemState.DONE:
        clear(item)
        fields, verb = [*fields, *ENDING], "Open again, because a contact clock is running"
    if not fields:
        return item
    item.remind_at = remind(item)
    save(item, by=by, reason=verb or "Follows the clocks", fields=[*fields, "remind_at"])
    if verb:
        log(incident, by=by, kind=LogKind.ITEM, section=item.section, about=item, text=said(verb, item))
    wake()
    return item
