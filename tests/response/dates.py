"""What the tests of key dates build on."""

from datetime import UTC, datetime

from incidents.access import get_sight
from incidents.models import Entry
from response import actions
from response.models import KeyDate

COURT = datetime(2027, 5, 4, tzinfo=UTC).date()
WISHES = {"confirmed": True, "words": "Family liaison officer, yesterday"}


def write_down(by, incident, **more):
    """One key date, as `by` would write it down."""
    answers = {"what": "court", "on": COURT, "told": []} | more
    return actions.add_date(seen=get_sight(by, incident.uuid), **answers)


def fresh(date):
    """The date as a view finds it, through its entry."""
    found = KeyDate.objects.get(pk=date.pk)
    found.entry = Entry.objects.get(pk=date.pk)
    return found


def change(by, date, **fields):
    found = fresh(date)
    seen = get_sight(by, found.entry.incident.uuid)
    return actions.change_date(
        seen=seen, record=found, version=fields.pop("version", found.version), **fields
    )
