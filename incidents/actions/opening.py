"""Opening an incident row with its reference and phases; the whole act is `response.actions.log_incident`."""

from django.db import connection, transaction

from incidents.actions.saving import sign
from incidents.models import PHASES, Incident, Phase
from incidents.models.incident import Precision
from incidents.places import apart
from incidents.reminders import next_remind_at
from svit import clock

COUNT_ON = """
    INSERT INTO incidents_referencecounter (partnership_id, year, exercise, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (partnership_id, year, exercise) DO UPDATE SET last = incidents_referencecounter.last + 1
    RETURNING last
"""


def next_reference(partnership, *, exercise):
    """The next number of the partnership's series for this year, without a gap: the counter stays locked."""
    year = clock.local(clock.now()).year
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ON, [partnership.pk, year, exercise])
        [number] = cursor.fetchone()
    prefix = f"EX-{partnership.code}" if exercise else partnership.code
    return f"{prefix}-{year % 100:02d}-{number:04d}"


@transaction.atomic(savepoint=False)
def open_incident(*, by, partnership, exercise, report_state, **answers):
    """The incident with its reference and its nine phases; the caller logs it, and records that it was collected."""
    if answers.get("occurred_at") is None:
        answers["occurred_precision"] = Precision.UNKNOWN
    where = answers.pop("place", "")
    place, exact = apart(where, answers.get("area") or partnership.area)
    incident = Incident(
        place=place,
        exact_place=exact,
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
    incident.remind_at = next_remind_at(incident, incident.logged_at)
    sign(incident, by=by).save(force_insert=True)
    Phase.objects.bulk_create(
        Phase(incident=incident, key=key, order=order) for order, (key, _) in enumerate(PHASES)
    )
    return incident
