"""When a clock speaks: in hours of its own time from its own event, whatever the wall clock does."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from checklists.models import ClockKind
from reminders.registry import Step, look_at
from response.models import ContactClock

HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)
# Hours of the clock's own time after the event. The last step of each is its due time.
BEFORE: dict[str, tuple[tuple[timedelta, str], ...]] = {
    ClockKind.GOLDEN_HOUR: ((30 * HOUR / 60, "30min"), (50 * HOUR / 60, "50min")),
    ClockKind.FIRST_ATTEMPT: ((12 * HOUR, "12h"), (20 * HOUR, "20h")),
    ClockKind.CONTACT_MADE: ((24 * HOUR, "24h"), (40 * HOUR, "40h"), (46 * HOUR, "46h")),
    ClockKind.PROFESSIONALS: ((24 * HOUR, "24h"), (40 * HOUR, "40h"), (46 * HOUR, "46h")),
}
# Of the others, whose hours a partnership sets: the parts of their time after which they speak.
PARTS = ((1 / 2, "half"), (5 / 6, "soon"))
DAILY = (ClockKind.CONTACT_MADE, ClockKind.PROFESSIONALS, ClockKind.MASH_REFERRAL, ClockKind.LOCAL)


def deadline(row: ContactClock) -> datetime:
    """When contact was due. A miss stands where it was made, though the event's time was corrected later."""
    return row.missed_at or row.due_at


def steps(row: ContactClock, now: datetime) -> list[Step]:
    """All steps of a clock that runs; none of one that was met, stopped, rests, or was missed and explained."""
    if not row.running or row.paused_at or row.missed_cause:
        return []
    end = deadline(row)
    found = [Step(name, row.after(amount)) for amount, name in _before(row)]
    if row.kind == ClockKind.GOLDEN_HOUR:
        found.append(Step("booked", max(row.started_at, row.created_at)))
    found = [step for step in found if step.at < end] + [Step("due", end)]
    if row.kind in DAILY:
        late = max((now - end) // DAY, 0)
        found += [Step(f"late{n}", end + n * DAY) for n in range(max(late - 1, 1), late + 3)]
    return found


def _before(row: ContactClock) -> Iterable[tuple[timedelta, str]]:
    """What is said before the due time: (the clock's own time since its event, the name of the step)."""
    return BEFORE.get(row.kind) or [(part * row.hours * HOUR, name) for part, name in PARTS]


def next_remind_at(row: ContactClock, now: datetime) -> datetime | None:
    """When to look at a clock that was just written. One that ran out unnoticed is looked at now, to be marked missed.

    What is past when it is first written down is shown and not paged, so steps already behind are left out.
    """
    if row.running and not row.paused_at and row.missed_at is None and row.due_at <= now:
        return now
    return look_at(steps(row, now), row.remind_at, now)
