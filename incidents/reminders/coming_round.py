"""Reports that wait and anniversaries, which share the incident's one column."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from incidents import offers
from incidents.models import Incident, ReportState
from incidents.models.incident import IncidentKind
from incidents.reminders.of_incident import OfIncident
from partners import on_call
from reminders.models import Unreached
from reminders.registry import Due, Step, is_late, look_at, reached, upcoming
from reminders.times import MORNING, anniversary, on_the_wall
from svit import clock
from svit.templatetags.svit import day


def next_remind_at(incident: Incident, now: datetime) -> datetime | None:
    """When to look at an incident that was just written. Call it when one is logged, accepted, declined or moved."""
    if incident.report_state == ReportState.UNCONFIRMED:
        return look_at(report_steps(incident), incident.remind_at, now)
    if has_anniversary(incident):
        return look_at(anniversary_steps(incident, now), incident.remind_at, now)
    return None


def report_steps(incident: Incident) -> list[Step]:
    at = incident.logged_at
    return [
        Step("report", at),
        Step("15min", at + timedelta(minutes=15)),
        Step("30min", at + timedelta(minutes=30)),
    ]


class Unconfirmed(OfIncident):
    """A partner's report that waits: at once, after 15 and 30 minutes to the coordinators on call."""

    key = "unconfirmed"
    noun = ("unconfirmed report", "unconfirmed reports")
    model = Incident
    only = Q(report_state=ReportState.UNCONFIRMED)
    related = ("partnership",)
    leads_to = ""

    def incident(self, row: Incident) -> Incident:
        return row

    def say(self, row: Incident, now: datetime) -> list[Due]:
        step = reached(report_steps(row), row.remind_at, now)
        if step is None:
            return []
        late = is_late(step, now)
        dues = [Due(step.name, row.logged_at, (), on_call.above(row.partnership, now), late=late)]
        if step.name == "30min":
            dues.append(Due(step.name, row.logged_at, on_call.csp_managers(row.partnership), late=late))
        return dues

    def next_at(self, row: Incident, now: datetime) -> datetime | None:
        return upcoming(report_steps(row), now)

    def urgent(self, step: str) -> bool:
        return True

    def still_due(self, notification: Any) -> bool:
        return notification.about.unconfirmed

    def words(self, notification: Any) -> str:
        if notification.step == "report":
            return "A partner reported an incident. Confirm or decline it."
        return "A partner's report of an incident still waits. Confirm or decline it."


ANNIVERSARY_DAYS = (28, 14, 7, 1, 0)


def has_anniversary(incident: Incident) -> bool:
    """Incidents that the partnership took on, closed ones too; an urgent response without an incident has none."""
    return incident.report_state == ReportState.ACCEPTED and incident.kind == IncidentKind.INCIDENT


def anniversary_steps(incident: Incident, now: datetime) -> list[Step]:
    """28, 14, 7 and 1 days before and on the day, at 09:00 on the wall, for the years around `now`."""
    happened, year = clock.local(incident.starts_at).date(), clock.local(now).year
    return [
        Step(f"{days}d", on_the_wall(anniversary(happened, one) - timedelta(days=days), MORNING))
        for one in (year - 1, year, year + 1)
        if one > happened.year
        for days in ANNIVERSARY_DAYS
    ] or [Step("28d", on_the_wall(anniversary(happened, happened.year + 1) - timedelta(days=28), MORNING))]


def next_anniversary(incident: Incident, today: date) -> date | None:
    """The day on which the anniversary of an incident is kept next, today included."""
    if not has_anniversary(incident):
        return None
    happened = clock.local(incident.starts_at).date()
    first = max(today.year, happened.year + 1)
    return next(day for year in (first, first + 1) if (day := anniversary(happened, year)) >= today)


class Anniversary(OfIncident):
    """The anniversary of an incident, every year, to the coordinators, gently.

    Silent where somebody wrote it down as a key date: that speaks instead, on the day that was chosen for it.
    """

    key = "anniversary"
    noun = ("anniversary", "anniversaries")
    model = Incident
    only = Q(report_state=ReportState.ACCEPTED)
    related = ("partnership",)
    leads_to = ""

    def incident(self, row: Incident) -> Incident:
        return row

    def say(self, row: Incident, now: datetime) -> list[Due]:
        step = reached(anniversary_steps(row, now), row.remind_at, now) if has_anniversary(row) else None
        if step is None or offers.is_anniversary_kept(row):
            return []
        on_the_day = clock.local(step.at).date() + timedelta(days=int(step.name[:-1]))
        due_at = on_the_wall(on_the_day, MORNING)
        people, above = on_call.coordinators(row.partnership), on_call.above(row.partnership, now)
        return [Due(step.name, due_at, people, above, who=Unreached.COORDINATORS, late=is_late(step, now))]

    def next_at(self, row: Incident, now: datetime) -> datetime | None:
        return upcoming(anniversary_steps(row, now), now) if has_anniversary(row) else None

    def still_due(self, notification: Any) -> bool:
        """The incident's day was not corrected meanwhile."""
        row, kept_on = notification.about, clock.local(notification.due_at).date()
        happened = clock.local(row.starts_at).date()
        stands = has_anniversary(row) and anniversary(happened, kept_on.year) == kept_on
        return stands and not offers.is_anniversary_kept(row)

    def url(self, notification: Any) -> str:
        """Where the response group is brought back for it."""
        return reverse("remobilise-anniversary", args=[notification.about.uuid])

    def words(self, notification: Any) -> str:
        kept_on = day(clock.local(notification.due_at).date())
        return f"The anniversary of an incident is on {kept_on}. The family's wishes come first."
