"""Following up what GOV.UK Notify took: it says afterwards, and only when asked, that a message did not arrive."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from reminders import channels, reach
from reminders.actions.sending import try_again
from reminders.channels import notify
from reminders.models import BadAddress, Delivery, DeliveryState
from svit import clock, engines

logger = logging.getLogger(__name__)

SOONEST, LATEST = timedelta(minutes=5), timedelta(hours=6)  # between two questions
GIVE_UP = timedelta(hours=72)  # as long as Notify's providers try


def follow_up(now: datetime | None = None) -> int:
    """Ask what became of each message whose turn it is; how many came to an end. No transaction is open meanwhile."""
    if now is not None:
        with clock.at(now):
            return follow_up()
    ended = 0
    with channels.Lines() as lines:
        while batch := _claim(clock.now(), lines.down):
            ended += _ask(batch, lines, clock.now())
    return ended


@transaction.atomic
def _claim(now: datetime, down: set[str]) -> list[Delivery]:
    """The deliveries of the next message to ask about; its next turn is written down at once."""
    asked = Delivery.objects.filter(ask_at__isnull=False).exclude(channel__in=down)
    asked = asked.select_related("notification__recipient")
    first = engines.claim(asked.filter(ask_at__lte=now).order_by("ask_at", "pk")).first()
    if first is None:
        return []
    batch = list(engines.claim(asked.filter(provider_id=first.provider_id)))
    _rows(batch).update(ask_at=_next_turn(first, now))
    return batch


def _next_turn(delivery: Delivery, now: datetime) -> datetime | None:
    """Each pause is as long as it is old, within bounds; the last question is asked after 72 hours."""
    sent = delivery.sent_at or now
    end = sent + GIVE_UP
    return None if now >= end else min(now + min(max(now - sent, SOONEST), LATEST), end)


def _ask(batch: list[Delivery], lines: channels.Lines, now: datetime) -> int:
    first = batch[0]
    if not first.provider_id or not channels.chosen(first.channel):
        _rows(batch).update(ask_at=None)
        return 0
    try:
        state = lines.open(first.channel).state(first.provider_id)
    except channels.Down as down:
        lines.give_up(first.channel, down)
        return 0
    except Exception as error:  # whatever the client raises: the next turn asks again
        logger.warning("Nobody said what became of a message (%s)", type(error).__name__)
        return 0
    return _learn(batch, state, now)


def _learn(batch: list[Delivery], state: str, now: datetime) -> int:
    """What Notify said, in our rows: 1 where it was the end of it."""
    first = batch[0]
    if state in notify.ARRIVED or state == notify.UNKNOWN:
        _rows(batch).update(ask_at=None)
    elif state == notify.BAD:
        logger.warning("An address takes nothing (%s); nothing more is sent there", state)
        reach.mark(first.notification.recipient, first.channel, BadAddress.Why.UNDELIVERED, "", now)
        _rows(batch).update(
            state=DeliveryState.FAILED, outcome=str(BadAddress.Why.UNDELIVERED.value), ask_at=None
        )
    elif state in notify.NOT_ARRIVED:
        for delivery in batch:
            try_again(delivery, state, now, attempts=delivery.attempts)
    else:
        return 0
    return 1


def _rows(batch: list[Delivery]):
    return Delivery.objects.filter(pk__in=[d.pk for d in batch], state=DeliveryState.SENT)
