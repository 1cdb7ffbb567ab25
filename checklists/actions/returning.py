"""An item comes back: undone by who ticked it, or reopened with a reason."""

from django.db import transaction
from django.db.models import Subquery

from checklists import access
from checklists.actions.ending import ENDING
from checklists.actions.holding import hold, said, store
from checklists.models import ChecklistItem, ItemState
from svit.refused import Refused


@transaction.atomic
def undo(*, seen, item):
    """Take one's own tick back within ten minutes; the log keeps both."""
    item = hold(seen, item, access.can_work)
    if not access.can_undo(seen, item):
        raise Refused("This can no longer be undone. Reopen the item and say why.")
    ticked = item.history.filter(done_recorded_at=item.done_recorded_at).order_by("history_id")
    before = (
        item.history.filter(history_id__lt=Subquery(ticked.values("history_id")[:1]))
        .order_by("-history_id")
        .first()
    )
    if before is None:
        raise Refused("This can no longer be undone. Reopen the item and say why.")
    for name in ENDING:
        field = ChecklistItem._meta.get_field(name).attname
        setattr(item, field, getattr(before, field))
    store(item, seen=seen, fields=ENDING, text=said("Undone", item), reason="Undone")
    return item


@transaction.atomic
def reopen(*, seen, item, reason):
    """A finished item is worked on again, and why; the log keeps both."""
    item = hold(seen, item, access.can_work)
    if item.is_open:
        raise Refused("This item is open already.")
    if not access.can_reopen(seen, item):
        raise Refused("This item is open again when a contact clock runs.")
    clear(item)
    store(item, seen=seen, fields=ENDING, text=said("Reopened", item, reason), reason=reason)
    return item


def clear(item):
    item.state, item.answer, item.told_by, item.not_needed_reason = ItemState.OPEN, "", "", ""
    item.done_at = item.done_by = item.done_for = item.done_recorded_at = None
