"""What failed is sent again, on the word of somebody who sets up the recipient's agency."""

from uuid import UUID

from django.db import transaction

from partners import undelivered
from partners.access import get_set_up
from reminders.actions import send_again as send
from reminders.actions import try_address as lift


@transaction.atomic
def send_again(*, keys, by):
    """Let the failed deliveries of these keys go out, of those that `by` looks after; how many that were.

    Whether each is still due, and may be received, is asked when it goes.
    """
    get_set_up(by)
    wanted = {tuple(key.rpartition("_")[::2]) for key in keys}
    named = [uuid for one, _ in wanted if (uuid := _uuid(one))]
    rows = undelivered.failed(by).filter(notification__uuid__in=named)
    rows = rows.values_list("pk", "notification__uuid", "channel")
    chosen = [pk for pk, uuid, channel in rows if (str(uuid), channel) in wanted]
    return send(deliveries=chosen, by=by.user.pk) if chosen else 0


def _uuid(text):
    try:
        return UUID(text)
    except ValueError:
        return None


@transaction.atomic
def try_address(*, key, by):
    """Try the address of this key again from the next message on; the person, or None where nothing is marked."""
    get_set_up(by)
    for row in undelivered.bad(by):
        if row.key == key:
            lift(user=row.user_id, channel=row.channel)
            return row.user
    return None
