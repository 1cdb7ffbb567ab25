"""What each room holds of an incident and of people, registered from below: what goes, what is found, what is copied.

A room registers in its `privacy.py`. The arranger in `reports/` asks: disposal takes every row of every holding,
subject access asks every finder. A test fails where a model leads to the incident and no room holds it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from graphlib import TopologicalSorter

from django.db import models


@dataclass(frozen=True)
class Holding:
    """A model whose rows belong to an incident: the look-up that leads there, and its free text, which may name people.

    `entry` leads to the index row that says how sensitive a row is, where it has one.
    """

    model: type[models.Model]
    incident: str = "incident"
    texts: tuple[str, ...] = ()
    entry: str = ""

    def rows(self, incidents: Iterable[int]) -> models.QuerySet:
        """The rows that belong to `incidents`, by primary key of these."""
        look_up = f"{self.incident}__in" if self.incident else "pk__in"
        return self.model._base_manager.filter(**{look_up: list(incidents)})

    @property
    def history(self) -> type[models.Model] | None:
        """The model of its history, where it keeps one."""
        kept = getattr(self.model, "history", None)
        return kept.model if kept else None


@dataclass
class Asked:
    """Whom a subject access request is about, as far as it is known."""

    name: str
    born: date | None = None


@dataclass
class Found:
    """Where a person stands: which row of which incident, and what it says as (label, words).

    A `sealed` one says that it exists and no more: its holders are asked. `record` is true where the row is about the
    person, and false where the name stands in words about something else.
    """

    model: type[models.Model]
    pk: int
    incident: int
    title: str
    record: bool = False
    sealed: bool = False
    texts: list = field(default_factory=list)
    reference: str = ""

    @property
    def key(self) -> str:
        return f"{self.model._meta.label_lower}:{self.pk}"


_holdings: dict[type[models.Model], Holding] = {}
_traces: list[Callable] = []
_finders: list[Callable] = []


def holds(
    model: type[models.Model], incident: str = "incident", *, texts: Iterable[str] = (), entry: str = ""
):
    """Register a model: which look-up leads to its incident, and which of its columns are free text."""
    _holdings[model] = Holding(model, incident, tuple(texts), entry)


def trace(function: Callable) -> Callable:
    """Register `(uuids, files) -> {what: how many}`: removes what names a row by its UUID or its address alone.

    Keys of files that have to go with it are added to `files`.
    """
    if function not in _traces:
        _traces.append(function)
    return function


def traces() -> list[Callable]:
    return list(_traces)


def finder(function: Callable) -> Callable:
    """Register `(incidents, asked) -> [Found]`: the rows that are about a person. `incidents` is a queryset."""
    if function not in _finders:
        _finders.append(function)
    return function


def finders() -> list[Callable]:
    return list(_finders)


def holdings() -> list[Holding]:
    """All of them, each before what it points at, so that no key is left without its row."""
    order: TopologicalSorter = TopologicalSorter({model: set() for model in _holdings})
    for model in _holdings:
        for column in model._meta.concrete_fields:
            target = column.related_model
            if target in _holdings and target is not model:
                order.add(target, model)
    return [_holdings[model] for model in order.static_order()]
