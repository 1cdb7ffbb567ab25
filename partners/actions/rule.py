"""The rule asked again, inside the transaction: a door that was open when the page came may be shut now."""

from django.core.exceptions import PermissionDenied

from partners import access
from partners.models import Agency
from svit import engines


def administering(by, partnership):
    """Go on only if `by` administers this very partnership."""
    if by.system:
        return
    if not access.can_administer(by) or by.partnership.pk != partnership.pk:
        raise PermissionDenied(access.ADMINISTRATORS_ONLY)


def managing(by, agency, *, administer=False):
    """The agency, held until the transaction ends; go on only if `by` sets it up."""
    agency = engines.lock(Agency.objects.filter(pk=agency.pk)).get()
    if not access.can_manage(by, agency) or (administer and not access.can_administer(by)):
        raise PermissionDenied(access.MANAGERS_TOO)
    return agency
