"""‘Do not share further’, said of an item."""

from django.db import transaction

from checklists import access
from checklists.actions.holding import hold
from incidents.actions.saving import lock
from incidents.actions.sharing import share_again as again
from incidents.actions.sharing import stop_sharing as stop


@transaction.atomic
def stop_sharing(*, seen, item, reason):
    """No agency gets the item that has not got it. The incident is locked first, as wherever both are held."""
    lock(seen.incident)
    item = hold(seen, item, access.can_work)
    return stop(seen=seen, about=item, person=item.about, reason=reason)


@transaction.atomic
def share_again(*, seen, item, reason):
    """The agency that said so takes it back."""
    lock(seen.incident)
    item = hold(seen, item, access.can_work)
    again(seen=seen, about=item, person=item.about, reason=reason)
