"""Who makes contact: a clock given to an agency and a person in it; a worker's people handed over, one or all."""

from django.db import transaction

from incidents.access import sight
from incidents.actions.saving import derive, lock, save, sign
from incidents.models import Incident, LogKind
from partners.models import WORKING_ROLES, Membership
from reminders import wake
from response import access
from response.actions.clocks import RUNNING
from response.actions.writing import ask, write
from response.family import check_may_go
from response.models import Person
from response.reminders import next_remind_at
from svit import clock
from svit.refused import Refused


def _check_whom(seen, agency, worker):
    """Refused unless the agency works with the incident's people, and the worker makes contact for it."""
    if not access.agencies_for_clocks(seen).filter(pk=agency.pk).exists():
        raise Refused(f"{agency} does not work with the people of {seen.incident.reference}.", "whom")
    working = Membership.objects.current().filter(user=worker, agency=agency, role__in=WORKING_ROLES)
    if worker and not working.exists():
        raise Refused(f"{worker} does not make contact for {agency}.", "whom")


def in_words(agency, worker):
    """Whom the log names: an agency, and that somebody in it was chosen; never who."""
    return f"{agency}, one of its workers" if worker else f"{agency}"


def _give(row, *, by, agency, worker):
    row.agency, row.worker = agency, worker
    save(row, by=by, fields=["agency", "worker"])
    derive(row, remind_at=next_remind_at(row, clock.now()))


@transaction.atomic
def assign_clock(*, clock_row, by, agency, worker=None, agreed=False):
    """Who makes the contact: an agency, and a person in it where one is named."""
    row = lock(clock_row)
    seen = ask(row.person, by=by, may=access.may_assign, about=row,
               words="Only a coordinator gives another agency's clock to somebody.")  # fmt: skip
    _check_whom(seen, agency, worker)
    check_may_go(seen, row.person, agreed=agreed)
    _give(row, by=by, agency=agency, worker=worker)
    wake()
    write(row.person, by=by, kind=LogKind.CLOCK,
          text=f"{row.person.label}, {row.name}: with {in_words(agency, worker)}.")  # fmt: skip
    return row


@transaction.atomic
def hand_over(*, person, by, agency, worker=None, reason, agreed=False, also=()):
    """The person's lead and running clocks go to somebody else, as they run; `also` other people of the same holder.

    Each is asked for by itself: whom the actor may not give, or whose incident the new agency does not work with,
    refuses the whole. Returns the people.
    """
    people = [person, *(one for one in also if one.pk != person.pk)]
    for one in sorted(people, key=lambda one: one.pk):
        lock(one.entry)
        _hand_over(one, by=by, agency=agency, worker=worker, reason=reason, agreed=agreed)
    wake()
    return people


def _hand_over(person, *, by, agency, worker, reason, agreed):
    seen = sight(by, Incident.objects.select_related("partnership").get(pk=person.entry.incident_id))
    fresh = Person.objects.get(pk=person.pk)  # somebody may have handed them over since they were read
    fresh.entry = person.entry
    if seen is None or not access.knows(seen, fresh) or not access.may_hand_over(seen, fresh):
        raise Refused("You do not hand over all of these people.")
    _check_whom(seen, agency, worker)
    check_may_go(seen, fresh, agreed=agreed)
    fresh.lead_agency, fresh.lead_worker = agency, worker
    sign(fresh, by=by, reason=reason[:100]).save(update_fields=["lead_agency", "lead_worker"])
    for row in person.clocks.filter(**RUNNING).order_by("pk"):
        row = lock(row)
        row.person = person
        if access.may_assign(seen, row):
            _give(row, by=by, agency=agency, worker=worker)
    write(person, by=by, kind=LogKind.CLOCK,
          text=f"{person.label} was handed over to {in_words(agency, worker)}: {reason} Clocks run on.")  # fmt: skip
