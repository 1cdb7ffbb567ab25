"""Contact that cannot be made safely: a pause is asked for, a manager answers it, and it ends by itself."""

from django.db import transaction

from incidents.actions.saving import derive, lock, save
from incidents.models import LogKind
from reminders import wake
from reminders.actions import over
from response import access, meeting
from response.actions.clocks import RESTED, RUNNING
from response.actions.contact import NOT_YOURS
from response.actions.items import settle_of
from response.actions.writing import ask, living, log_miss, write
from response.models import SafetyPause
from response.reminders import next_remind_at
from svit import clock
from svit.refused import Refused
from svit.templatetags.svit import when


def _held(person):
    rows = person.clocks.filter(**RUNNING).select_related("rule", "calendar__working_hours").order_by("pk")
    held = [lock(row) for row in rows if meeting.asks_family(row)]
    return [row for row in held if row.running]  # contact may have been recorded while it waited


@transaction.atomic
def ask_pause(*, person, by, reason, until_at):
    """Somebody who works with the person says that contact is not safe. A manager's own word needs no second.

    Until a manager approves it the clocks run on.
    """
    seen = ask(person, by=by, may=access.may_work, about=person, words=NOT_YOURS)
    living(person)
    now = clock.now()
    if until_at <= now:
        raise Refused("The pause must end in the future.", "until_at")
    if until_at > now + SafetyPause.LONGEST:
        raise Refused("A pause can last 7 days at most. Ask again before it ends.", "until_at")
    over_unanswered = person.pauses.filter(ended_at=None, approved=None, until_at__lte=now)
    over_unanswered.update(ended_at=now, remind_at=None)
    if person.pauses.filter(ended_at=None).exists():
        raise Refused(f"{person.label}: a pause was asked for already.")
    if not _held(person):
        raise Refused(f"{person.label}: no clock of contact runs that could rest.")
    logged = write(person, by=by, kind=LogKind.CLOCK,
                   text=f"{person.label}: contact cannot be made safely. A pause until {when(until_at)} was asked for:"
                        f" {reason}")  # fmt: skip
    pause = SafetyPause.objects.create(
        person=person, reason=reason, until_at=until_at, asked_at=now, asked_by=by.user, agency=by.agency,
        logged=logged, remind_at=now,
    )  # fmt: skip
    if access.may_answer_pause(seen, pause):
        _approve(pause, by=by, answer="")
    wake()
    return pause


@transaction.atomic
def answer_pause(*, pause, by, approved, answer=""):
    """A manager approves, and the clocks rest; or refuses, and they run on."""
    pause = lock(pause)
    ask(pause.person, by=by, may=access.may_answer_pause, about=pause,
        words="Only a manager of the agency that makes the contact, or a CSP manager, answers this.")  # fmt: skip
    if not pause.waits:
        raise Refused("This was answered already.")
    if approved and pause.until_at <= clock.now():
        raise Refused("The time that was asked for is over already. Ask anew.")
    if approved:
        _approve(pause, by=by, answer=answer)
    else:
        if not answer.strip():
            raise Refused("Enter the reason.", "answer")
        _answered(pause, by=by, approved=False, answer=answer)
        pause.ended_at = pause.answered_at
        pause.save(update_fields=["ended_at"])
        write(pause.person, by=by, kind=LogKind.CLOCK,
              text=f"{pause.person.label}: the pause was refused, so the clocks run on. {answer}")  # fmt: skip
    wake()
    return pause


def _answered(pause, *, by, approved, answer):
    pause.answered_at, pause.answered_by, pause.approved, pause.answer = (
        clock.now(),
        by.user,
        approved,
        answer,
    )
    pause.remind_at = pause.until_at if approved else None
    pause.save(update_fields=["answered_at", "answered_by", "approved", "answer", "remind_at"])
    over(pause.uuid)


def _approve(pause, *, by, answer):
    """The clocks rest from now. One that ran out before stays missed."""
    now, person = clock.now(), pause.person
    _answered(pause, by=by, approved=True, answer=answer)
    rows = _held(person)
    for row in rows:
        row.person = person
        missed = row.missed_at is None and row.due_at <= now
        if missed:
            row.missed_at = row.due_at
            log_miss(row, by=by, found="Found when contact was paused.")
        row.paused_at, row.due_at = now, row.due(resting=row.time_since(now, pause.until_at))
        save(row, by=by, reason="Contact is not safe", fields=["missed_at", "paused_at", "due_at"])
        derive(row, remind_at=None)
        over(row.uuid)
    write(person, by=by, kind=LogKind.CLOCK,
          text=f"{person.label}: the pause was approved. The contact clocks rest until {when(pause.until_at)}."
               f"{f' {answer}' if answer else ''}")  # fmt: skip
    settle_of(person, kinds={row.kind for row in rows}, by=by)


@transaction.atomic
def end_pause(*, pause, by, reason=""):
    """The clocks run again from where they stood: at the end that was set, or because contact is safe now."""
    pause = lock(pause)
    if not by.system:
        ask(pause.person, by=by, may=access.may_end_pause, about=pause, words=NOT_YOURS)
    if not pause.rests:
        raise Refused("This pause has ended already.")
    now, person = clock.now(), pause.person
    pause.ended_at, pause.remind_at = now, None
    pause.save(update_fields=["ended_at", "remind_at"])
    rows = [lock(row) for row in person.clocks.filter(paused_at__isnull=False, **RUNNING).order_by("pk")]
    for row in rows:
        row.person = person
        until = min(now, pause.until_at)
        row.stop_resting(until)
        save(row, by=by, reason="Contact is safe again", fields=RESTED)
        # Looked at as of then: a sweep that slept says what fell due since, late
        derive(row, remind_at=next_remind_at(row, until))
    why = reason or "The time that was set is over."
    write(person, by=by, kind=LogKind.CLOCK, text=f"{person.label}: the contact clocks run again. {why}")
    settle_of(person, kinds={row.kind for row in rows}, by=by)
    wake()
    return pause
