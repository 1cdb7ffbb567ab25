"""A person referred to a service, and taken to the daily meeting; both are appended and never changed."""

from django.db import transaction

from checklists.models import ClockKind
from incidents.actions import record_access
from incidents.actions.saving import lock
from incidents.models import AccessAct, LogKind
from response import access
from response.actions.clocks import RUNNING
from response.actions.contact import NOT_YOURS, meet
from response.actions.items import settle_of
from response.actions.writing import ask, write
from response.models import Referral, ReferredTo, RiskReview
from svit import clock
from svit.refused import Refused


@transaction.atomic
def refer(*, person, by, to, service="", occurred_at=None, note="", late_reason=""):
    """The person was referred; a referral to MASH meets the clock that asks for it, if it came after its start.

    It says which clocks it `met`. A clock that was missed stays missed.
    """
    ask(person, by=by, may=access.may_work, about=person, words=NOT_YOURS)
    lock(person.entry)
    at = occurred_at or clock.now()
    where = f", {service}" if service else ""
    logged = write(
        person, by=by, kind=LogKind.CONTACT, occurred_at=at, late_reason=late_reason, act=None,
        text=f"{person.label}: referred to {_service(to)}{where}.{f' {note}' if note else ''}",
    )  # fmt: skip
    referral = Referral.objects.create(
        person=person, to=to, service=service, note=note, late_reason=late_reason, occurred_at=at,
        recorded_at=clock.recorded(), by=by.user, agency=by.agency, logged=logged,
    )  # fmt: skip
    referral.met = []
    if to == ReferredTo.MASH:
        rows = [lock(row) for row in person.clocks.filter(kind=ClockKind.MASH_REFERRAL, **RUNNING)]
        referral.met = [row for row in rows if not row.is_before_start(at)]
        for row in referral.met:
            meet(row, at=at, by=by)
        settle_of(person, kinds={ClockKind.MASH_REFERRAL}, by=by)
    record_access(
        person.entry.incident,
        by=by,
        act=AccessAct.COLLECTION,
        subject_kind=person.kind(),
        subject=person.uuid,
    )
    return referral


def _service(to):
    label = ReferredTo(to).label
    return label if to == ReferredTo.MASH else label[0].lower() + label[1:]


@transaction.atomic
def take_to_meeting(*, people, by, held_on=None):
    """These people were on the list of the Daily Risk Management meeting of a day; once each, whoever says it again.

    Returns how many are new.
    """
    held_on = held_on or clock.today()
    if held_on > clock.today():
        raise Refused("The meeting must be today or in the past.", "held_on")
    taken = 0
    for person in sorted(people, key=lambda person: person.pk):
        ask(person, by=by, may=access.may_take_to_meeting, about=person,
            words="Only a coordinator records the daily meeting.")  # fmt: skip
        lock(person.entry)
        if RiskReview.objects.filter(person=person, held_on=held_on).exists():
            continue
        logged = write(
            person,
            by=by,
            kind=LogKind.CONTACT,
            text=f"{person.label}: taken to the Daily Risk Management meeting.",
        )
        RiskReview.objects.create(
            person=person, held_on=held_on, occurred_at=clock.now(), recorded_at=clock.recorded(), by=by.user,
            agency=by.agency, logged=logged,
        )  # fmt: skip
        taken += 1
    return taken
