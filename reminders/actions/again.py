"""Sending once more what failed, because somebody says so."""

from collections.abc import Collection

from django.db import transaction

from reminders import reach, ring
from reminders.models import Delivery, DeliveryState
from svit import clock, engines


@transaction.atomic
def send_again(*, deliveries: Collection[int], by: int) -> int:
    """Let failed deliveries go out, by primary key, on the word of the user `by`; how many that were.

    Their addresses are tried again. Whether each is still due, and may be received, is asked when it goes.
    """
    now = clock.now()
    failed = Delivery.objects.filter(pk__in=deliveries, state=DeliveryState.FAILED)
    rows = list(engines.lock(failed.select_related("notification")))
    for row in rows:
        reach.lift([row.notification.recipient_id], row.channel)
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=DeliveryState.PENDING, attempts=0, next_try_at=now, outcome="", again_at=now, again_by=by,
        message_id="", provider_id="",  # it is another message, which may go with others than the first time
    )  # fmt: skip
    transaction.on_commit(lambda: ring("reminders.deliver"))
    return len(rows)


def try_address(*, user: int, channel: str) -> None:
    """Take the mark off an address: what comes goes there again."""
    reach.lift([user], channel)
