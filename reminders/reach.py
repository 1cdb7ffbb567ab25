"""Whom a channel reaches, and which addresses take nothing."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model

from reminders import channels, rooms
from reminders.models import BadAddress, Channel, Reason


def _digest(user: Any, channel: str) -> str:
    return hashlib.sha256(channels.address(user, channel).lower().encode()).hexdigest()


def still(rows: Iterable[BadAddress]) -> list[BadAddress]:
    """Those of `rows` (with their users) whose address is still the one that took nothing."""
    return [row for row in rows if row.digest == _digest(row.user, row.channel)]


def mark(user: Any, channel: str, why: str, code: str, now: datetime) -> None:
    """The address of somebody takes nothing: nothing more goes there until it changes or `lift` says to try."""
    digest = _digest(user, channel)
    row, new = BadAddress.objects.get_or_create(
        user=user, channel=channel, defaults={"digest": digest, "since": now, "why": why, "code": code}
    )
    if not new and row.digest != digest:
        BadAddress.objects.filter(pk=row.pk).update(digest=digest, since=now, why=why, code=code)


def is_bad(user: Any, channel: str) -> bool:
    rows = BadAddress.objects.filter(user=user, channel=channel)
    return rows.filter(digest=_digest(user, channel)).exists()


def lift(users: Collection[int], channel: str) -> None:
    """Somebody says that these people's addresses may be tried again."""
    BadAddress.objects.filter(user__in=users, channel=channel).delete()


def bad_addresses(users: Collection[int]) -> dict[int, str]:
    """Those of `users`, by primary key, whose e-mail takes nothing, and whether a text would reach them."""
    marked: dict[int, set[str]] = {}
    for row in still(BadAddress.objects.filter(user__in=users).select_related("user")):
        marked.setdefault(row.user_id, set()).add(row.channel)
    people = get_user_model()._default_manager.filter(pk__in=marked)
    left = {user.pk: _open_to(user) - marked[user.pk] for user in people}
    return {
        pk: Reason.TEXTS_ALONE if ways else Reason.BOUNCED
        for pk, ways in left.items()
        if Channel.EMAIL not in ways
    }


def _open_to(user: Any) -> set[str]:
    """The channels that are on and for which the person has an address."""
    return {key for key in Channel.values if channels.chosen(key) and channels.address(user, key)}


@rooms.who_is_away
def bounced(users: Collection[int], now: datetime) -> dict[int, str]:
    """Whose address takes nothing."""
    return bad_addresses(users)
