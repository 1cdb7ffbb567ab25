"""The one source of time. Nothing else in the application asks what time it is.

`at` lets a test, or a sweep told to look at another moment, set the clock for its own thread and context
alone. The time at which a row was recorded is the database's, and `at` does not move it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_held: ContextVar[datetime | None] = ContextVar("svit_clock", default=None)


def now() -> datetime:
    """This moment, aware, in UTC; or the moment at which `at` holds the clock."""
    return _held.get() or timezone.now()


def local(moment: datetime) -> datetime:
    """`moment` as the wall clock of the partnership shows it (Europe/London). A naive one is refused."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def today() -> date:
    """The date on the wall of the office, which is not UTC's between midnight and one in summer."""
    return local(now()).date()


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Hold the clock at `moment`. Blocks nest; the clock goes back when the block ends."""
    if timezone.is_naive(moment):
        raise ValueError("The clock takes a moment with a time zone.")
    token = _held.set(moment)
    try:
        yield moment
    finally:
        _held.reset(token)
