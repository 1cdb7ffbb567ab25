"""What rooms above tell the set-up pages; a room registers it from below, in its `AppConfig.ready()`."""

from collections.abc import Callable

_live_work: list[Callable] = []


def live_work(function):
    """Register `(agency, partnership) -> in how many incidents of the partnership the agency is engaged now`.

    A number and nothing more: an administrator sees no incident.
    """
    _live_work[:] = [function]
    return function


def live_work_of(agency, partnership):
    return _live_work[0](agency, partnership) if _live_work else 0
