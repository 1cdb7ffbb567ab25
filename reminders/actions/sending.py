"""Sending what was said."""

import hashlib
import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction

from reminders import channels, holding, outcomes, reach, registry
from reminders.actions.queueing import BATCH, HOLD
from reminders.models import Channel, Delivery, DeliveryState, Notification
from reminders.times import after_the_night
from svit import clock, engines

logger = logging.getLogger(__name__)

FEW_MINUTES = timedelta(minutes=5)  # messages so close together arrive as one
LEASE = timedelta(minutes=3)  # longer than one sending may take: then its worker is taken for dead
BACKOFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 60, 60, 60)]
ONE_PERSON = (
    7_000_000_000_000  # and the person's number: what a worker holds while it takes somebody's messages
)
ASK_AFTER = timedelta(minutes=2)  # before that GOV.UK Notify seldom knows what became of a message


def deliver(now: datetime | None = None) -> int:
    """Send what waits, one message a person, channel and time, the most urgent first; how many went out.

    No transaction is open while a server is spoken to. A worker takes one message's deliveries for three minutes, and
    marks them after it was sent: killed in between, it is sent again with the same Message-ID.
    """
    if now is not None:
        with clock.at(now):
            return deliver()
    if holding.held():
        logger.warning("Messages are held back after a restore: manage.py release_deliveries")
        return 0
    sent = 0
    with channels.Lines() as lines:
        while True:
            # The database's time rules, whatever this worker's clock says
            with clock.at(engines.now()) as now:
                batch = _claim(now, lines.down)
                if not batch:
                    return sent
                sent += _send(batch, lines, now)


def _claim(now: datetime, down: Collection[str] = ()) -> list[Delivery]:
    """The deliveries of the next message, taken for this worker; empty when nothing waits that no other worker has.

    One worker at a time looks at a person's: else two would each send a part of what belongs together.
    """
    others = set[int]()
    while True:
        with transaction.atomic():
            waiting = Delivery.objects.filter(state=DeliveryState.PENDING).exclude(channel__in=down)
            waiting = waiting.exclude(notification__recipient__in=others)
            waiting = waiting.select_related("notification__recipient").order_by("-urgent", "due_at", "pk")
            ready = waiting.filter(next_try_at__lte=now)
            first = ready.first()
            if first is None:
                return []
            person = first.notification.recipient_id
            alone = engines.only_one(ONE_PERSON + person)
            first = engines.claim(ready.filter(pk=first.pk)).first() if alone else None
            if first is None:  # another worker has the person, or had
                others.add(person)
                continue
            if first.message_id:
                batch = list(engines.claim(waiting.filter(message_id=first.message_id)))
            else:
                batch = _gather(first, waiting, now)
            if batch:
                _take(batch, now)
                return batch


def _gather(first: Delivery, waiting: models.QuerySet, now: datetime) -> list[Delivery]:
    """What goes into one message with `first`: the same person's, by the same channel, real and exercise apart.

    More may be on its way to the same person: then nothing goes yet, but no longer than a few minutes.
    When something urgent goes, what is held about the same matter goes with it. A text waits for the two minutes that
    follow another to the same person.
    """
    person = first.notification.recipient
    if first.channel == Channel.SMS and (last := _texted(person, now)):
        Delivery.objects.filter(pk=first.pk).update(next_try_at=last + HOLD)
        return []
    same = waiting.filter(channel=first.channel, message_id="", notification__recipient=person)
    mine = [first, *engines.claim(same.exclude(pk=first.pk))[: BATCH - 1]]
    registry.attach(delivery.notification for delivery in mine)
    mine = [d for d in mine if _exercise(d) == _exercise(first)]
    ready = [d for d in mine if d.next_try_at <= now]
    if any(d.urgent for d in ready):
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


def _texted(person: models.Model, now: datetime) -> datetime | None:
    """When the last text went to somebody, if that is less than two minutes ago."""
    lately = Delivery.objects.filter(
        channel=Channel.SMS, sent_at__gt=now - HOLD, notification__recipient=person
    )
    return lately.aggregate(last=models.Max("sent_at"))["last"]


def _exercise(delivery: Delivery) -> bool:
    one = delivery.notification
    kind = registry.kind_of(one)
    return bool(kind and one.about is not None and kind.exercise(one))


def _matter(delivery: Delivery) -> str:
    one = delivery.notification
    kind = registry.kind_of(one)
    return kind.reference(one) if kind and one.about is not None else str(one.pk)


def _take(batch: list[Delivery], now: datetime) -> None:
    """Give them their Message-ID, which never changes again, and keep other workers off for a while.

    `again` says that a worker had them before.
    """
    names = "".join(sorted(str(d.notification.uuid) for d in batch))
    digest = hashlib.sha256(f"{batch[0].channel} {names}".encode()).hexdigest()
    host = settings.BASE_URL.split("://")[1].split(":")[0]
    message_id = batch[0].message_id or f"<{digest[:40]}@{host}>"
    for delivery in batch:
        delivery.again, delivery.message_id = bool(delivery.message_id), message_id
    Delivery.objects.filter(pk__in=[d.pk for d in batch]).update(
        message_id=message_id, next_try_at=now + LEASE
    )


def _send(batch: list[Delivery], lines: channels.Lines, now: datetime) -> int:
    """Ask again whether each is due and may be received; send the rest as one; mark each."""
    going, channel = _still_going(batch, now), batch[0].channel
    if not going:
        return 0
    person = going[0].notification.recipient
    if not channels.chosen(channel) or not channels.address(person, channel):
        _end(going, DeliveryState.NOT_DUE, outcomes.OFF)
        return 0
    if reach.is_bad(person, channel):
        _end(going, DeliveryState.FAILED, outcomes.BAD_ADDRESS)
        return 0
    message = channels.Message(
        [d.notification for d in going], going[0].message_id, now, any(d.again for d in going)
    )
    try:
        provider_id = lines.open(channel).send(message)
    except channels.Down as down:
        lines.give_up(channel, down)
        _rows(going).update(next_try_at=now, outcome=str(down))
        return 0
    except channels.Undeliverable as refusal:
        logger.warning("An address takes nothing (%s); nothing more is sent there", refusal)
        reach.mark(person, channel, refusal.why, refusal.code, now)
        _end(going, DeliveryState.FAILED, str(refusal), attempts=models.F("attempts") + 1)
        return 0
    except Exception as error:  # smtplib, sockets, a full disk: the attempt failed, whatever the reason
        why = getattr(error, "kind", type(error).__name__)
        logger.warning("A message (%s) was not taken (%s); it is tried again", channel, why)
        for delivery in going:
            try_again(delivery, why, now, attempts=delivery.attempts + 1)
        return 0
    _rows(going).update(
        state=DeliveryState.SENT,
        sent_at=now,
        attempts=models.F("attempts") + 1,
        outcome="",
        provider_id=provider_id,
        ask_at=now + ASK_AFTER if provider_id else None,
    )
    return 1


def _still_going(batch: list[Delivery], now: datetime) -> list[Delivery]:
    """Those that are still due and may be received; the others end here."""
    registry.attach(delivery.notification for delivery in batch)
    going, ended = [], dict[str, list[Delivery]]()
    for delivery in batch:
        outcome = _refusal(delivery.notification)
        if outcome is None:
            going.append(delivery)
        else:
            ended.setdefault(outcome, []).append(delivery)
    for state, those in ended.items():
        _end(those, state, "")
        Notification.objects.filter(pk__in=[d.notification_id for d in those], over_at=None).update(
            over_at=now
        )
    return going


def _refusal(notification: Notification) -> str | None:
    """Why a message does not go out after all."""
    kind = registry.kind_of(notification)
    if kind is None or notification.about is None or not kind.still_due(notification):
        return DeliveryState.NOT_DUE
    if not notification.recipient.is_active or not kind.may_receive(notification):
        return DeliveryState.REFUSED
    return None


def _rows(deliveries: list[Delivery]) -> models.QuerySet[Delivery]:
    return Delivery.objects.filter(pk__in=[d.pk for d in deliveries])


def _end(deliveries: list[Delivery], state: str, outcome: str, **more: Any) -> None:
    _rows(deliveries).update(state=state, outcome=outcome, **more)


def try_again(delivery: Delivery, outcome: str, now: datetime, *, attempts: int) -> None:
    """After 1, 5, 15 and then each 60 minutes; after eight attempts it has failed, and says so."""
    if attempts > len(BACKOFF):
        _end([delivery], DeliveryState.FAILED, outcome, attempts=attempts, ask_at=None)
        return
    again = now + BACKOFF[max(attempts, 1) - 1]
    _rows([delivery]).update(
        state=DeliveryState.PENDING,
        attempts=attempts,
        next_try_at=again if delivery.urgent else after_the_night(again),
        outcome=outcome,
        ask_at=None,
    )
