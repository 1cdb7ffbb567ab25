"""Contact clocks: started, moved, missed, explained, ended, and run again."""

from django.db import transaction
from django.db.models import Min
from simple_history.utils import bulk_create_with_history

from checklists.models import ClockKind
from incidents.actions.saving import derive, lock, save
from incidents.models import LogKind
from reminders import wake
from reminders.actions import over
from response import access
from response.actions.items import KINDS, settle_of
from response.actions.writing import (
    OVER_BEFORE,
    ask,
    living,
    log_cause,
    log_miss,
    write,
)
from response.meeting import asks_family, could_meet
from response.models import ContactClock, Referral, ReferredTo, SafetyPause
from response.reminders import next_remind_at
from response.terms import Wanted, terms_of
from svit import clock, engines
from svit.refused import Refused
from svit.templatetags.svit import when

RESTED = ["paused_at", "paused_for", "due_at"]
DIED = "The person has died."
MEASURED = ["started_at", "event", "estimated", "due_at", "met_at", "met_recorded_at", "missed_at"]
ENDED = ["missed_at", "stopped_at", "stopped_reason", *RESTED]
RUNNING = {"met_at__isnull": True, "stopped_at__isnull": True}


def start_clocks(wanted, *, by, terms, now):
    """The clocks of many people at once, as pairs of a person and what they are to have.

    A clock that is past when it is first written down is shown, not paged.
    """
    rows = [terms.row(person, one, now) for person, one in wanted]
    for row in rows:
        row.missed_at = row.due_at if row.due_at <= now else None
        row.remind_at = next_remind_at(row, now)
    if rows:
        bulk_create_with_history(rows, ContactClock, default_user=by.user, default_date=now)
    return rows


@transaction.atomic
def start_all(*, person, by, wanted, terms):
    """Start those of the clocks that the person has not yet, each with its entry in the log."""
    have = set(person.clocks.values_list("kind", "rule"))
    fresh = [one for one in wanted if (one.kind, (rule := terms.rule_of(one)) and rule.pk) not in have
             and (one.kind == ClockKind.LOCAL or one.kind not in {kind for kind, _ in have})]  # fmt: skip
    if not fresh:
        return []
    living(person)
    now = clock.now()
    rows = start_clocks([(person, one) for one in fresh], by=by, terms=terms, now=now)
    _rest_along(person, rows, by=by, now=now)
    for row in rows:
        write(person, by=by, kind=LogKind.CLOCK,
              text=f"{person.label}: {row.name} started, due {when(row.due_at)}. From: {row.event}.")  # fmt: skip
        if row.missed_at:
            log_miss(row, by=by, found=OVER_BEFORE)
    settle_of(person, kinds={row.kind for row in rows}, by=by)
    wake()
    return rows


def _rest_along(person, rows, *, by, now):
    """What starts while contact is not safe rests with the others."""
    pause = person.pauses.filter(ended_at=None, approved=True, until_at__gt=now).first()
    for row in rows if pause else ():
        if asks_family(row) and row.running and not row.missed_at:
            row.paused_at, row.due_at = now, row.due(resting=row.time_since(now, pause.until_at))
            save(row, by=by, reason="Contact is not safe", fields=["paused_at", "due_at"])
            derive(row, remind_at=None)


@transaction.atomic
def start_clock(*, person, kind, by, event, started_at, estimated=False, rule=None):
    """One more clock for a person, such as the golden hour of a child that was booked in at custody."""
    if clock.in_future(started_at):
        raise Refused("The starting event must be now or in the past.", "started_at")
    living(person)
    wanted = Wanted(kind, event, started_at, estimated, rule)
    rows = start_all(person=person, by=by, wanted=[wanted], terms=terms_of(person.entry.incident.partnership))
    if not rows:
        raise Refused(f"{person.label} has this clock already: move its start instead.", "kind")
    return rows[0]


def _first_fitting(row):
    """When the clock was met at the earliest: the first telling, attempt or contact since its start, or None."""
    since = row.started_at.replace(second=0, microsecond=0)
    if row.kind == ClockKind.MASH_REFERRAL:
        referrals = Referral.objects.filter(person=row.person_id, to=ReferredTo.MASH, occurred_at__gte=since)
        return referrals.aggregate(at=Min("occurred_at"))["at"]
    if (fitting := could_meet(row)) is not None:
        attempts = row.person.attempts.filter(fitting, occurred_at__gte=since)
        return attempts.aggregate(at=Min("occurred_at"))["at"]
    told = row.history.filter(told_at__gte=since).aggregate(at=Min("told_at"))["at"]
    return told or (row.met_at if row.met_at and row.met_at >= since else None)


@transaction.atomic
def move_start(*, clock_row, by, started_at, event):
    """The event's own time became known. What was recorded is measured anew; a miss that was made stays a miss."""
    row, now = lock(clock_row), clock.now()
    person, name = row.person, row.name
    ask(person, by=by, may=access.may_manage, about=row,
        words="Only a coordinator, or the agency that holds the clock, moves its start.")  # fmt: skip
    if clock.in_future(started_at):
        raise Refused("The starting event must be now or in the past.", "started_at")
    if row.stopped_at:
        raise Refused("This clock has ended, so its start is not moved.")
    if row.paused_at:
        raise Refused(
            "This clock rests, because contact is not safe. Its start can be moved when it runs again."
        )
    row.started_at, row.event, row.estimated = started_at, event, False
    row.due_at = row.due()
    was, row.met_at = row.met_at, _first_fitting(row)
    if row.met_at != was:
        row.met_recorded_at = now if row.met_at else None
    missed = row.missed_at is None and row.due_at < (row.met_at or now)
    if missed:
        row.missed_at = row.due_at
    save(row, by=by, fields=MEASURED)
    derive(row, remind_at=next_remind_at(row, now))
    write(person, by=by, kind=LogKind.CLOCK,
          text=f"{person.label}: {name} now runs from {event}, {when(started_at)};"
               f" due {when(row.due_at)}.")  # fmt: skip
    if missed:
        log_miss(row, by=by, found="Found when the start was put right.")
    if row.met_at and row.met_at != was:
        write(person, by=by, kind=LogKind.CLOCK,
              text=f"{person.label}: {name} is met by what was recorded for {when(row.met_at)}.")  # fmt: skip
    elif was and not row.met_at:
        write(person, by=by, kind=LogKind.CLOCK,
              text=f"{person.label}: {name} runs again: what was recorded for {when(was)} was before"
                   " its start.")  # fmt: skip
    if row.met_at:
        over(row.uuid)
    settle_of(person, kinds={row.kind}, by=by)
    wake()
    return row


@transaction.atomic
def mark_missed(*, clock, by):
    """The time is over and there was no contact. This is never taken back."""
    row = lock(clock)
    if row.missed_at or not row.running or row.paused_at:
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
def stop_clocks(*, person, by, reason, at=None):
    """Contact clocks end without being met, and why. What was due before it ended, at `at`, was missed."""
    now = clock.now()
    pause = engines.lock(person.pauses.filter(ended_at=None)).first()
    rows = [lock(row) for row in person.clocks.filter(**RUNNING).order_by("pk")]
    for row in rows:
        if pause:
            row.stop_resting(min(now, pause.until_at))
        missed = row.missed_at is None and row.due_at <= (at or now)
        if missed:
            row.missed_at = row.due_at
        row.stopped_at, row.stopped_reason, row.remind_at = now, reason, None
        save(row, by=by, reason=reason, fields=[*ENDED, "remind_at"])
        over(row.uuid)
        if missed:
            log_miss(row, by=by, found="Found when the clock ended.")
    if pause:
        SafetyPause.objects.filter(pk=pause.pk).update(ended_at=now, remind_at=None)
    if rows:
        write(person, by=by, kind=LogKind.CLOCK, text=f"{person.label}: contact clocks ended. {reason}")
    settle_of(person, kinds=KINDS, by=by)


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
    settle_of(person, kinds=KINDS, by=by)
    wake()
