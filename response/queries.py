"""What the pages about people read."""

from collections import defaultdict
from datetime import timedelta

from django.urls import reverse

from checklists.models import ClockKind
from checklists.queries import people_of
from incidents.access import revealed_entries
from incidents.models import ReportState, Sensitivity
from response.access import (
    agencies_for_clocks,
    may_assign,
    may_manage,
    may_work,
    owes_cause,
    visible_clocks,
    visible_people,
)
from response.models import AttemptOutcome, ContactAttempt, ContactClock
from svit import clock, pictures
from svit.prepared import Prepared
from svit.templatetags.svit import duration, time_of_day, when_short

LATE_SHOWS_FOR = timedelta(days=2)
SHORT = {
    ClockKind.GOLDEN_HOUR: "golden hour, 1 h",
    ClockKind.FIRST_ATTEMPT: "first attempt, 24 h",
    ClockKind.CONTACT_MADE: "contact made, 48 h",
}


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
    left = row.due_at - now
    at = time_of_day(row.due_at) if left < timedelta(hours=18) else when_short(row.due_at)
    return f"{duration(left)} left, due {at}"


def picture(row, attempts, now, width=300):
    """The clock strip of one clock with the attempts of its person; none of one that its incident ended."""
    if row.running and not row.person.entry.incident.live:
        return ""
    title = f"{row.person.label}, {SHORT[row.kind]}: {lead_words(row, now)}. {finding(attempts)}."
    hours = ContactClock.HOURS[row.kind]
    return pictures.clock_strip(
        start=row.started_at,
        now=now,
        due_hours=hours,
        title=title,
        attempts=[(one.occurred_at, one.outcome == AttemptOutcome.MADE) for one in attempts],
        met_at=row.met_at,
        ended_at=row.stopped_at,
        estimated=row.estimated,
        width=width,
    )


def finding(attempts):
    """How many attempts there were, and whether one reached the person."""
    made = sum(one.outcome == AttemptOutcome.MADE for one in attempts)
    tried = len(attempts) - made
    words = f"{tried} attempt{'' if tried == 1 else 's'}" if tried else "No attempt yet"
    if made:
        return f"{words if tried else 'No failed attempt'}, contact made"
    return f"{words}, no contact" if tried else words


STATES = {
    "missed": "overdue",
    "soon": "soon",
    "running": "ok",
    "met": "done",
    "met_late": "done",
    "missed_ended": "open",
    "stopped": "open",
}


def card(row, attempts, now, incident, width=300):
    """One clock as the clock component takes it."""
    return {
        "state": STATES[state_of(row, now)],
        "who": row.person.label,
        "url": reverse("person", args=[incident.uuid, row.person.entry.uuid]),
        "what": SHORT[row.kind],
        "lead": lead_words(row, now),
        "picture": picture(row, attempts, now, width),
        "finding": finding(attempts),
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
    return visible_clocks(seen).select_related("person__entry", "agency").order_by("due_at", "pk")


@Prepared
def _attempts(people):
    return ContactAttempt.objects.filter(person__in=people).select_related("agency")


def person_cards(seen, person, attempts, now):
    """The clocks of one person, each with what this reader may do with it."""
    cards = []
    for row in person.clocks.select_related("agency", "worker"):
        row.person = person
        runs = row.running and may_work(seen, person)
        whom = f"{row.agency}" if row.agency else ""
        if row.worker and (seen.coordinates or row.agency_id == seen.actor.agency.pk):
            whom += f", {row.worker.name}"
        cards.append(
            card(row, attempts, now, seen.incident)
            | {
                "whom": whom,
                "tell": runs and row.kind == ClockKind.GOLDEN_HOUR,
                "move": runs and may_manage(seen, row),
                "assign": runs and may_assign(seen, row),
                "explain": row.missed_at is not None and may_manage(seen, row),
            }
        )
    return cards


def whom_for_clocks(seen):
    """Who may be given a clock: agencies, each with its people. Two queries."""
    agencies = list(agencies_for_clocks(seen))
    people = people_of(agencies)
    return [(agency, people.get(agency.pk, [])) for agency in agencies]


def asks_cause(seen, rows, now):
    """Whether this actor is asked why one of these clocks was missed."""
    return any(row.is_missed(now) and owes_cause(seen, row) for row in rows)


def attempts_at(seen, person):
    """The attempts to reach a person, the words as this reader gets them: what the log withholds is withheld here."""
    attempts = list(person.attempts.select_related("agency", "by", "logged__words"))
    for one in attempts:
        words = one.logged.words if one.logged else None
        if words and (words.redacted_at or (words.withheld_at and not seen.coordinates)):
            one.what_happened = "Redacted." if words.redacted_at else "Withheld by a coordinator."
            one.next_step = one.late_reason = ""
    return attempts


def urgency(row, now):
    """Missed first, then by due time. What ended comes last, contact itself before the first attempt at it."""
    order = {"missed": 0, "soon": 1, "running": 1, "missed_ended": 2, "met_late": 3, "met": 3, "stopped": 3}
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


def people_cards(seen, now):
    """Each person whom the actor may know of, with clocks, attempts, and what is restricted for this reader."""
    people = list(visible_people(seen))
    rows, attempts = clocks_of(seen)
    by_person = defaultdict(list)
    for row in rows:
        by_person[row.person_id].append(row)
    named = set(seen.engagement.named.values_list("entry_id", flat=True)) if seen.engagement else set()
    revealed = set() if seen.coordinates else revealed_entries(seen.actor, seen.incident)
    for person in people:
        mine = sorted(by_person[person.pk], key=lambda row: urgency(row, now))
        person.entry.incident = seen.incident
        person.cards = [card(row, attempts[person.pk], now, seen.incident) for row in mine]
        person.tries = attempts[person.pk]
        person.opened = (
            seen.coordinates
            or person.pk in named
            or person.pk in revealed
            or person.entry.sensitivity == Sensitivity.SEALED
        )
        person.holds_restricted = any(getattr(person, name) for name in person.restricted)
    return people


def contact_words(person, attempt):
    """What recording an attempt or a contact did: which clocks it met, and which run on, and why."""
    made = attempt.outcome == AttemptOutcome.MADE
    words = [f"{'Contact with' if made else 'Attempt to reach'} {person.label} recorded."]
    if attempt.met:
        words.append(
            f"Met: {'; '.join(f'{SHORT[row.kind]} ({met_words(row).lower()})' for row in attempt.met)}."
        )
    if attempt.early:
        which = "; ".join(f"{SHORT[row.kind]} (from {when_short(row.started_at)})" for row in attempt.early)
        words.append(f"It was before the start of a clock, which runs on: {which}.")
    return " ".join(words)


def golden_words(person, row):
    """What recording did that MASH was told."""
    told = f"{person.label}: recorded that MASH or the emergency duty team was told."
    if row.met_at:
        return f"{told} The golden hour is met ({met_words(row).lower()})."
    return f"{told} It was before the start of the golden hour, {when_short(row.started_at)}, so the clock runs on."


def act_words(act, person, row):
    """What an act on a clock did, as the person's page says it afterwards."""
    row.person = person
    if act == "golden":
        return golden_words(person, row)
    what = f"{person.label}, {SHORT[row.kind]}"
    if act == "assign":
        return f"{what}: with {row.agency}{f', {row.worker.name}' if row.worker else ''}."
    if act == "miss":
        return f"{what}: cause and new plan saved."
    return f"{what}: runs from {when_short(row.started_at)}. {lead_words(row, clock.now())}."


def change_words(before, after):
    """What a change of a person's record did to the clocks."""
    words = f"{after.label}: saved."
    if after.died_at and not before.died_at:
        return f"{words} The contact clocks have ended."
    if before.died_at and not after.died_at:
        return f"{words} The contact clocks that the death ended run again."
    return words
