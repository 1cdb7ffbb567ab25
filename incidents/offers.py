"""What rooms above offer to the incident's frame and to the arrangers: registered from below, asked from here.

A room registers in its `AppConfig.ready()`; imports go down only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

_phase_progress: list[Callable] = []
_urgent: list[Callable] = []
_overdue: list[Callable] = []
_learners: list[Callable] = []
_categorised: list[Callable] = []
_panels: list[tuple[int, Callable]] = []
_next_steps: list[tuple[int, Callable]] = []
_phase_rests: list[Callable] = []
_left_open: list[Callable] = []
_anniversaries: list[Callable] = []
_places: list[Callable] = []
_pack_sections: list[tuple[int, str, Callable]] = []
_checklist: list[tuple[Callable, Callable]] = []


@dataclass
class Progress:
    """How far a phase is: counts of items that can end; and what is overdue, of which `checks` recur and never end."""

    done: int = 0
    progress: int = 0
    overdue: int = 0
    total: int = 0
    checks: int = 0
    next_due: datetime | None = None  # of what is open and not overdue


@dataclass
class PackSection:
    """One part of a pack, as its room renders it."""

    title: str
    template: str
    context: dict = field(default_factory=dict)


@dataclass
class NextStep:
    """The next best step of an incident: words and where to do it."""

    text: str
    button: str
    url: str

    @property
    def action(self):
        return {"text": self.button, "url": self.url}


def phase_progress(function):
    """Register `(seen) -> {phase key: Progress}`; one query."""
    _phase_progress[:] = [function]
    return function


def progress_of(seen):
    return _phase_progress[0](seen) if _phase_progress else {}


def urgent_clocks(function):
    """Register `(seen, now) -> at most three clock cards for the top of the incident`."""
    _urgent[:] = [function]
    return function


def clocks_of(seen, now):
    return _urgent[0](seen, now) if _urgent else []


def phase_rests(function):
    """Register `(phase)`: what ends with a phase that was closed or does not apply."""
    _phase_rests[:] = [function]
    return function


def rest(phase):
    for function in _phase_rests:
        function(phase)


def left_open(function):
    """Register `(seen) -> words for each kind of thing that is still open`, said before an incident is closed."""
    _left_open.append(function)
    return function


def left_open_of(seen):
    return [words for function in _left_open for words in function(seen)]


def anniversary_kept(function):
    """Register `(incident) -> whether a record of a room above stands for the anniversary of the incident`."""
    _anniversaries[:] = [function]
    return function


def is_anniversary_kept(incident):
    return any(function(incident) for function in _anniversaries)


def place(function):
    """Register `(seen, log entry) -> [(words, address)]`: where else the words of an entry may still stand."""
    _places.append(function)
    return function


def places_of(seen, entry):
    return [place for function in _places for place in function(seen, entry)]


def overdue_counts(function):
    """Register `(actor, incidents) -> {incident pk: overdue items}` for a list of incidents; one query."""
    _overdue[:] = [function]
    return function


def overdue_of(actor, incidents):
    return _overdue[0](actor, incidents) if _overdue else {}


def learner(function):
    """Register `(*, incident, by, traits)`: what follows when a trait of an incident becomes known."""
    _learners[:] = [function]
    return function


def learn(*, incident, by, traits):
    """A trait became known here; the room above keeps it and opens what fits."""
    for function in _learners:
        function(incident=incident, by=by, traits=traits)


def categorised(function):
    """Register `(*, incident, by, row)`: what a categorisation settles in the rooms above."""
    _categorised.append(function)
    return function


def settle_by_category(*, incident, by, row):
    for function in _categorised:
        function(incident=incident, by=by, row=row)


def panel(order):
    """Register `(seen, now) -> {"template": …, **context}` or None, for the overview's aside."""

    def register(function):
        if (order, function) not in _panels:
            _panels.append((order, function))
            _panels.sort(key=lambda pair: pair[0])
        return function

    return register


def panels_of(seen, now):
    return [panel for _, function in _panels if (panel := function(seen, now))]


def next_step(order):
    """Register `(seen, page) -> NextStep or None`; the first unmet one is shown."""

    def register(function):
        _next_steps.append((order, function))
        _next_steps.sort(key=lambda pair: pair[0])
        return function

    return register


def next_step_of(seen, page):
    return next((step for _, function in _next_steps if (step := function(seen, page))), None)


def checklist(*, waiting, finish):
    """Register `(seen, keys of the toolkit) -> the open item that the actor may end, or None` and `(seen, item)`."""
    _checklist[:] = [(waiting, finish)]


def waiting_for(seen, keys):
    """The item of the checklist that waits for such a record; None where there is none."""
    return _checklist[0][0](seen, keys) if _checklist and keys else None


def finish(seen, item):
    """What an item asked for was recorded."""
    _checklist[0][1](seen, item)


def pack_section(order, key):
    """Register `(seen, audience, as_at) -> PackSection or None` for the pack."""

    def register(function):
        _pack_sections.append((order, key, function))
        _pack_sections.sort(key=lambda row: row[0])
        return function

    return register


def pack_sections():
    """The registered sections in order: (key, function)."""
    return [(key, function) for _, key, function in _pack_sections]
