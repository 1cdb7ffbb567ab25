"""Meetings: set up, started, decided in, ended, signed; afterwards only added to."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max

from checklists.actions import add_item
from checklists.models import ItemSource
from incidents.actions import change_record, create_record, log
from incidents.actions.saving import lock, sign
from incidents.models import AccessAct, Engagement, LogKind, Section, Sensitivity
from response.meeting_access import may_set_up, may_sign, may_take_notes
from response.models.meetings import AGENDAS, Addendum, AgendaPoint, Attendance, Decision, Meeting, Raised
from svit import clock
from svit.refused import Refused

POINTS = 30


@transaction.atomic
def set_up(*, seen, agenda="", submission=None, sensitivity=None, holders=(), **fields):
    """A meeting with its agenda, a line a point (the usual one of its kind where empty); everybody engaged is asked."""
    if not may_set_up(seen):
        raise Refused("You cannot set up a meeting here.")
    lock(seen.incident)  # the number of its kind; one that is sealed leaves no gap in them
    last = Meeting.objects.filter(entry__incident=seen.incident, what=fields["what"]).aggregate(Max("number"))
    number = 0 if sensitivity == Sensitivity.SEALED else (last["number__max"] or 0) + 1
    meeting = create_record(
        seen=seen, model=Meeting, submission=submission, sensitivity=sensitivity, holders=holders,
        number=number, **fields,
    )  # fmt: skip
    if meeting.agenda.exists():  # sent before
        return meeting
    points = [line.strip() for line in agenda.splitlines() if line.strip()] or AGENDAS[fields["what"]]
    if len(points) > POINTS:
        raise Refused(f"An agenda has at most {POINTS} points.", "agenda")
    AgendaPoint.objects.bulk_create(
        AgendaPoint(meeting=meeting, order=order, title=title[:150]) for order, title in enumerate(points, 1)
    )
    engaged = Engagement.objects.responding().filter(incident=seen.incident).values_list("agency", flat=True)
    asked = {*engaged, meeting.chaired_by_id}
    Attendance.objects.bulk_create(Attendance(meeting=meeting, agency_id=agency) for agency in asked)
    return meeting


def _held(seen, meeting, may=may_take_notes):
    """The meeting as it stands now, held until the transaction ends, for whoever may do this."""
    held = lock(Meeting.objects.get(pk=meeting.pk))
    held.entry = meeting.entry
    if not may(seen, held):
        raise Refused(
            "The notes of this meeting are taken by the agency that chairs it, and by the coordinators."
        )
    return held


def _noted(seen, meeting):
    held = _held(seen, meeting)
    if held.ended_at:
        raise Refused("This meeting has ended. Once it is signed, add an addendum.")
    if not held.started_at:
        raise Refused("Start the meeting to take notes.")
    return held


def _tell(seen, meeting, text, *, kind=LogKind.RECORD, restricted=False):
    entry = meeting.entry
    sensitivity = entry.sensitivity
    if restricted and sensitivity == Sensitivity.STANDARD:
        sensitivity = Sensitivity.RESTRICTED
    log(
        seen.incident, by=seen.actor, kind=kind, text=text, section=entry.section, sensitivity=sensitivity,
        about=entry, act=AccessAct.ALTERATION,
    )  # fmt: skip


def _set(seen, meeting, **values):
    for name, value in values.items():
        setattr(meeting, name, value)
    meeting.version += 1
    sign(meeting, by=seen.actor).save(update_fields=[*values, "version"])
    entry = meeting.entry
    entry.version, entry.updated_at = meeting.version, clock.now()
    entry.save(update_fields=["version", "updated_at"])
    return meeting


@transaction.atomic
def start(*, seen, meeting):
    held = _held(seen, meeting)
    if held.started_at:
        return held
    _tell(seen, held, f"{held.entry.title}: started.")
    return _set(seen, held, started_at=clock.now())


def _next(rows):
    return (rows.aggregate(Max("number"))["number__max"] or 0) + 1


@transaction.atomic
def decide(
    *, seen, meeting, text, why, by_agency, submission, options="", risks="", powers="", restricted=False
):
    """A decision with its reasons, under the next number of the meeting; the same `submission` makes one."""
    held = _noted(seen, meeting)
    if known := Decision.objects.filter(submission=submission, meeting=held).first():
        return known
    if Attendance.objects.filter(meeting=held, agency=by_agency, adviser=True).exists():
        raise Refused(
            "An independent adviser advises and owns no decision. Choose another agency.", "by_agency"
        )
    decision = Decision.objects.create(
        meeting=held, number=_next(held.decisions), text=text, why=why, options=options, risks=risks, powers=powers,
        by_agency=by_agency, restricted=restricted, recorded_by=seen.actor.user, recorded_for=seen.actor.agency,
        submission=submission,
    )  # fmt: skip
    words = f"{held.entry.title}, decision {decision.number}: {text}\nWhy: {why}\nDecided by {by_agency}."
    _tell(seen, held, words, kind=LogKind.DECISION, restricted=restricted)
    return decision


@transaction.atomic
def raise_action(*, seen, meeting, title, agency, due_at, submission):
    """Something to do, which stands in the agency's work at once."""
    held = _noted(seen, meeting)
    if known := Raised.objects.filter(submission=submission, meeting=held).select_related("item").first():
        return known
    if held.entry.sensitivity == Sensitivity.SEALED:
        raise Refused("Others would see an action of a sealed meeting. Write it down as a decision.")
    if not Engagement.objects.responding().filter(incident=seen.incident, agency=agency).exists():
        raise Refused(f"{agency} does not respond to this incident. Engage it first.", "agency")
    item = add_item(
        incident=seen.incident, by=seen.actor, phase="response_plan", title=title, section=Section.MEETINGS,
        agency=agency, due_at=due_at, source=ItemSource.LOCAL, sensitivity=held.entry.sensitivity,
    )  # fmt: skip
    try:
        return Raised.objects.create(
            meeting=held, item=item, number=_next(held.raised), submission=submission
        )
    except IntegrityError as twice:
        raise Refused("This action was added already.") from twice


@transaction.atomic
def attend(*, seen, meeting, answers, advisers=(), extra=None):
    """Who is there: {agency's primary key: answer}, of those that were asked; `advisers` are there to advise alone."""
    held = _held(seen, meeting)
    if held.ended_at:
        raise Refused("This meeting has ended.")
    if extra is not None:
        Attendance.objects.get_or_create(meeting=held, agency=extra)
    for row in Attendance.objects.filter(meeting=held):
        answer, adviser = answers.get(row.agency_id, row.answer), row.agency_id in advisers
        if adviser and held.decisions.filter(by_agency=row.agency_id).exists():
            raise Refused("An agency that owns a decision of this meeting is not there as an adviser.")
        if (row.answer, row.adviser) != (answer, adviser):
            row.answer, row.adviser = answer, adviser
            row.save(update_fields=["answer", "adviser"])
    return held


@transaction.atomic
def end(*, seen, meeting):
    """Nothing is added from now on; the chair reads it through and signs."""
    held = _held(seen, meeting)
    if not held.started_at:
        raise Refused("This meeting has not started.")
    if held.ended_at:
        return held
    _tell(seen, held, f"{held.entry.title}: ended.")
    return _set(seen, held, ended_at=clock.now())


@transaction.atomic
def sign_minutes(*, seen, meeting, read):
    """The chair agrees to what stands there; `read` is the version that was read."""
    held = _held(seen, meeting, may_sign)
    if not held.ended_at:
        raise Refused("End the meeting first.")
    if held.signed_at:
        raise Refused("The minutes are signed already.")
    if read != held.version:
        raise Refused("The minutes changed while you read them. Read them again.")
    _tell(seen, held, f"{held.entry.title}: minutes signed by {seen.actor.label}.")
    return _set(seen, held, signed_at=clock.now(), signed_by=seen.actor.user, signed_as=seen.actor.label)


@transaction.atomic
def add_addendum(*, seen, meeting, text):
    """Something that has to stand beside signed minutes."""
    held = _held(seen, meeting)
    if not held.signed_at:
        raise Refused("The minutes are not signed yet.")
    addendum = Addendum.objects.create(meeting=held, text=text, by=seen.actor.user, by_label=seen.actor.label)
    _tell(seen, held, f"{held.entry.title}, addendum: {text}")
    return addendum


IN = {
    "4h": timedelta(hours=4),
    "1d": timedelta(days=1),
    "2d": timedelta(days=2),
    "7d": timedelta(days=7),
}


@transaction.atomic
def change_meeting(*, seen, record, version, choice=None, **fields):
    """When, where and who chairs. Once it has ended, nothing is changed."""
    held = _held(seen, record)
    if held.ended_at:
        raise Refused("This meeting has ended. Once it is signed, add an addendum.")
    chair = fields.get("chaired_by")
    if chair is not None:
        Attendance.objects.get_or_create(meeting=held, agency=chair)
    return change_record(seen=seen, record=record, version=version, choice=choice, **fields)
