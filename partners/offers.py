"""What rooms above tell the set-up pages; a room registers it from below, in its `AppConfig.ready()`."""

from collections.abc import Callable

_live_work: list[Callable] = []


def live_work(function):
    """Register `(agency, partnership) -> references of the incidents in which the agency is engaged now`."""
    _live_work[:] = [function]
    return function


def live_work_of(agency, partnership):
    return _live_work[0](agency, partnership) if _live_work else []
