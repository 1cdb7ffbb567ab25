"""Notes, items of the partnership's own, and what was seen."""

from django.db import transaction

from checklists import access
from checklists.actions.giving import check_whom
from checklists.actions.holding import hold, said, store
from checklists.actions.opening import add_item
from checklists.models import ItemKind, ItemSource
from incidents.actions.saving import derive
from incidents.models import Sensitivity
from svit import clock
from svit.refused import Refused


def keep_note(seen, item, words, file=None):
    """Keep `words`, where there are any, as a note of the locked item; a file that they tell of goes with them."""
    if words.strip():
        item.noted_at = clock.now()
        store(item, seen=seen, fields=["noted_at"], text=said("Note", item, words), file=file)
    return item


@transaction.atomic
def add_note(*, seen, item, note):
    """A note about the item. It stands in the log, where it can be withheld."""
    return keep_note(seen, hold(seen, item, access.can_work), note)


@transaction.atomic
def add_local_item(
    *, seen, phase, title, section, kind=ItemKind.ACTION, details="", agency=None, assignee=None, due_at=None,
    every="", sensitivity=Sensitivity.STANDARD,
):  # fmt: skip
    """An item of the partnership's own."""
    if not access.can_add(seen):
        raise Refused("Only a coordinator of the owning partnership adds an item.")
    if kind == ItemKind.RECURRING and not every:
        raise Refused("Choose how often it is checked.", "every")
    if sensitivity == Sensitivity.SEALED:
        raise Refused("An item is sealed only with the record that it is about.", "sensitivity")
    if agency is not None:
        check_whom(seen.incident, agency, assignee)
    return add_item(
        incident=seen.incident, by=seen.actor, phase=phase, title=title, section=section, kind=kind, details=details,
        agency=agency, assignee=assignee, due_at=due_at, every=every if kind == ItemKind.RECURRING else "",
        sensitivity=sensitivity, source=ItemSource.LOCAL,
    )  # fmt: skip


def mark_seen(*, seen, item):
    """Somebody of the agency that holds the item opened it for the first time; nobody else's look counts."""
    if item.seen_at is None and access.holds(seen, item):
        derive(item, seen_at=clock.now(), seen_by=seen.actor.user)
