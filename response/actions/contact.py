"""Contact with people: attempts, contact made, and that MASH was told; each meets the clocks that it fits."""

import uuid

from django.db import transaction

from checklists.models import ClockKind
from incidents.actions import record_access
from incidents.actions.saving import lock, save
from incidents.models import AccessAct, LogKind
from reminders.actions import over
from response import access
from response.actions.clocks import CONTACT, ask, explain, living, log_cause, log_miss, settle_of, write
from response.models import AttemptOutcome, ContactAttempt, ContactMethod
from svit import clock
from svit.refused import Refused
from svit.templatetags.svit import when

NOT_YOURS = "Your agency does not record contact with the people of this incident."


@transaction.atomic
def record_contact(
    *, person, by, outcome, method, occurred_at=None, what_happened="", next_step="", late_reason="", told_by="",
    missed_cause="", new_plan="",
):  # fmt: skip
    """An attempt, or contact made. An attempt meets the attempt clock and never the contact clock.

    What came before a clock's event meets that clock not at all. A clock that is missed and not explained takes its
    cause and a new plan. The attempt says which clocks it `met`, and for which it came too `early`.
    """
    at, incident = occurred_at or clock.now(), person.entry.incident
    seen = ask(person, by=by, may=access.may_work, about=person, words=NOT_YOURS)
    living(person)
    made = outcome == AttemptOutcome.MADE
    fitting = CONTACT if made else CONTACT[:1]
    open_rows = person.clocks.filter(kind__in=CONTACT, met_at__isnull=True, stopped_at__isnull=True)
    rows = [lock(row) for row in open_rows]
    met = [row for row in rows if row.kind in fitting and not row.is_before_start(at)]
    early = [row for row in rows if row.kind in fitting and row.is_before_start(at)]
    owed = [row for row in rows if _missed(row, at if row in met else None) and access.owes_cause(seen, row)]
    _require_cause(owed, missed_cause, new_plan)
    word = "Contact made" if made else "Contact attempted, not made"
    logged = write(
        person, by=by, kind=LogKind.CONTACT, occurred_at=at, late_reason=late_reason, act=None,
        text=f"{word}, {person.label}: {ContactMethod(method).label.lower()}."
        f"{' ' + what_happened if what_happened else ''}{' Next: ' + next_step if next_step else ''}",
    )  # fmt: skip
    attempt = ContactAttempt.objects.create(
        uuid=uuid.uuid4(), person=person, outcome=outcome, method=method, occurred_at=at, logged=logged,
        recorded_at=clock.recorded(), late_reason=late_reason, what_happened=what_happened, next_step=next_step,
        by=by.user, agency=by.agency, told_by=told_by,
    )  # fmt: skip
    for row in met:
        _meet(row, at=at, by=by)
    for row in early:
        _say_early(row, at, by=by)
    _explain(owed, by=by, missed_cause=missed_cause, new_plan=new_plan)
    record_access(incident, by=by, act=AccessAct.COLLECTION, subject_kind=person.kind(), subject=person.uuid)
    for kind in fitting:
        settle_of(person, kind=kind, by=by)
    attempt.met, attempt.early = met, early
    return attempt


def _missed(row, met_at):
    """Whether the clock was missed, or is found missed now that it is met at `met_at`, or still is not."""
    return row.missed_at is not None or row.due_at < (met_at or clock.now())


def _require_cause(rows, missed_cause, new_plan):
    if rows and not missed_cause.strip():
        raise Refused("Enter why the clock was missed.", "missed_cause")
    if rows and not new_plan.strip():
        raise Refused("Enter the new plan.", "new_plan")


def _explain(rows, *, by, missed_cause, new_plan):
    """Why these clocks were missed, told with the contact."""
    for row in rows:
        found = row.missed_at is None
        row.missed_at = row.missed_at or row.due_at
        explain(row, by=by, missed_cause=missed_cause, new_plan=new_plan)
        if found:
            log_miss(row, by=by, found="Found when an attempt was recorded.")
    if rows:
        log_cause(rows, by=by, missed_cause=missed_cause, new_plan=new_plan)


def _meet(row, *, at, by):
    """The clock is met at `at`; late when that is after its due time, or when the miss was already made."""
    row.met_at, row.met_recorded_at, row.remind_at = at, clock.now(), None
    found = row.missed_at is None and at > row.due_at
    if found:
        row.missed_at = row.due_at
    save(row, by=by, fields=["met_at", "met_recorded_at", "missed_at", "told_at", "remind_at"])
    over(row.uuid)
    if found:
        log_miss(row, by=by, found="Found when it was recorded that the clock is met.")


def _say_early(row, at, *, by):
    write(row.person, by=by, kind=LogKind.CLOCK,
          text=f"{row.person.label}: {row.get_kind_display()} runs on. What was recorded for {when(at)} was before its"
          f" start, {when(row.started_at)}.")  # fmt: skip


@transaction.atomic
def meet_golden_hour(*, clock_row, by, occurred_at=None, late_reason="", missed_cause="", new_plan=""):
    """The police told MASH or the emergency duty team. Told before the booking, the clock runs on."""
    row, at = lock(clock_row), occurred_at or clock.now()
    seen = ask(row.person, by=by, may=access.may_work, about=row.person, words=NOT_YOURS)
    if row.kind != ClockKind.GOLDEN_HOUR or not row.running:
        raise Refused("This golden hour is not running.")
    early = row.is_before_start(at)
    owed = [row] if _missed(row, None if early else at) and access.owes_cause(seen, row) else []
    _require_cause(owed, missed_cause, new_plan)
    row.told_at = at
    write(row.person, by=by, kind=LogKind.CLOCK, occurred_at=occurred_at, late_reason=late_reason,
          text=f"{row.person.label}: MASH or the emergency duty team was told.")  # fmt: skip
    if early:
        save(row, by=by, fields=["told_at"])
        _say_early(row, at, by=by)
    else:
        _meet(row, at=at, by=by)
    _explain(owed, by=by, missed_cause=missed_cause, new_plan=new_plan)
    settle_of(row.person, kind=row.kind, by=by)
    return row
