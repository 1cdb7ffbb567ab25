"""What the rooms above answer about people: who may list what, who is away or asleep, how members of staff are called.

The room that knows registers a function; without one the answer is the plainest.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from svit.once import once_each

# Which of many rows somebody may still know of; each room that keeps a door answers for its own kinds.
MayList = Callable[[Any, list[Any]], set[UUID]]
_may_list: list[MayList] = []


def who_may_list(function: MayList) -> MayList:
    """Register `(user, notifications) -> uuids of those that may be listed in full`, in a fixed number of queries."""
    _may_list.append(function)
    return function


def may_list(user: Any, notifications: list[Any]) -> set[UUID]:
    return set[UUID]().union(*(function(user, notifications) for function in _may_list))


# Why somebody cannot be reached now; each room answers with the reasons that it knows (`Reason`).
Away = Callable[[Collection[int], datetime], dict[int, str]]
_away: list[Away] = []


def who_is_away(function: Away) -> Away:
    """Register `(users, moment) -> {user: reason}` for those of the users who cannot be reached, by primary key."""
    _away.append(function)
    return function


@once_each
def unreachable(users: Collection[int], now: datetime) -> dict[int, str]:
    """Those of `users` whom no message is sure to reach at that moment, and why; the first room that knows says it."""
    found: dict[int, str] = {}
    for function in _away:
        if left := [user for user in users if user not in found]:
            found |= function(left, now)
    return found


# Whom nothing wakes at night although it is urgent; the room that knows who is on call answers.
Asleep = Callable[[Collection[int], datetime], set[int]]
_asleep: list[Asleep] = []


def who_sleeps(function: Asleep) -> Asleep:
    """Register `(users, moment) -> those whose messages wait for the morning`, by primary key."""
    _asleep[:] = [function]
    return function


def asleep(users: Collection[int], now: datetime) -> set[int]:
    return _asleep[0](users, now) if _asleep and users else set()


# Whose e-mails somebody may read in the demonstration; the room that knows agencies offers the answer.
_neighbours: list[Callable[[Any], set[str]]] = []


def who_is_near(function: Callable[[Any], set[str]]) -> Callable[[Any], set[str]]:
    """Register `(actor) -> addresses of those who work in the actor's partnership`."""
    _neighbours[:] = [function]
    return function


def neighbours(actor: Any) -> set[str]:
    return _neighbours[0](actor) if _neighbours else set()


# How members of staff are called; the room that knows agencies offers the answer.
_named: list[Callable[[Collection[int]], dict[int, str]]] = []


def who_is(
    function: Callable[[Collection[int]], dict[int, str]],
) -> Callable[[Collection[int]], dict[int, str]]:
    """Register `(users) -> {user: "Name, Agency"}`, by primary key."""
    _named[:] = [function]
    return function


def named(users: Collection[int]) -> dict[int, str]:
    return _named[0](users) if _named else {}


_way_in: list[Callable[[Any, str], str | None]] = []


def way_in(function: Callable[[Any, str], str | None]) -> Callable[[Any, str], str | None]:
    """Register `(user, path) -> full address` for somebody who has to set up first, None for everybody else."""
    _way_in[:] = [function]
    return function


def address_for(user: Any, path: str) -> str:
    """The address of a page in a message to `user`."""
    way = _way_in[0](user, path) if _way_in else None
    return way or settings.BASE_URL + path
