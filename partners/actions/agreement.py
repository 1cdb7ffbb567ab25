"""What an agency and the partnership signed about sharing information."""

from django.db import transaction

from partners.actions.rule import administering, managing
from partners.history import sign
from partners.models import SharingAgreement
from partners.reminders import next_review_remind_at
from reminders.actions import over
from svit import clock
from svit.refused import Refused


@transaction.atomic
def record_agreement(*, agency, partnership, by, purposes, gateway, signed_on, review_by):
    """A signed agreement, and when it has to be looked at again. Earlier ones stay."""
    administering(by, partnership)
    agency = managing(by, agency, administer=True)
    if agency.csp_of_id:
        raise Refused("The community safety agency is the partnership itself: it signs with the others.")
    if review_by <= signed_on:
        raise Refused("The review must be after the agreement was signed", "review_by")
    agreement = SharingAgreement(
        agency=agency,
        partnership=partnership,
        purposes=purposes,
        gateway=gateway,
        signed_on=signed_on,
        review_by=review_by,
    )
    now = clock.now()
    agreement.remind_at = next_review_remind_at(agreement, now)
    earlier = SharingAgreement.objects.filter(agency=agency, partnership=partnership)
    over(*earlier.values_list("uuid", flat=True))
    sign(agreement, by=by).save()
    return agreement
