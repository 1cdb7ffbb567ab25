"""Contact with people: attempts, contact made, and what somebody says is done; each meets the clocks that it fits."""

from django.db import transaction

from incidents.actions import record_access
from incidents.actions.saving import lock, save
from incidents.models import AccessAct, LogKind
from reminders.actions import over
from response import access, meeting
from response.actions.clocks import RESTED, RUNNING, explain
from response.actions.items import settle_of
from response.actions.writing import ask, living, log_cause, log_miss, write
from response.models import AttemptOutcome, ContactAttempt, ContactMethod, ContactWith, SupportAnswer
from svit import clock
from svit.refused import Refused
from svit.templatetags.svit import when

NOT_YOURS = "Your agency does not record contact with the people of this incident."


@transaction.atomic
def record_contact(
    *, person, by, outcome, method, whom=ContactWith.PERSON, occurred_at=None, what_happened="", engaged="",
    support="", next_step="", late_reason="", told_by="", missed_cause="", new_plan="",
):  # fmt: skip
    """An attempt, or contact made. An attempt meets the attempt clock and never the contact clock.

    What came before a clock's event meets that clock not at all. A clock that is missed and not explained takes its
    cause and a new plan. The attempt says which clocks it `met`, and for which it came too `early`.
    """
    at, incident = occurred_at or clock.now(), person.entry.incident
    seen = ask(person, by=by, may=access.may_work, about=person, words=NOT_YOURS)
    living(person)
    open_rows = person.clocks.filter(**RUNNING).select_related("rule").order_by("pk")
    rows = [lock(row) for row in open_rows if meeting.is_for(row, whom)]
    fitting = [row for row in rows if meeting.fits(row, whom=whom, outcome=outcome)]
    met = [row for row in fitting if not row.is_before_start(at)]
    early = [row for row in fitting if row.is_before_start(at)]
    owed = [row for row in rows if _missed(row, at if row in met else None) and access.owes_cause(seen, row)]
    _require_cause(owed, missed_cause, new_plan)
    logged = write(
        person, by=by, kind=LogKind.CONTACT, occurred_at=at, late_reason=late_reason, act=None,
        text=_in_words(person, outcome, method, whom, support, what_happened, engaged, next_step),
    )  # fmt: skip
    attempt = ContactAttempt.objects.create(
        person=person, outcome=outcome, method=method, whom=whom, occurred_at=at, logged=logged,
        recorded_at=clock.recorded(), late_reason=late_reason, what_happened=what_happened, engaged=engaged,
        support=support, next_step=next_step, by=by.user, agency=by.agency, told_by=told_by,
    )  # fmt: skip
    for row in met:
        meet(row, at=at, by=by)
    for row in early:
        _say_early(row, at, by=by)
    _explain(owed, by=by, missed_cause=missed_cause, new_plan=new_plan)
    record_access(incident, by=by, act=AccessAct.COLLECTION, subject_kind=person.kind(), subject=person.uuid)
    settle_of(person, kinds={row.kind for row in fitting}, by=by)
    attempt.met, attempt.early = met, early
    return attempt


def _in_words(person, outcome, method, whom, support, what_happened, engaged, next_step):
    """What the log says of it."""
    word = "Contact made" if outcome == AttemptOutcome.MADE else "Contact attempted, not made"
    with_whom = "" if whom == ContactWith.PERSON else f" with {ContactWith(whom).label.lower()}"
    parts = [f"{word}, {person.label}{with_whom}: {ContactMethod(method).label.lower()}."]
    if support:
        parts.append(f"{SupportAnswer(support).label}.")
    parts += [what_happened, engaged and f"What engaged them: {engaged}", next_step and f"Next: {next_step}"]
    return " ".join(part for part in parts if part)


def _missed(row, met_at):
    """Whether the clock was missed, or is found missed now that it is met at `met_at`, or still is not.

    One that rests is not missed by that.
    """
    if row.missed_at is not None or row.paused_at:
        return row.missed_at is not None
    return row.due_at < (met_at or clock.now())


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


def meet(row, *, at, by):
    """The clock is met at `at`; late when that is after its due time, or when the miss was already made."""
    row.stop_resting(clock.now())
    found = row.missed_at is None and at > row.due_at
    row.met_at, row.met_recorded_at, row.remind_at = at, clock.now(), None
    if found:
        row.missed_at = row.due_at
    save(row, by=by, fields=["met_at", "met_recorded_at", "missed_at", "told_at", *RESTED, "remind_at"])
    over(row.uuid)
    if found:
        log_miss(row, by=by, found="Found when it was recorded that the clock is met.")


def _say_early(row, at, *, by):
    write(row.person, by=by, kind=LogKind.CLOCK,
          text=f"{row.person.label}: {row.name} runs on. What was recorded for {when(at)} was before its"
          f" start, {when(row.started_at)}.")  # fmt: skip


@transaction.atomic
def meet_by_word(*, clock_row, by, occurred_at=None, late_reason="", missed_cause="", new_plan=""):
    """The police told MASH or the emergency duty team; or what a partnership's own clock asks for is done.

    What was done before the clock's event meets it not: it runs on.
    """
    row, at = lock(clock_row), occurred_at or clock.now()
    seen = ask(row.person, by=by, may=access.may_work, about=row.person, words=NOT_YOURS)
    if not meeting.is_told(row) or not row.running:
        raise Refused("This clock is not running.")
    early = row.is_before_start(at)
    owed = [row] if _missed(row, None if early else at) and access.owes_cause(seen, row) else []
    _require_cause(owed, missed_cause, new_plan)
    row.told_at = at
    done = "MASH or the emergency duty team was told." if not row.rule_id else f"{row.name}: done."
    write(row.person, by=by, kind=LogKind.CLOCK, occurred_at=occurred_at, late_reason=late_reason,
          text=f"{row.person.label}: {done}")  # fmt: skip
    if early:
        save(row, by=by, fields=["told_at"])
        _say_early(row, at, by=by)
    else:
        meet(row, at=at, by=by)
    _explain(owed, by=by, missed_cause=missed_cause, new_plan=new_plan)
    settle_of(row.person, kinds={row.kind}, by=by)
    return row
