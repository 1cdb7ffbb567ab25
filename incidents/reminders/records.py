"""Records by which somebody has to act: the day before, when it falls due, and each morning after."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from incidents.access import Sight, is_masked, visible_entries
from incidents.models import KINDS, Entry, Incident, LogKind, Sensitivity
from incidents.reminders.of_incident import OfIncident
from partners import on_call
from reminders.registry import Due, Step, is_late, look_at, reached, upcoming
from reminders.times import MORNING, on_the_wall
from svit import clock


def steps(entry: Entry, now: datetime) -> list[Step]:
    """When a record that falls due speaks, around `now`; one of a kind with pages of its own has its own reminders."""
    if entry.due_at is None or KINDS[entry.kind].page != "record":
        return []
    day = clock.local(entry.due_at).date()
    days = max((clock.local(now).date() - day).days, 0) + 1
    mornings = [on_the_wall(day + timedelta(days=later), MORNING) for later in range(1, days + 1)]
    return [
        Step("before", entry.due_at - timedelta(days=1)),
        Step("due", entry.due_at),
        *(Step(f"late{number}", at) for number, at in enumerate(mornings, 1)),
    ]


def next_remind_at(entry: Entry, now: datetime) -> datetime | None:
    """When to look at a record that was just written."""
    return look_at(steps(entry, now), entry.remind_at, now)


class RecordDue(OfIncident):
    """What a record asks to be done by a time: to whoever wrote it down and their agency, late ones to coordinators."""

    key = "record_due"
    noun = ("record that falls due", "records that fall due")
    model = Entry
    only = Q(due_at__isnull=False)
    related = ("incident__partnership", "owner", "created_by")
    of_incident = "incident"

    def say(self, row: Entry, now: datetime) -> list[Due]:
        step = reached(steps(row, now), row.remind_at, now) if row.incident.live else None
        if step is None:
            return []
        owner = row.owner
        people = on_call.members(owner) if owner else ()
        if step.name.startswith("late") or not people:
            people = tuple(dict.fromkeys((*people, *on_call.coordinators(row.incident.partnership))))
        above = on_call.above(row.incident.partnership, now, owner)
        return [Due(step.name, row.due_at, people, above, late=is_late(step, now))]

    def next_at(self, row: Entry, now: datetime) -> datetime | None:
        return upcoming(steps(row, now), now) if row.incident.live else None

    def sees(self, seen: Sight, row: Entry) -> bool:
        return visible_entries(seen).filter(pk=row.pk).exists() and not is_masked(seen, row)

    def sealed_entry(self, row: Entry) -> int | None:
        return row.pk if row.sensitivity == Sensitivity.SEALED else None

    def still_due(self, notification: Any) -> bool:
        return notification.about.due_at == notification.due_at and notification.about.incident.live

    def may_snooze(self, step: str) -> bool:
        return True

    def moved(self, notification: Any) -> bool:
        return notification.about.due_at != notification.due_at

    def told(self, row: Entry) -> dict[str, Any]:
        return {"kind": LogKind.RECORD, "section": row.section, "sensitivity": row.sensitivity, "about": row}

    def heading(self, row: Entry, what: str) -> str:
        return f"{row.title}: {what}."

    def words(self, notification: Any) -> str:
        said = KINDS[notification.about.kind].due_words
        late = notification.step.startswith("late")
        return f"{said} {'This is overdue.' if late else 'This falls due.'}"

    def deadline(self, notification: Any) -> datetime | None:
        return notification.due_at

    def url(self, notification: Any) -> str:
        row: Incident = notification.about.incident
        return reverse("record", args=[row.uuid, notification.about.uuid])
