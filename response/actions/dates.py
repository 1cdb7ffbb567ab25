"""Key dates: written down, changed, and what that means for the reminders."""

from django.db import IntegrityError, transaction

from incidents.actions import change_record, create_record
from incidents.actions.saving import derive
from incidents.models import Section
from partners.models import User
from reminders import wake
from reminders.actions import over
from response.date_access import who_read
from response.date_reminders import next_remind_at
from response.models import KeyDate
from svit import clock
from svit.refused import Refused

DAYS = ("on", "yearly", "dropped")
WHEN_ASKED = "Enter when the family was asked, or when it was decided."


@transaction.atomic
def add_date(*, seen, about=None, sensitivity=None, holders=(), **fields):
    """A day that matters. About a person it is of the section people; about one that is sealed it is sealed too."""
    date = create_record(
        seen=seen, model=KeyDate, section=Section.PEOPLE if about else Section.COMMUNITY, about=about,
        sensitivity=sensitivity, holders=holders, **fields,
    )  # fmt: skip
    date.entry.incident = seen.incident
    _settle(date)
    return date


@transaction.atomic
def change_date(*, seen, record, version, choice=None, **fields):
    """Change what is known, wished or prepared. A day that moved, or is kept no more, takes its messages along."""
    entry, was = record.entry, [getattr(record, name) for name in DAYS]
    try:
        with transaction.atomic():
            date = change_record(seen=seen, record=record, version=version, choice=choice, **fields)
    except IntegrityError as broken:  # two people's halves of one answer
        raise Refused(WHEN_ASKED, "asked_on") from broken
    entry.refresh_from_db(fields=["title", "version", "updated_at"])
    date.entry = entry
    date.entry.incident = seen.incident
    if [getattr(date, name) for name in DAYS] != was:
        over(date.uuid)
    _settle(date)
    return date


def _settle(date):
    """What follows from a date: its place among the phases, whom it may speak to, and when."""
    if date.entry.phase != date.belongs_to:
        date.entry.phase = date.belongs_to
        date.entry.save(update_fields=["phase"])
    users = dict(User.objects.filter(uuid__in=date.told).values_list("pk", "name"))
    if set(users) - who_read(date, list(users)):
        raise Refused("Somebody who is ticked may not see this date, so cannot be reminded of it.", "told")
    derive(date, remind_at=next_remind_at(date, clock.now()))
    wake()
