"""Contact clocks: started, moved, missed, explained, given to somebody, ended, and run again."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import Min
from simple_history.utils import bulk_create_with_history

from checklists.actions import leave_contact_item, settle_contact_item
from checklists.models import ClockKind
from incidents.access import sight
from incidents.actions import log
from incidents.actions.saving import derive, lock, save
from incidents.models import LogKind, Sensitivity
from partners.models import WORKING_ROLES, Membership
from reminders import wake
from reminders.actions import over
from response import access
from response.models import AttemptOutcome, ContactClock
from response.reminders import next_remind_at
from svit import clock
from svit.refused import Refused
from svit.templatetags.svit import when

OVER_BEFORE = "Its time was over when the clock was written down."
DIED = "The person has died."
MEASURED = ["started_at", "event", "estimated", "due_at", "met_at", "met_recorded_at", "missed_at"]
ENDED = ["missed_at", "stopped_at", "stopped_reason"]
CONTACT = (ClockKind.FIRST_ATTEMPT, ClockKind.CONTACT_MADE)


def about(person):
    """What an entry in the log about a person has: their record, its section and its sensitivity."""
    return {"about": person.entry, "section": person.entry.section, "sensitivity": person.entry.sensitivity}


def write(person, *, by, **told):
    """An entry in the log about a person."""
    return log(person.entry.incident, by=by, **about(person), **told)


def ask(person, *, by, may, about, words):
    """The actor's sight of the person's incident; refused unless `may` says yes of `about`."""
    seen = sight(by, person.entry.incident)
    if seen is None or not may(seen, about):
        raise Refused(words)
    return seen


def living(person):
    """Hold the person's record; refused where the person has died."""
    lock(person.entry)
    person.refresh_from_db(fields=["died_at"])
    if person.died_at:
        raise Refused(
            f"{person.label} has died: contact clocks have ended. Record contact with the family instead."
        )


def miss(row, found):
    """What the log says of a miss, at the time when the clock ran out; `found` says how it came to be written down."""
    text = f"{row.person.label}: clock missed, {row.get_kind_display()}."
    return {"kind": LogKind.CLOCK, "occurred_at": row.missed_at, "late_reason": found, "text": text}


def log_miss(row, *, by, found):
    return write(row.person, by=by, **miss(row, found))


def misses_before(rows):
    """Log entries of those clocks that were over when they were written down."""
    return [about(row.person) | miss(row, OVER_BEFORE) for row in rows if row.missed_at]


def log_cause(rows, *, by, missed_cause, new_plan):
    kinds = " and ".join(row.get_kind_display() for row in rows)
    return write(
        rows[0].person, by=by, kind=LogKind.CLOCK,
        text=f"{rows[0].person.label}: why {kinds} was missed: {missed_cause} New plan: {new_plan}",
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
        bulk_create_with_history(rows, ContactClock, default_user=by.user, default_date=now)
    return rows


@transaction.atomic
def start_clock(*, person, kind, by, event, started_at, estimated=False):
    """One more clock for a person, such as the golden hour of a child that was booked in at custody."""
    now = clock.now()
    if clock.in_future(started_at):
        raise Refused("The starting event must be now or in the past.", "started_at")
    living(person)
    if person.clocks.filter(kind=kind).exists():
        raise Refused(f"{person.label} has this clock already: move its start instead.", "kind")
    [row] = start_clocks(
        [person], by=by, event=event, started_at=started_at, estimated=estimated, kinds=[kind], now=now
    )
    write(person, by=by, kind=LogKind.CLOCK,
          text=f"{person.label}: {row.get_kind_display()} started, due {when(row.due_at)}. From: {event}.")  # fmt: skip
    if row.missed_at:
        log_miss(row, by=by, found=OVER_BEFORE)
    settle_of(person, kind=kind, by=by)
    return row


def _first_fitting(row):
    """When the clock was met at the earliest: the first telling, attempt or contact since its start, or None."""
    since = row.started_at.replace(second=0, microsecond=0)
    if row.kind == ClockKind.GOLDEN_HOUR:
        told = row.history.filter(told_at__gte=since).aggregate(at=Min("told_at"))["at"]
        return told or (row.met_at if row.met_at and row.met_at >= since else None)
    attempts = row.person.attempts.filter(occurred_at__gte=since)
    if row.kind == ClockKind.CONTACT_MADE:
        attempts = attempts.filter(outcome=AttemptOutcome.MADE)
    return attempts.aggregate(at=Min("occurred_at"))["at"]


@transaction.atomic
def move_start(*, clock_row, by, started_at, event):
    """The event's own time became known. What was recorded is measured anew; a miss that was made stays a miss."""
    row, now = lock(clock_row), clock.now()
    person, kind = row.person, row.get_kind_display()
    ask(person, by=by, may=access.may_manage, about=row,
        words="Only a coordinator, or the agency that holds the clock, moves its start.")  # fmt: skip
    if clock.in_future(started_at):
        raise Refused("The starting event must be now or in the past.", "started_at")
    if row.stopped_at:
        raise Refused("This clock has ended, so its start is not moved.")
    row.started_at, row.event, row.estimated = started_at, event, False
    row.due_at = started_at + timedelta(hours=ContactClock.HOURS[row.kind])
    was, row.met_at = row.met_at, _first_fitting(row)
    if row.met_at != was:
        row.met_recorded_at = now if row.met_at else None
    missed = row.missed_at is None and row.due_at < (row.met_at or now)
    if missed:
        row.missed_at = row.due_at
    save(row, by=by, fields=MEASURED)
    derive(row, remind_at=next_remind_at(row, now))
    write(person, by=by, kind=LogKind.CLOCK,
          text=f"{person.label}: {kind} now runs from {event}, {when(started_at)};"
               f" due {when(row.due_at)}.")  # fmt: skip
    if missed:
        log_miss(row, by=by, found="Found when the start was put right.")
    if row.met_at and row.met_at != was:
        write(person, by=by, kind=LogKind.CLOCK,
              text=f"{person.label}: {kind} is met by what was recorded for {when(row.met_at)}.")  # fmt: skip
    elif was and not row.met_at:
        write(person, by=by, kind=LogKind.CLOCK,
              text=f"{person.label}: {kind} runs again: what was recorded for {when(was)} was before"
                   " its start.")  # fmt: skip
    if row.met_at:
        over(row.uuid)
    settle_of(person, kind=row.kind, by=by)
    wake()
    return row


@transaction.atomic
def mark_missed(*, clock, by):
    """The time is over and there was no contact. This is never taken back."""
    row = lock(clock)
    if row.missed_at or not row.running:
        return row
    row.missed_at = row.due_at
    save(row, by=by, fields=["missed_at"])
    log_miss(row, by=by, found="Found by the sweep.")
    return row


@transaction.atomic
def explain_miss(*, clock_row, by, missed_cause, new_plan):
    """A miss needs its cause and a new plan; the daily messages end with that."""
    row = lock(clock_row)
    if not row.missed_at:
        raise Refused("This clock was not missed.")
    ask(row.person, by=by, may=access.may_manage, about=row,
        words="Only a coordinator, or the agency that holds the clock, says why it was missed.")  # fmt: skip
    explain(row, by=by, missed_cause=missed_cause, new_plan=new_plan)
    log_cause([row], by=by, missed_cause=missed_cause, new_plan=new_plan)
    return row


def explain(row, *, by, missed_cause, new_plan):
    """Keep why a clock was missed, and what happens now."""
    row.missed_cause, row.new_plan = missed_cause, new_plan
    save(row, by=by, fields=["missed_at", "missed_cause", "new_plan"])
    derive(row, remind_at=next_remind_at(row, clock.now()))
    over(row.uuid)


@transaction.atomic
def assign_clock(*, clock_row, by, agency, worker=None):
    """Who makes the contact: an agency, and a person in it where one is named."""
    row = lock(clock_row)
    seen = ask(row.person, by=by, may=access.may_assign, about=row,
               words="Only a coordinator gives another agency's clock to somebody.")  # fmt: skip
    if not access.agencies_for_clocks(seen).filter(pk=agency.pk).exists():
        raise Refused(f"{agency} does not work with the people of {seen.incident.reference}.", "whom")
    if (
        worker
        and not Membership.objects.current()
        .filter(user=worker, agency=agency, role__in=WORKING_ROLES)
        .exists()
    ):
        raise Refused(f"{worker} does not make contact for {agency}.", "whom")
    row.agency, row.worker = agency, worker
    save(row, by=by, fields=["agency", "worker"])
    derive(row, remind_at=next_remind_at(row, clock.now()))
    wake()
    whom = f"{agency}, one of its workers" if worker else f"{agency}"
    write(row.person, by=by, kind=LogKind.CLOCK,
          text=f"{row.person.label}, {row.get_kind_display()}: with {whom}.")  # fmt: skip
    return row


@transaction.atomic
def stop_clocks(*, person, by, reason, at=None):
    """Contact clocks end without being met, and why. What was due before it ended, at `at`, was missed."""
    now = clock.now()
    rows = [lock(row) for row in person.clocks.filter(met_at__isnull=True, stopped_at__isnull=True)]
    for row in rows:
        missed = row.missed_at is None and row.due_at <= (at or now)
        if missed:
            row.missed_at = row.due_at
        row.stopped_at, row.stopped_reason, row.remind_at = now, reason, None
        save(row, by=by, reason=reason, fields=[*ENDED, "remind_at"])
        over(row.uuid)
        if missed:
            log_miss(row, by=by, found="Found when the clock ended.")
    if rows:
        write(person, by=by, kind=LogKind.CLOCK, text=f"{person.label}: contact clocks ended. {reason}")
    for kind in ContactClock.HOURS:
        settle_of(person, kind=kind, by=by)


@transaction.atomic
def resume_clocks(*, person, by):
    """A death entered by mistake is taken back: the clocks that it ended run as they did, missed where past."""
    now = clock.now()
    rows = [lock(row) for row in person.clocks.filter(met_at__isnull=True, stopped_reason=DIED)]
    for row in rows:
        row.stopped_at, row.stopped_reason = None, ""
        missed = row.missed_at is None and row.due_at <= now
        if missed:
            row.missed_at = row.due_at
        save(row, by=by, reason="The death was taken back", fields=ENDED)
        derive(row, remind_at=next_remind_at(row, now))
        if missed:
            log_miss(row, by=by, found="Found when the clock ran again.")
    if rows:
        write(person, by=by, kind=LogKind.CLOCK,
              text=f"{person.label}: contact clocks run again from their own starts, because the"
                   " death was taken back.")  # fmt: skip
    for kind in ContactClock.HOURS:
        settle_of(person, kind=kind, by=by)
    wake()


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


def settle_of(person, *, kind, by):
    """The same after an act on one person's clock. A sealed person's counts in no item: what an item had to catch up
    on would be written down at that minute, and tell others of the act.
    """
    if person.entry.sensitivity != Sensitivity.SEALED:
        settle(person.entry.incident, kind=kind, by=by)


def leave_items(incident):
    """After a sealing: the contact items no longer go by that person's clocks, and nothing is written that tells."""
    for kind in ContactClock.HOURS:
        _, running = _counted(incident, kind)
        leave_contact_item(incident=incident, kind=kind, running=running)
