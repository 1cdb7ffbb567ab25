"""What items are reminded of: given to somebody, sent back, falling due, overdue."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from checklists import access
from checklists.models import ChecklistItem, ItemState
from incidents.access import Sight
from incidents.models import AT_REST, Engagement, LogKind, Sensitivity
from incidents.reminders import UNSEEN, OfIncident
from partners import on_call
from reminders import registry
from reminders.models import Unreached
from reminders.registry import Due, Level, Step, is_late, look_at, reached, upcoming
from reminders.times import after_the_night, days_after

DAY = timedelta(days=1)


class OfItem(OfIncident):
    """A kind whose rows are items."""

    noun = ("item", "items")
    model = ChecklistItem
    of_incident = "incident"
    speaking = Q(state=ItemState.OPEN)
    related = ("incident__partnership", "agency__csp_of", "about")

    def subjects(self) -> QuerySet:
        return super().subjects().annotate(resting=access.resting())

    def sees(self, seen: Sight, row: Any) -> bool:
        return access.sees(seen, row)

    def sealed_entry(self, row: Any) -> int | None:
        return row.about_id if row.sensitivity == Sensitivity.SEALED else None

    def told(self, row: Any) -> dict[str, Any]:
        """A sealed item's entry hangs on the sealed record, for its holders alone."""
        sealed = row.sensitivity == Sensitivity.SEALED and row.about_id
        return {
            "kind": LogKind.ITEM,
            "about": row.about if sealed else row,
            "section": row.section,
            "sensitivity": row.sensitivity,
        }

    def heading(self, row: Any, what: str) -> str:
        return f"{what}: {row.title}"

    def url(self, notification: Any) -> str:
        return notification.about.get_absolute_url()

    def deadline(self, notification: Any) -> datetime | None:
        return notification.about.due_at


def presses(item: ChecklistItem) -> bool:
    """Whether somebody still has to do it: the incident is live, and the phase neither closed nor left out."""
    if not (item.is_open and item.incident.live):
        return False
    resting = getattr(item, "resting", None)  # comes along where the reminders read many together
    return not (item.incident.phases.filter(AT_REST, key=item.phase).exists() if resting is None else resting)


# --- Assigned and sent back, which share the column `tell_at`


def _holder(item: ChecklistItem) -> str:
    """Whom the item waits for, as the level above is told where they cannot be reached."""
    return Unreached.HOLDER if item.assignee_id else Unreached.AGENCY


def was_sent_back(item: ChecklistItem) -> bool:
    """Whether the latest that happened to the item's holder is that it was sent back."""
    return item.sent_back_at is not None and (
        item.agency_id is None or item.assigned_at is None or item.assigned_at <= item.sent_back_at
    )


class Assigned(OfItem):
    """To the assignee, else to whoever is on duty at the agency; unopened for 15 minutes, to the coordinators.

    The 15 minutes count from when the message could be read, so not through the night. An agency that has not even
    opened the incident is spoken of by its mobilising.
    """

    key = "assigned"
    column = "tell_at"
    of_incident = ""
    only = Q(agency__isnull=False) & (Q(sent_back_at=None) | Q(sent_back_at__lt=F("assigned_at")))
    TOLD, NOBODY, UNSEEN = "told", "nobody", "unseen"

    def say(self, row: Any, now: datetime) -> list[Due]:
        if not self._waits(row):
            return []
        at, owner = row.assigned_at, row.incident.partnership
        holders = self._holders(row, now)
        if self._first(row):
            late = now - at > registry.LATE_AFTER
            others = tuple(user for user in holders if user != row.assigned_by_id)
            if holders and not others:
                return []
            return [Due(self.TOLD, at, others, self._above(row, now), who=_holder(row), late=late)]
        own = row.agency.csp_of_id == row.incident.partnership_id
        if own or row.assigned_by_id in holders or self._not_even_mobilised(row):
            return []
        late = now - row.tell_at > registry.LATE_AFTER
        return [Due(self.UNSEEN, at, (), on_call.above(owner, now), late=late)]

    def _above(self, row: Any, now: datetime) -> Iterator[Level]:
        """The agency, where its item is somebody's; then the coordinators, who telephone it."""
        if row.assignee_id:
            yield Level(on_call.duty_users(row.agency, now) + on_call.managers(row.agency))
        for level in on_call.above(row.incident.partnership, now):
            yield level._replace(step=self.NOBODY)

    def _waits(self, row: Any) -> bool:
        return row.assigned_at is not None and row.seen_at is None and presses(row)

    def _first(self, row: Any) -> bool:
        return row.tell_at < row.assigned_at + UNSEEN

    def _holders(self, row: Any, now: datetime) -> tuple[int, ...]:
        return (row.assignee_id,) if row.assignee_id else on_call.duty_users(row.agency, now)

    def _not_even_mobilised(self, row: Any) -> bool:
        engaged = Engagement.objects.current().filter(incident=row.incident, agency=row.agency)
        return engaged.filter(seen_at=None, told_how="").exists()

    def next_at(self, row: Any, now: datetime) -> datetime | None:
        return after_the_night(now) + UNSEEN if self._waits(row) and self._first(row) else None

    def still_due(self, notification: Any) -> bool:
        row = notification.about
        if row.assigned_at != notification.due_at or was_sent_back(row):
            return False
        return (notification.step == self.TOLD or row.seen_at is None) and presses(row)

    def words(self, notification: Any) -> str:
        if notification.step == self.NOBODY:
            return "An item was given to an agency and nobody there can be told. Telephone it."
        if notification.step == self.UNSEEN:
            return "An item was given to an agency and has not been opened for 15 minutes."
        if notification.about.assignee_id == notification.recipient_id:
            return "You have been given an item."
        return "Your agency has been given an item."


class SentBack(OfItem):
    """To the coordinators: the item is nobody's again."""

    key = "sent_back"
    column = "tell_at"
    of_incident = ""
    only = Q(sent_back_at__isnull=False) & (
        Q(agency=None) | Q(assigned_at=None) | Q(assigned_at__lte=F("sent_back_at"))
    )

    def say(self, row: Any, now: datetime) -> list[Due]:
        if not presses(row):
            return []
        late = now - row.sent_back_at > registry.LATE_AFTER
        owner = row.incident.partnership
        people, above = on_call.coordinators(owner), on_call.above(owner, now)
        return [Due("sent_back", row.sent_back_at, people, above, who=Unreached.COORDINATORS, late=late)]

    def next_at(self, row: Any, now: datetime) -> datetime | None:
        return None

    def still_due(self, notification: Any) -> bool:
        row = notification.about
        return row.sent_back_at == notification.due_at and was_sent_back(row) and presses(row)

    def may_snooze(self, step: str) -> bool:
        return True

    def words(self, notification: Any) -> str:
        return "An item was sent back and needs another agency."


# --- Due and overdue


def steps(item: ChecklistItem, now: datetime) -> list[Step]:
    """A day before (or half of the item's time, where that is shorter), at the due time, then each day.

    Of a contact item that follows clocks nothing is said here: the clocks say it.
    """
    if not item.is_open or item.due_at is None or item.follows_clocks:
        return []
    due_at, whole = item.due_at, item.due_at - (item.checked_at or item.opened_at)
    before = days_after(due_at, -1) if whole >= 2 * DAY else due_at - whole / 2
    late = max((now - due_at) // DAY, 0)
    return [
        Step("before", before),
        Step("due", due_at),
        *(Step(f"overdue{days}", days_after(due_at, days)) for days in range(max(late - 1, 1), late + 3)),
    ]


def next_remind_at(item: ChecklistItem, now: datetime) -> datetime | None:
    """When to look at an item that was just written. Call it whenever its state or due time changes."""
    return look_at(steps(item, now), item.remind_at, now)


class ItemDue(OfItem):
    """To the assignee, else the agency, else the coordinators; the agency's manager when it is a day late, the

    coordinators when it is two.
    """

    key = "item_due"
    only = Q(follows_clocks=False)

    def say(self, row: Any, now: datetime) -> list[Due]:
        step = reached(steps(row, now), row.remind_at, now) if presses(row) else None
        if step is None:
            return []
        owner, days, late = row.incident.partnership, self.days_late(step.name), is_late(step, now)
        told = []
        if row.agency:
            holders = (row.assignee_id,) if row.assignee_id else on_call.duty_users(row.agency, now)
            told.append((holders, on_call.above(owner, now, row.agency), _holder(row)))
            if days >= 1:
                told.append((on_call.managers(row.agency), on_call.above(owner, now), ""))
        if not row.agency or days >= 2:
            told.append((on_call.coordinators(owner), on_call.above(owner, now), Unreached.COORDINATORS))
        return [Due(step.name, row.due_at, people, above, who=who, late=late) for people, above, who in told]

    @staticmethod
    def days_late(step: str) -> int:
        return int(step.removeprefix("overdue")) if step.startswith("overdue") else 0

    def next_at(self, row: Any, now: datetime) -> datetime | None:
        return upcoming(steps(row, now), now) if presses(row) else None

    def still_due(self, notification: Any) -> bool:
        """It is open, due when it was, and was not given to somebody else since."""
        row = notification.about
        moved = row.assigned_at is not None and row.assigned_at > notification.said_at
        return row.due_at == notification.due_at and not moved and presses(row)

    def may_snooze(self, step: str) -> bool:
        return True

    def moved(self, notification: Any) -> bool:
        return notification.about.due_at != notification.due_at

    def words(self, notification: Any) -> str:
        what = "An item" if notification.about.agency_id else "An item that no agency holds"
        if notification.step == "before":
            return f"{what} falls due."
        return f"{what} is due now." if notification.step == "due" else f"{what} is overdue."


for kind in (Assigned(), SentBack(), ItemDue()):
    registry.register(kind)
