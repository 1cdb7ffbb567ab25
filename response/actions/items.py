"""The contact items of the checklist follow the clocks of the people."""

from checklists.actions import leave_contact_item, settle_contact_item
from incidents.models import Sensitivity
from response.models import ContactClock

KINDS = tuple(ContactClock.HOURS)  # a clock that a partnership added has no item


def _counted(incident, kind):
    """The clocks of a kind that count in its contact item, and when those that run fall due; no sealed person's."""
    rows = list(
        ContactClock.objects.filter(person__entry__incident=incident, kind=kind).exclude(
            person__entry__sensitivity=Sensitivity.SEALED
        )
    )
    return rows, [row.due_at for row in rows if row.running]


def settle(incident, *, kind, by):
    """The contact item of a kind is done when each of its clocks that was not ended is met."""
    rows, running = _counted(incident, kind)
    settle_contact_item(
        incident=incident, kind=kind, clocks=len(rows), running=running, by=by,
        ended=sum(row.met_at is None and row.stopped_at is not None for row in rows),
        late=sum(row.late for row in rows),
    )  # fmt: skip


def settle_of(person, *, kinds, by):
    """The same after an act on one person's clocks. A sealed person's counts in no item: what an item had to catch up
    on would be written down at that minute, and tell others of the act.
    """
    if person.entry.sensitivity != Sensitivity.SEALED:
        for kind in KINDS:  # in one order, as wherever several are held
            if kind in kinds:
                settle(person.entry.incident, kind=kind, by=by)


def leave_items(incident):
    """After a sealing: the contact items no longer go by that person's clocks, and nothing is written that tells."""
    for kind in KINDS:
        _, running = _counted(incident, kind)
        leave_contact_item(incident=incident, kind=kind, running=running)
