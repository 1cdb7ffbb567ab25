"""What rooms above tell the set-up pages; a room registers it from below, in its `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass

_live_work: list[Callable] = []


def live_work(function):
    """Register `(agency, partnership) -> in how many incidents of the partnership the agency is engaged now`.

    A number and nothing more: an administrator sees no incident.
    """
    _live_work[:] = [function]
    return function


def live_work_of(agency, partnership):
    return _live_work[0](agency, partnership) if _live_work else 0


@dataclass(frozen=True)
class SetUpPage:
    """A page of the set-up that a room above brings: its tab, its address, who may open it, and what the hub says."""

    text: str
    route: str
    may: Callable
    detail: Callable


_set_up_pages: dict[str, SetUpPage] = {}


def set_up_page(key, **page):
    """Add a page to the set-up: `may(actor)` says whether it shows, `detail(actor)` is its line on the hub."""
    _set_up_pages[key] = SetUpPage(**page)


def set_up_pages(actor):
    """The pages of other rooms that the actor may open, as pairs of key and page."""
    return [(key, page) for key, page in _set_up_pages.items() if page.may(actor)]
