"""The Daily Risk Management list: everybody with a clock of contact that runs or was missed, the most urgent first."""

from collections import defaultdict

from django.db.models import Q

from incidents.access import held_entries, visible_incidents
from incidents.models import LIVE, Sensitivity
from response.models import ContactAttempt, ContactClock, RiskReview
from response.queries.clocks import card, tried, urgency
from svit import clock

MOST = 200  # people on one page, and on one print
REVIEWS = 3


def risk_list(actor, *, exercise=False, most=MOST):
    """(people, whether there are more): each with `cards`, the last attempt, and when it was taken to a meeting.

    Nothing of it is restricted: a label, role, age band and place, consent, clocks, and what was done. Four queries.
    """
    now = clock.now()
    by_person = defaultdict(list)
    for row in _rows(actor, exercise):
        by_person[row.person_id].append(row)
    order = sorted(by_person.values(), key=lambda rows: min(urgency(row, now) for row in rows))
    people = [_person(rows, now) for rows in order[:most]]
    _add_attempts(people, now)
    _add_reviews(people)
    return people, len(order) > most


def _rows(actor, exercise):
    incidents = visible_incidents(actor).filter(LIVE, partnership=actor.partnership, exercise=exercise)
    open_to_them = ~Q(person__entry__sensitivity=Sensitivity.SEALED) | Q(
        person__entry__in=held_entries(actor.user)
    )
    rows = ContactClock.objects.filter(
        open_to_them, person__entry__incident__in=incidents.values("pk"), met_at=None, stopped_at=None
    )
    return rows.select_related("person__entry__incident__partnership", "agency", "rule")


def _person(rows, now):
    rows = sorted(rows, key=lambda row: urgency(row, now))
    person = rows[0].person
    person.incident_of = person.entry.incident
    person.rows = rows
    person.with_whom = next((row.agency for row in rows if row.agency_id), None)
    person.missed = [row for row in rows if row.is_missed(now)]
    return person


def _add_attempts(people, now):
    """What was tried, and the strips, which show it."""
    tries = defaultdict(list)
    for one in ContactAttempt.objects.filter(person__in=[person.pk for person in people]).select_related(
        "agency"
    ):
        tries[one.person_id].append(one)
    for person in people:
        mine = tries[person.pk]
        person.finding, person.last = tried(mine), mine[-1] if mine else None
        person.cards = [card(row, mine, now, person.incident_of, 240) for row in person.rows]


def _add_reviews(people):
    """The last days on which each was taken to the meeting, and whether today is one."""
    days = defaultdict(list)
    found = RiskReview.objects.filter(person__in=[person.pk for person in people])
    for person, held_on in found.order_by("held_on").values_list("person", "held_on"):
        days[person].append(held_on)
    for person in people:
        person.meetings = days[person.pk][-REVIEWS:]
        person.taken_today = clock.today() in person.meetings
