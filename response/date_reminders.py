"""What key dates are reminded of: 28, 14, 7 and 1 days before and on the day, at nine on the wall, in gentle words."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from incidents import offers
from incidents.models import Incident, ReportState, Sensitivity
from incidents.reminders import OfIncident
from partners import on_call
from partners.models import User
from reminders import registry
from reminders.registry import Due, Step, is_late, look_at, reached, upcoming
from reminders.times import MORNING, anniversary, on_the_wall
from response.date_access import who_read
from response.models import DateKind, KeyDate
from svit import clock
from svit.templatetags.svit import day

DAYS = (28, 14, 7, 1, 0)
GONE = (ReportState.DECLINED, ReportState.JOINED)
WORDS = {
    DateKind.BIRTHDAY: "A birthday that matters to the family of an incident is on {day}. Ask what they wish before"
    " anything is done.",
    DateKind.ANNIVERSARY: "The anniversary of an incident is on {day}. The family's wishes come first.",
    DateKind.COURT: "A court hearing about an incident is on {day}. Ask what the family wishes, and see that whoever it"
    " touches is prepared.",
    DateKind.INQUEST: "An inquest about an incident is on {day}. Ask what the family wishes, and see that whoever it"
    " touches is prepared.",
    DateKind.FUNERAL: "A funeral is on {day}. Ask what the family wishes before anything is done.",
    DateKind.MEMORIAL: "A memorial is to be taken away on {day}. The family is told first.",
    DateKind.RELEASE: "A release that matters to those around an incident is on {day}. See that whoever it touches is"
    " prepared.",
    DateKind.OTHER: "A date that matters to the family of an incident is on {day}. Ask what they wish before anything"
    " is done.",
}


def steps(row: KeyDate, now: datetime) -> list[Step]:
    """All steps of the days on which it is kept around `now`; none where it is kept no more."""
    if row.dropped or row.entry.incident.report_state in GONE:
        return []
    days = {row.on}
    if row.yearly:
        year = clock.local(now).year
        days |= {anniversary(row.on, one) for one in range(max(year - 1, row.on.year), year + 2)}
    return [
        Step(f"{before}d", on_the_wall(one - timedelta(days=before), MORNING))
        for one in sorted(days)
        for before in DAYS
    ]


def next_remind_at(row: KeyDate, now: datetime) -> datetime | None:
    """When to look at a date that was just written. What is past by then is shown and not said."""
    return look_at(steps(row, now), row.remind_at, now)


class KeyDates(OfIncident):
    """A day that matters, to the coordinators and to those who were chosen for it, as far as they may read it."""

    key = "key_date"
    noun = ("key date", "key dates")
    model = KeyDate
    named = "entry__uuid"
    leads_to = "entry__incident"
    related = ("entry__incident__partnership",)

    def incident(self, row: KeyDate) -> Incident:
        return row.entry.incident

    def say(self, row: KeyDate, now: datetime) -> list[Due]:
        step = reached(steps(row, now), row.remind_at, now)
        if step is None:
            return []
        kept_on = clock.local(step.at).date() + timedelta(days=int(step.name[:-1]))
        chosen = (
            tuple(User.objects.filter(uuid__in=row.told).values_list("pk", flat=True)) if row.told else ()
        )
        people = on_call.coordinators(self.incident(row).partnership) + chosen
        return [
            Due(
                step.name,
                on_the_wall(kept_on, MORNING),
                tuple(dict.fromkeys(people)),
                late=is_late(step, now),
            )
        ]

    def next_at(self, row: KeyDate, now: datetime) -> datetime | None:
        return upcoming(steps(row, now), now)

    def allowed(self, row: KeyDate, users: Collection[int]) -> set[int]:
        return who_read(row, users)

    def sealed_entry(self, row: KeyDate) -> int | None:
        return row.entry_id if row.entry.sensitivity == Sensitivity.SEALED else None

    def still_due(self, notification: Any) -> bool:
        """The date was neither moved nor dropped meanwhile."""
        return notification.about.is_kept_on(clock.local(notification.due_at).date())

    def words(self, notification: Any) -> str:
        return WORDS[notification.about.what].format(day=day(clock.local(notification.due_at).date()))

    def url(self, notification: Any) -> str:
        row = notification.about
        return reverse("key-date", args=[row.entry.incident.uuid, row.entry.uuid])


registry.register(KeyDates())


@offers.anniversary_kept
def anniversary_kept(incident: Incident) -> bool:
    """Whether a key date speaks for the anniversary; one that is sealed does not, or its silence would tell of it."""
    rows = KeyDate.objects.filter(
        entry__incident=incident, what=DateKind.ANNIVERSARY, yearly=True, dropped=False
    )
    return rows.exclude(entry__sensitivity=Sensitivity.SEALED).exists()
