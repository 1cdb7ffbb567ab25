"""Importing a partner directory: all of it, or nothing."""

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from partners.actions.agency import make
from partners.actions.rule import administering
from partners.csv_import import directory
from partners.history import sign, signature
from partners.models import Contact, Partnership
from partners.reminders import next_confirm_remind_at
from svit import clock, engines
from svit.refused import Refused

IMPORT = "Import of a partner directory"
BAD = "The directory has changed since it was checked, so nothing was imported. Look at the rows below."


@transaction.atomic
def import_directory(*, by, partnership, sheet):
    """Check the sheet again and make what it holds. One bad row, and nothing is made."""
    administering(by, partnership)
    engines.lock(Partnership.objects.filter(pk=partnership.pk)).get()  # one import at a time
    plan = directory.check(sheet, partnership)
    if plan.problems:
        raise Refused(BAD)
    made = {
        key: make(by=by, serves=[partnership], reason=IMPORT, **values)
        for key, values in plan.agencies.items()
    }
    contacts = [
        sign(
            Contact(
                partnership=partnership,
                agency=made.get(row.agency_key) or plan.known.get(row.agency_key),
                **row.values,
            ),
            by=by,
            reason=IMPORT,
        )
        for row in plan.contacts
    ]
    for contact in contacts:
        contact.remind_at = next_confirm_remind_at(contact, clock.now())
    bulk_create_with_history(contacts, Contact, custom_historical_attrs=signature(by))
    return plan
