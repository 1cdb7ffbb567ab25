"""Contact clocks in words, as pictures and as cards."""

from collections import defaultdict
from datetime import timedelta

from django.urls import reverse

from checklists.models import ClockKind
from incidents.models import ReportState
from response import meeting
from response.access import visible_clocks
from response.models import AttemptOutcome, ContactAttempt
from response.terms import hours_in_words
from svit import pictures
from svit.prepared import Prepared
from svit.templatetags.svit import duration, time_of_day, when_short

HOUR = timedelta(hours=1)
LATE_SHOWS_FOR = timedelta(days=2)
SHORT = {
    ClockKind.GOLDEN_HOUR: "golden hour",
    ClockKind.FIRST_ATTEMPT: "first attempt",
    ClockKind.CONTACT_MADE: "contact made",
    ClockKind.PROFESSIONALS: "professionals contacted",
    ClockKind.MASH_REFERRAL: "referral to MASH",
}
MARKS = ((24, "24 h"), (48, "48 h"))

ENDED_WITH = {
    ReportState.DECLINED: "the report was declined",
    ReportState.JOINED: "the report was joined to another incident",
}


def state_of(row, now):
    """The clock's state as it shows: with an incident that is over, what ran has ended, and nothing is missed by it."""
    if row.running and not row.person.entry.incident.live:
        return "missed_ended" if row.missed_at else "stopped"
    return row.state(now)


def met_words(row):
    """How a clock was met, and in which time: late, recorded late, or before its start."""
    if row.late:
        return f"Met late, {duration(row.met_at - row.deadline)} over"
    if row.is_before_start(row.met_at):
        return f"Recorded for {duration(row.started_at - row.met_at)} before its start"
    took = f"Met in {duration(max(row.met_at - row.started_at, timedelta()))}"
    return f"{took}, recorded late" if row.missed_at else took


def lead_words(row, now):
    """The headline of a clock: what is left, or what was."""
    state, incident = state_of(row, now), row.person.entry.incident
    if state in ("met", "met_late"):
        return met_words(row)
    if state in ("stopped", "missed_ended"):
        if row.running:
            ended = ENDED_WITH.get(incident.report_state, "the incident is closed")
            return f"Missed, then ended: {ended}" if row.missed_at else f"Not running: {ended}"
        return "Missed, then ended" if row.missed_at else "Ended"
    if state == "missed":
        return (
            f"Missed, {duration(now - row.due_at)} over" if now >= row.due_at else "Missed, start since moved"
        )
    if state == "paused":
        return "Paused: contact is not safe"
    left = row.due_at - now
    at = time_of_day(row.due_at) if left < timedelta(hours=18) else when_short(row.due_at)
    return f"{duration(left)} left, due {at}"


def what(row):
    """The clock in a few words: which it is, and how long it gives."""
    name = row.name if row.kind == ClockKind.LOCAL else SHORT[row.kind]
    return f"{name}, {hours_in_words(row.hours, working=row.working)}"


def picture(row, attempts, now, width=300):
    """The clock strip of one clock with the attempts that it asks for; none of one that its incident ended."""
    if row.running and not row.person.entry.incident.live:
        return ""
    hours = round((row.due_at - row.started_at) / HOUR, 2)
    plain = hours == row.hours and hours <= MARKS[-1][0]
    return pictures.clock_strip(
        start=row.started_at,
        now=row.paused_at or now,
        due_hours=hours,
        title=f"{row.person.label}, {what(row)}: {lead_words(row, now)}. {finding(row, attempts)}.",
        marks=MARKS if plain else ((hours, hours_in_words(row.hours, working=row.working)),),
        attempts=[(one.occurred_at, one.outcome == AttemptOutcome.MADE) for one in asked_for(row, attempts)],
        met_at=row.met_at,
        ended_at=row.stopped_at,
        estimated=row.estimated,
        resting=row.paused_at is not None,
        width=width,
    )


def asked_for(row, attempts):
    """Those of the person's attempts that the clock asks for: with professionals, or with the family."""
    return [one for one in attempts if meeting.is_for(row, one.whom)]


def finding(row, attempts):
    """How many attempts there were, and whether one reached whom the clock asks for; or whether it is done."""
    if meeting.could_meet(row) is None:
        done = "MASH or the emergency duty team told" if row.kind == ClockKind.GOLDEN_HOUR else "Done"
        done = "Referred" if row.kind == ClockKind.MASH_REFERRAL else done
        return (
            done
            if row.met_at
            else f"Not {done[0].lower()}{done[1:]} yet"
            if done != "Done"
            else "Not done yet"
        )
    return _counted(asked_for(row, attempts))


def tried(attempts):
    """How many attempts to reach the person or the family there were, and whether one was contact."""
    return _counted([one for one in attempts if one.whom in meeting.FAMILY])


def _counted(attempts):
    made = sum(one.outcome == AttemptOutcome.MADE for one in attempts)
    missed = len(attempts) - made
    words = f"{missed} attempt{'' if missed == 1 else 's'}" if missed else "No attempt yet"
    if made:
        return f"{words if missed else 'No failed attempt'}, contact made"
    return f"{words}, no contact" if missed else words


STATES = {
    "missed": "overdue",
    "soon": "soon",
    "running": "ok",
    "met": "done",
    "met_late": "done",
    "missed_ended": "open",
    "stopped": "open",
    "paused": "open",
}


def card(row, attempts, now, incident, width=300):
    """One clock as the clock component takes it."""
    return {
        "state": STATES[state_of(row, now)],
        "who": row.person.label,
        "url": reverse("person", args=[incident.uuid, row.person.entry.uuid]),
        "what": what(row),
        "lead": lead_words(row, now),
        "picture": picture(row, attempts, now, width),
        "finding": finding(row, attempts),
        "source": f"From: {row.event}, {when_short(row.started_at)}",
        "estimated": row.estimated,
        "clock": row,
    }


def clocks_of(seen):
    """The clocks that the actor may see, with their people, and the attempts by person: two queries."""
    rows = _clocks(seen)
    attempts = defaultdict(list)
    for row in rows:
        row.person.entry.incident = seen.incident
    for one in _attempts(people=sorted({row.person_id for row in rows})):
        attempts[one.person_id].append(one)
    return rows, attempts


@Prepared
def _clocks(seen):
    return visible_clocks(seen).select_related("person__entry", "agency", "rule").order_by("due_at", "pk")


@Prepared
def _attempts(people):
    return ContactAttempt.objects.filter(person__in=people).select_related("agency")


def urgency(row, now):
    """Missed first, then by due time. What ended comes last, contact itself before the first attempt at it."""
    order = {
        "missed": 0,
        "soon": 1,
        "running": 1,
        "paused": 1,
        "missed_ended": 2,
        "met_late": 3,
        "met": 3,
        "stopped": 3,
    }
    place = order[state_of(row, now)]
    return place, place > 1 and row.kind != ClockKind.CONTACT_MADE, row.due_at, row.pk


def _pressing(row, now):
    """Whether a clock belongs above the incident: it runs, or a miss was made good within these two days."""
    made_good = row.met_at and row.missed_at
    return row.running or bool(made_good and now - row.met_recorded_at <= LATE_SHOWS_FOR)


def clock_cards(seen, now, most=3, running=True):
    """The most urgent clocks of the incident, at most `most`; one a person where several run."""
    rows, attempts = clocks_of(seen)
    chosen, people = [], set()
    for row in sorted(rows, key=lambda row: urgency(row, now)):
        if (running and not _pressing(row, now)) or (most <= 3 and row.person_id in people):
            continue
        people.add(row.person_id)
        chosen.append(card(row, attempts[row.person_id], now, seen.incident))
    return chosen[:most]
