"""The one source of time. Nothing else in the application asks what time it is.

`at` lets a test, or a sweep told to look at another moment, set the clock for its own thread and context
alone. The time at which a row was recorded is the database's, and `at` does not move it, unless it is told to:
the demonstration alone tells it, because its past was never lived.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.db.models.functions import Now
from django.utils import timezone

GRACE = timedelta(minutes=2)  # how far two clocks may differ before a time counts as one in the future

_held: ContextVar[datetime | None] = ContextVar("svit_clock", default=None)
_recorded: ContextVar[bool] = ContextVar("svit_clock_recorded", default=False)


def now() -> datetime:
    """This moment, aware, in UTC; or the moment at which `at` holds the clock."""
    return _held.get() or timezone.now()


def held() -> datetime | None:
    """The moment at which `at` holds the clock, None where it runs."""
    return _held.get()


def local(moment: datetime) -> datetime:
    """`moment` as the wall clock of the partnership shows it (Europe/London). A naive one is refused."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def today() -> date:
    """The date on the wall of the office, which is not UTC's between midnight and one in summer."""
    return local(now()).date()


def recorded() -> datetime | Now:
    """What a row that is written now says of when it was recorded: the database's own time."""
    return _held.get() if _recorded.get() and _held.get() else Now()


def in_future(moment: datetime | None) -> bool:
    """Whether a time that somebody told has not come yet, with a little grace for a clock that runs ahead."""
    return moment is not None and moment > now() + GRACE


@contextmanager
def at(moment: datetime, *, recorded: bool = False) -> Iterator[datetime]:
    """Hold the clock at `moment`. Blocks nest; the clock goes back when the block ends.

    `recorded` makes rows say that they were recorded then, too.
    """
    if timezone.is_naive(moment):
        raise ValueError("The clock takes a moment with a time zone.")
    token, kept = _held.set(moment), _recorded.set(recorded or _recorded.get())
    try:
        yield moment
    finally:
        _held.reset(token)
        _recorded.reset(kept)
