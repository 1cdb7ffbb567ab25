"""How every act on an item begins and ends: held and asked again, then stored, told and remembered."""

from checklists import access
from checklists.actions.reminding import remind, wake
from checklists.models import ChecklistItem
from incidents.actions.log import log
from incidents.actions.saving import derive, save
from incidents.models import LogKind, Sensitivity
from reminders.actions import over
from svit import engines
from svit.prepared import Prepared
from svit.refused import Refused


def hold(seen, item, may):
    """The item as it stands now, held until the transaction ends; `may` is asked again of that row.

    One query: the row is locked only where the actor's agency still has its part in the incident.
    """
    held = next(iter(_standing(seen, pk=item.pk)), None)
    if held is None:
        raise Refused("Your agency is no longer part of this incident.")
    seen.incident = held.incident
    if not may(seen, held):
        raise Refused("This item is no longer yours to change: it was passed on, or the incident was closed.")
    return held


@Prepared
def _standing(seen, pk):
    rows = access.standing(seen).select_related("incident__partnership", "agency", "template_item", "about")
    return engines.lock(rows.filter(pk=pk))


def tell(item, *, seen, text, kind=LogKind.ITEM, occurred_at=None, late_reason=""):
    """The log entry of an act on the item; a sealed item's hangs on the sealed record, for its holders alone."""
    sealed = item.sensitivity == Sensitivity.SEALED and item.about_id
    return log(
        item.incident,
        by=seen.actor,
        kind=kind,
        text=text,
        section=item.section,
        sensitivity=item.sensitivity,
        about=item.about if sealed else item,
        occurred_at=occurred_at,
        late_reason=late_reason,
    )


def store(item, *, seen, fields, text, reason="", file=None, **told):
    """Save the named fields with their history, append to the log as `tell` does, and look at the reminders again.

    `file` is kept by this act: what withholds its entry in the log withholds the file.
    """
    item.remind_at = remind(item)
    save(item, by=seen.actor, reason=reason, fields=[*fields, "remind_at"])
    if not item.is_open:
        over(item.uuid)
    entry = tell(item, seen=seen, text=text, **told)
    if file is not None:
        derive(file, told_in=entry)
    wake()
    return item


def seal_items(*, entry, by):
    """The items about a record that was sealed are its holders' alone; the act is in the access record alone."""
    rows = ChecklistItem.objects.filter(about=entry).exclude(sensitivity=Sensitivity.SEALED).order_by("pk")
    for item in engines.lock(rows):
        item.sensitivity = Sensitivity.SEALED
        save(item, by=by, reason="Sealed", fields=["sensitivity"])


def said(verb, item, words=""):
    """`Marked done: title`, and on the next line what the person wrote."""
    return f"{verb}: {item.title}" + (f"\n{words.strip()}" if words.strip() else "")
