"""Contact clocks: started, moved, met, missed, stopped."""

import uuid
from datetime import timedelta

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from checklists.actions import leave_contact_item, settle_contact_item
from checklists.models import ClockKind
from incidents.actions import log, record_access
from incidents.actions.saving import derive, lock, save
from incidents.models import AccessAct, LogKind, Sensitivity
from reminders import wake
from reminders.actions import over
from response.models import AttemptOutcome, ContactAttempt, ContactClock, ContactMethod
from response.reminders import next_remind_at
from svit import clock
from svit.refused import Refused
from svit.templatetags.svit import when


def _log(person, *, by, kind, text, occurred_at=None, late_reason=""):
    return log(
        person.entry.incident, by=by, kind=kind, text=text, section=person.entry.section,
        sensitivity=person.entry.sensitivity, about=person.entry, occurred_at=occurred_at, late_reason=late_reason,
    )  # fmt: skip


def start_clocks(people, *, by, event, started_at, estimated, kinds, now):
    """The clocks of many people at once. A clock that is past when it is first written down is shown, not paged."""
    rows = []
    for person in people:
        for kind in kinds:
            due_at = started_at + timedelta(hours=ContactClock.HOURS[kind])
            row = ContactClock(
                uuid=uuid.uuid4(), person=person, kind=kind, event=event, started_at=started_at,
                estimated=estimated, due_at=due_at, created_at=now, missed_at=due_at if due_at <= now else None,
            )  # fmt: skip
            row.remind_at = next_remind_at(row, now)
            rows.append(row)
    if rows:
        bulk_create_with_history(rows, ContactClock, default_user=by.user)
    return rows


@transaction.atomic
def start_clock(*, person, kind, by, event, started_at, estimated=False):
    """One more clock for a person, such as the golden hour of a child that was booked in at custody."""
    now = clock.now()
    if clock.in_future(started_at):
        raise Refused("The starting event must be now or in the past.", "started_at")
    if person.clocks.filter(kind=kind).exists():
        raise Refused(f"{person.label} has this clock already: move its start instead.", "kind")
    [row] = start_clocks(
        [person], by=by, event=event, started_at=started_at, estimated=estimated, kinds=[kind], now=now
    )
    _log(person, by=by, kind=LogKind.CLOCK,
         text=f"{person.label}: {row.get_kind_display()} started, due {when(row.due_at)}. From: {event}.")  # fmt: skip
    settle(person.entry.incident, kind=kind, by=by)
    return row


@transaction.atomic
def move_start(*, clock_row, by, started_at, event):
    """The event's own time became known. A miss that was made stays a miss."""
    row, now = lock(clock_row), clock.now()
    if clock.in_future(started_at):
        raise Refused("The starting event must be now or in the past.", "started_at")
    row.started_at, row.event, row.estimated = started_at, event, False
    row.due_at = started_at + timedelta(hours=ContactClock.HOURS[row.kind])
    if row.running and row.missed_at is None and row.due_at <= now:
        row.missed_at = row.due_at
    save(row, by=by, fields=["started_at", "event", "estimated", "due_at", "missed_at"])
    derive(row, remind_at=next_remind_at(row, now))
    settle(row.person.entry.incident, kind=row.kind, by=by)
    wake()
    person = row.person
    _log(person, by=by, kind=LogKind.CLOCK,
         text=f"{person.label}: {row.get_kind_display()} now runs from {event}, {when(started_at)};"
         f" due {when(row.due_at)}.")  # fmt: skip
    return row


@transaction.atomic
def mark_missed(*, clock, by):
    """The time is over and there was no contact. This is never taken back."""
    row = lock(clock)
    if row.missed_at or not row.running:
        return row
    row.missed_at = row.due_at
    save(row, by=by, fields=["missed_at"])
    _log(row.person, by=by, kind=LogKind.CLOCK, text=f"{row.person.label}: clock missed, {row.get_kind_display()}.",
         occurred_at=row.due_at, late_reason="Found by the sweep.")  # fmt: skip
    return row


@transaction.atomic
def explain_miss(*, clock_row, by, missed_cause, new_plan):
    """A miss needs its cause and a new plan; the daily messages end with that."""
    row = lock(clock_row)
    if not row.missed_at:
        raise Refused("This clock was not missed.")
    row.missed_cause, row.new_plan = missed_cause, new_plan
    save(row, by=by, fields=["missed_cause", "new_plan"])
    derive(row, remind_at=next_remind_at(row, clock.now()))
    over(row.uuid)
    _log(row.person, by=by, kind=LogKind.CLOCK,
         text=f"{row.person.label}: why {row.get_kind_display()} was missed: {missed_cause}"
         f" New plan: {new_plan}")  # fmt: skip
    return row


@transaction.atomic
def assign_clock(*, clock_row, by, agency, worker=None):
    """Who makes the contact."""
    row = lock(clock_row)
    row.agency, row.worker = agency, worker
    save(row, by=by, fields=["agency", "worker"])
    derive(row, remind_at=next_remind_at(row, clock.now()))
    wake()
    _log(
        row.person,
        by=by,
        kind=LogKind.CLOCK,
        text=f"{row.person.label}, {row.get_kind_display()}: with {agency}.",
    )
    return row


@transaction.atomic
def record_contact(
    *, person, by, outcome, method, occurred_at=None, what_happened="", next_step="", late_reason="", told_by="",
    missed_cause="", new_plan="",
):  # fmt: skip
    """An attempt, or contact made. An attempt meets the attempt clock and never the contact clock."""
    now = clock.now()
    at = occurred_at or now
    if person.died_at:
        raise Refused(
            f"{person.label} has died: contact clocks have ended. Record contact with the family instead."
        )
    made = outcome == AttemptOutcome.MADE
    word = "Contact made" if made else "Contact attempted, not made"
    logged = _log(
        person, by=by, kind=LogKind.CONTACT, occurred_at=at, late_reason=late_reason,
        text=f"{word}, {person.label}: {ContactMethod(method).label.lower()}."
        f"{' ' + what_happened if what_happened else ''}{' Next: ' + next_step if next_step else ''}",
    )  # fmt: skip
    attempt = ContactAttempt.objects.create(
        uuid=uuid.uuid4(), person=person, outcome=outcome, method=method, occurred_at=at, logged=logged,
        recorded_at=clock.recorded(), late_reason=late_reason, what_happened=what_happened, next_step=next_step,
        by=by.user, agency=by.agency, told_by=told_by,
    )  # fmt: skip
    kinds = [ClockKind.FIRST_ATTEMPT, *([ClockKind.CONTACT_MADE] if made else [])]
    running = person.clocks.filter(kind__in=kinds, met_at__isnull=True, stopped_at__isnull=True)
    for row in running:
        _meet(lock(row), at=at, now=now, by=by, missed_cause=missed_cause, new_plan=new_plan)
    incident = person.entry.incident
    record_access(incident, by=by, act=AccessAct.COLLECTION, subject_kind=person.kind(), subject=person.uuid)
    for kind in kinds:
        settle(incident, kind=kind, by=by)
    return attempt


def _meet(row, *, at, now, by, missed_cause, new_plan):
    """The clock is met at `at`; late when that is after its due time, or when the miss was already made."""
    row.met_at, row.met_recorded_at = at, now
    if at > row.due_at and row.missed_at is None:
        row.missed_at = row.due_at
    if row.missed_at:
        row.missed_cause = row.missed_cause or missed_cause
        row.new_plan = row.new_plan or new_plan
    row.remind_at = None
    save(
        row, by=by, fields=["met_at", "met_recorded_at", "missed_at", "missed_cause", "new_plan", "remind_at"]
    )
    over(row.uuid)


@transaction.atomic
def meet_golden_hour(*, clock_row, by, occurred_at=None, late_reason=""):
    """The police told MASH or the emergency duty team."""
    row, now = lock(clock_row), clock.now()
    if row.kind != ClockKind.GOLDEN_HOUR or not row.running:
        raise Refused("This golden hour is not running.")
    _meet(row, at=occurred_at or now, now=now, by=by, missed_cause="", new_plan="")
    _log(row.person, by=by, kind=LogKind.CLOCK, occurred_at=occurred_at, late_reason=late_reason,
         text=f"{row.person.label}: MASH or the emergency duty team was told.")  # fmt: skip
    settle(row.person.entry.incident, kind=row.kind, by=by)
    return row


@transaction.atomic
def stop_clocks(*, person, by, reason):
    """Contact clocks end without being met, and why."""
    now = clock.now()
    for row in person.clocks.filter(met_at__isnull=True, stopped_at__isnull=True):
        row = lock(row)
        row.stopped_at, row.stopped_reason, row.remind_at = now, reason, None
        save(row, by=by, reason=reason, fields=["stopped_at", "stopped_reason", "remind_at"])
        over(row.uuid)
    _log(person, by=by, kind=LogKind.CLOCK, text=f"{person.label}: contact clocks ended. {reason}")
    for kind in ContactClock.HOURS:
        settle(person.entry.incident, kind=kind, by=by)


def _counted(incident, kind):
    """How many clocks of a kind count in its contact item, and when those that run fall due; no sealed person's."""
    rows = ContactClock.objects.filter(person__entry__incident=incident, kind=kind).exclude(
        person__entry__sensitivity=Sensitivity.SEALED
    )
    states = list(rows.values_list("met_at", "stopped_at", "due_at"))
    running = [due_at for met_at, stopped_at, due_at in states if not (met_at or stopped_at)]
    return len(states), running


def settle(incident, *, kind, by):
    """The contact item of a kind is done when each of its clocks is met or ended."""
    clocks, running = _counted(incident, kind)
    settle_contact_item(incident=incident, kind=kind, clocks=clocks, running=running, by=by)


def leave_items(incident):
    """After a sealing: the contact items no longer go by that person's clocks, and nothing is written that tells."""
    for kind in ContactClock.HOURS:
        _, running = _counted(incident, kind)
        leave_contact_item(incident=incident, kind=kind, running=running)
