"""Why somebody cannot be reached, as far as this room knows."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from partners.models import Leave, Membership, User
from reminders import rooms
from reminders.models import Reason


@rooms.who_is_away
def away(users: Collection[int], now: datetime) -> dict[int, str]:
    """Who acts for nobody any more, has not set up, has no address, or is on leave; one query."""
    mine = {"user": OuterRef("pk")}
    rows = User.objects.filter(pk__in=users).annotate(
        acts=Exists(Membership.objects.current().filter(**mine)),
        away=Exists(Leave.objects.at(now).filter(**mine)),
    )
    missed = rows.filter(Q(acts=False) | Q(joined_at=None) | Q(email="") | Q(away=True))
    found = missed.values_list("pk", "acts", "joined_at", "email")
    return {pk: _why(acts, joined_at, email) for pk, acts, joined_at, email in found}


def _why(acts, joined_at, email) -> str:
    if not acts:
        return Reason.ENDED
    if joined_at is None:
        return Reason.NOT_SET_UP
    return Reason.LEAVE if email else Reason.NO_ADDRESS
