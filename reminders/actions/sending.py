"""Sending what was said."""

import hashlib
import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction

from reminders import holding, mail, registry
from reminders.actions.queueing import BATCH, HOLD
from reminders.models import Delivery, DeliveryState, Notification
from reminders.times import after_the_night
from svit import clock, engines

logger = logging.getLogger(__name__)

FEW_MINUTES = timedelta(minutes=5)  # messages so close together arrive as one
LEASE = timedelta(minutes=3)  # longer than one sending may take: then its worker is taken for dead
BACKOFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 60, 60, 60)]


def deliver(now: datetime | None = None) -> int:
    """Send what waits, one e-mail a person and time; how many e-mails went out.

    No transaction is open while a mail server is spoken to. A worker takes one e-mail's deliveries for three
    minutes, and marks them after it was sent: killed in between, it is sent again with the same Message-ID.
    """
    if now is not None:
        with clock.at(now):
            return deliver()
    if holding.held():
        logger.warning("Messages are held back after a restore: manage.py release_deliveries")
        return 0
    sent = 0
    while batch := _claim(clock.now()):
        sent += _send(batch, clock.now())
    return sent


def _claim(now: datetime) -> list[Delivery]:
    """The deliveries of the next e-mail, taken for this worker; empty when nothing waits."""
    while True:
        with transaction.atomic():
            waiting = Delivery.objects.filter(state=DeliveryState.PENDING).select_related(
                "notification__recipient"
            )
            first = engines.claim(waiting.filter(next_try_at__lte=now).order_by("next_try_at", "pk")).first()
            if first is None:
                return []
            if first.message_id:
                batch = list(engines.claim(waiting.filter(message_id=first.message_id)))
            else:
                batch = _gather(first, waiting, now)
            if batch:
                _take(batch, now)
                return batch


def _gather(first: Delivery, waiting: models.QuerySet, now: datetime) -> list[Delivery]:
    """What goes into one e-mail with `first`: the same person's messages, real and exercise apart.

    More may be on its way to the same person: then nothing goes yet, but no longer than a few minutes.
    When something urgent goes, what is held about the same matter goes with it.
    """
    same = waiting.filter(message_id="", notification__recipient=first.notification.recipient)
    mine = list(engines.claim(same).order_by("next_try_at", "pk")[:BATCH])  # `first` is the first of them
    registry.attach(delivery.notification for delivery in mine)
    mine = [d for d in mine if _exercise(d) == _exercise(mine[0])]
    ready = [d for d in mine if d.next_try_at <= now]
    if any(_urgent(d) for d in ready):
        matters = {_matter(d) for d in ready}
        return ready + [d for d in mine if d not in ready and _matter(d) in matters]
    near = [d for d in mine if d.next_try_at <= now + HOLD]
    ripe = [d for d in near if d in ready or d.notification.said_at <= now - HOLD]
    if len(near) > len(ripe) and now < min(d.notification.said_at for d in ripe) + FEW_MINUTES:
        Delivery.objects.filter(pk__in=[d.pk for d in ripe]).update(
            next_try_at=max(d.next_try_at for d in near)
        )
        return []
    return ripe


def _exercise(delivery: Delivery) -> bool:
    one = delivery.notification
    kind = registry.kind_of(one)
    return bool(kind and one.about is not None and kind.exercise(one))


def _urgent(delivery: Delivery) -> bool:
    kind = registry.kind_of(delivery.notification)
    return kind is not None and kind.urgent(delivery.notification.step)


def _matter(delivery: Delivery) -> str:
    one = delivery.notification
    kind = registry.kind_of(one)
    return kind.reference(one) if kind and one.about is not None else str(one.pk)


def _take(batch: list[Delivery], now: datetime) -> None:
    """Give them their Message-ID, which never changes again, and keep other workers off for a while."""
    digest = hashlib.sha256("".join(sorted(str(d.notification.uuid) for d in batch)).encode()).hexdigest()
    host = settings.BASE_URL.split("://")[1].split(":")[0]
    message_id = batch[0].message_id or f"<{digest[:40]}@{host}>"
    for delivery in batch:
        delivery.message_id = message_id
    Delivery.objects.filter(pk__in=[d.pk for d in batch]).update(
        message_id=message_id, next_try_at=now + LEASE
    )


def _send(batch: list[Delivery], now: datetime) -> int:
    """Ask again whether each is due and may be received; send the rest as one; mark each."""
    registry.attach(delivery.notification for delivery in batch)
    going = []
    for delivery in batch:
        outcome = _refusal(delivery.notification)
        if outcome is None:
            going.append(delivery)
        else:
            _close(delivery, outcome, now)
    if not going:
        return 0
    message = mail.compose([d.notification for d in going], message_id=going[0].message_id, now=now)
    try:
        message.send()
    except Exception as error:  # smtplib, sockets, a full disk: the attempt failed, whatever the reason
        logger.warning("An e-mail was not taken (%s); it is tried again", type(error).__name__)
        for delivery in going:
            _fail(delivery, type(error).__name__, now)
        return 0
    Delivery.objects.filter(pk__in=[d.pk for d in going]).update(
        state=DeliveryState.SENT, sent_at=now, attempts=models.F("attempts") + 1, outcome=""
    )
    return 1


def _refusal(notification: Notification) -> str | None:
    """Why a message does not go out after all."""
    kind = registry.kind_of(notification)
    if kind is None or notification.about is None or not kind.still_due(notification):
        return DeliveryState.NOT_DUE
    if not notification.recipient.is_active or not kind.may_receive(notification):
        return DeliveryState.REFUSED
    return None


def _close(delivery: Delivery, state: str, now: datetime) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(state=state)
    Notification.objects.filter(pk=delivery.notification_id, over_at=None).update(over_at=now)


def _fail(delivery: Delivery, outcome: str, now: datetime) -> None:
    """Try again after 1, 5, 15 and then each 60 minutes; after eight attempts it has failed, and says so."""
    attempts = delivery.attempts + 1
    if attempts > len(BACKOFF):
        Delivery.objects.filter(pk=delivery.pk).update(
            state=DeliveryState.FAILED, attempts=attempts, outcome=outcome
        )
        return
    again = now + BACKOFF[attempts - 1]
    if not _urgent(delivery):
        again = after_the_night(again)
    Delivery.objects.filter(pk=delivery.pk).update(attempts=attempts, next_try_at=again, outcome=outcome)
