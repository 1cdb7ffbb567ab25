"""Opening an incident row with its reference and phases; the whole act is `response.actions.log_incident`."""

from django.db import transaction

from incidents.actions.access_record import record_access
from incidents.actions.log import log
from incidents.actions.saving import sign
from incidents.models import PHASES, AccessAct, Incident, LogKind, Phase, ReferenceCounter
from incidents.models.incident import Precision
from svit import clock, engines


def next_reference(partnership, *, exercise):
    """The next number of the partnership's series for this year, without a gap: the counter stays locked."""
    year = clock.local(clock.now()).year
    series = {"partnership": partnership, "year": year, "exercise": exercise}
    counter = engines.lock(ReferenceCounter.objects.filter(**series)).first()
    if counter is None:
        ReferenceCounter.objects.bulk_create([ReferenceCounter(**series)], ignore_conflicts=True)
        counter = engines.lock(ReferenceCounter.objects.filter(**series)).get()
    counter.last += 1
    counter.save(update_fields=["last"])
    prefix = f"EX-{partnership.code}" if exercise else partnership.code
    return f"{prefix}-{year % 100:02d}-{counter.last:04d}"


@transaction.atomic
def open_incident(*, by, partnership, exercise, report_state, **answers):
    """The incident, its nine phases and the first entry of its log."""
    if answers.get("occurred_at") is None:
        answers["occurred_precision"] = Precision.UNKNOWN
    incident = Incident(
        partnership=partnership,
        reference=next_reference(partnership, exercise=exercise),
        exercise=exercise,
        report_state=report_state,
        marking=partnership.marking,
        logged_at=clock.now(),
        logged_by=by.user,
        logged_for=by.agency,
        **answers,
    )
    sign(incident, by=by).save(force_insert=True)
    Phase.objects.bulk_create(
        Phase(incident=incident, key=key, order=order) for order, (key, _) in enumerate(PHASES)
    )
    record_access(incident, by=by, act=AccessAct.COLLECTION)
    word = "Exercise logged" if exercise else "Reported, unconfirmed" if incident.unconfirmed else "Logged"
    log(
        incident, by=by, kind=LogKind.LOGGED, about=incident,
        text=f"{word}: {incident.title}. Told by: {incident.get_source_display()}.",
    )  # fmt: skip
    return incident
