"""Queries that are put together once and asked again with other values.

Where the conditions of the door nest, Django takes longer to put a query together than the database takes to answer
it, and it does so anew for each request. A query of this module is put together from stand-ins: keys, identifiers and
times that belong to no row. Where one of them comes out among the parameters, the real value takes its place each time
the query is asked; of what somebody asked, nothing is kept for the next. What decides how the query reads (a role, the
sections seen, whether there is an agency) is its shape, and each shape is put together by itself. docs/decisions/0009
"""

import copy
import re
from datetime import UTC, date, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import NotSupportedError, connection

from svit import clock, engines
from svit.engines import is_postgres

NOW = datetime(1871, 1, 1, tzinfo=UTC)  # what the clock shows while a query is put together
FAR = timedelta(days=1000)  # how far from now a query may look
KEY, TIME, IDENTIFIER = -2_000_000_000, datetime(1801, 1, 1, tzinfo=UTC), 0xDE5C << 112
WRITTEN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?$")  # a time among SQLite's parameters
MOST = 500  # shapes kept of one query; there are a few dozen
PLANS = 300  # kept by one connection

# By connection to PostgreSQL, the name by which it knows each shape
_names: WeakKeyDictionary = WeakKeyDictionary()
_numbers = count(1)


class Outline(NamedTuple):
    """Whom or what a query is asked for: how to make the like of it, its shape, and the keys that it is."""

    like: Any
    shape: tuple
    keys: dict


class Prepared:
    """`build` makes a queryset of what it is given; calling this gives its rows.

    Given are, by position, parties (an actor, a sight) that have an `outline()`, and by name: numbers, identifiers,
    times, and lists of them, which differ each time; and texts, flags, tuples and None, which belong to the shape. The
    present time is the clock's. `build` sees nothing else of what is asked, and must ask the database nothing itself.
    """

    def __init__(self, build):
        self.build, self.made = build, {}

    def __call__(self, *parties, **given):
        shape, real = _taken_apart(parties, given)
        made = self.made.get((connection.vendor, *shape))
        if made is None:
            if len(self.made) >= MOST:
                self.made.clear()
            made = self.made[connection.vendor, *shape] = self._make(parties, given, real)
        return made.rows(real)

    def _make(self, parties, given, real):
        stands = {name: _stand_in(value, number) for number, (name, value) in enumerate(real.items())}
        likes = []
        for number, party in enumerate(parties):
            outline = party.outline()
            keys = {name: stands.get((number, name)) for name in outline.keys}
            likes.append(outline.like(outline.shape, keys))
        named = {}
        for name, value in given.items():
            if isinstance(value, list):
                named[name] = [stands[name, place] for place in range(len(value))]
            else:
                named[name] = stands.get(name, value)
        with clock.at(NOW):
            return _Made(self.build(*likes, **named), stands)

    def plain(self, *parties, **given):
        """The same rows, with the query put together for this question alone: what a test compares with."""
        return list(self.build(*parties, **given))


class _Made:
    """One shape of a query: its text with its parameters, and by place those that differ each time it is asked."""

    def __init__(self, queryset, stands):
        if queryset._prefetch_related_lookups:
            raise ValueError("What is fetched by further queries cannot be prepared.")
        self.queryset, self.compiler = queryset, queryset.query.get_compiler(using=queryset.db)
        self.converters = None
        try:
            self.sql, self.params = self.compiler.as_sql()
        except EmptyResultSet:
            self.sql = ""
            return
        names = {_as_parameter(value): name for name, value in stands.items()}
        places = ((number, _place(param, names)) for number, param in enumerate(self.params))
        self.places = {number: place for number, place in places if place}
        if is_postgres():
            self.text = engines.with_numbers(self.sql, self.params, self.places)

    def rows(self, real):
        if not self.sql:
            return []
        now = clock.now()
        given = {number: place(real, now) for number, place in self.places.items()}
        if is_postgres():
            return self._by_name(tuple(given.values()))
        return self._fetched(
            self.sql, tuple(given.get(number, param) for number, param in enumerate(self.params))
        )

    def _by_name(self, given):
        """PostgreSQL keeps the plan as well: each connection is told the text once, and from then on its name."""
        connection.ensure_connection()
        names = _names.setdefault(connection.connection, {})
        if self not in names:
            return self._told(names, given, afresh=len(names) >= PLANS)
        try:
            return self._fetched(self._call(names[self], given), given)
        except NotSupportedError:  # a migration has since changed the type of a column that it brings
            if connection.in_atomic_block:
                raise
            return self._told(names, given, afresh=True)

    def _told(self, names, given, *, afresh):
        """The rows, and the text told with the question. `afresh` forgets what this connection was told before.

        A name is remembered once its rows have come, and no name is given twice: so what is remembered is there.
        """
        if afresh:
            names.clear()
        name = f"svit_{next(_numbers)}"
        told = f"{'DEALLOCATE ALL; ' if afresh else ''}PREPARE {name} AS {self.text}"
        rows = self._fetched(f"{told}; {self._call(name, given)}", given)
        names[self] = name
        return rows

    @staticmethod
    def _call(name, given):
        return f"EXECUTE {name} ({', '.join(['%s'] * len(given))})" if given else f"EXECUTE {name}"

    def _fetched(self, sql, params):
        compiler = copy.copy(self.compiler)
        compiler.connection = connection  # the one of this thread
        compiler.as_sql = lambda *args, **kwargs: (sql, params)
        compiler.get_converters = self._converters
        asked = SimpleNamespace(
            db=self.queryset.db,
            model=self.queryset.model,
            query=_Asked(self.queryset.query, compiler),
            _known_related_objects={},
            _fields=self.queryset._fields,
        )
        return list(self.queryset._iterable_class(asked))

    def _converters(self, expressions):
        """How columns become values: found once."""
        if self.converters is None:
            self.converters = self.compiler.get_converters(expressions)
        return self.converters


class _Asked:
    """The query as Django's iteration over rows sees it: put together already."""

    def __init__(self, query, compiler):
        self._query, self._compiler = query, compiler

    def get_compiler(self, using):
        return self._compiler

    def __getattr__(self, name):
        return getattr(self._query, name)


def _taken_apart(parties, given):
    """(the shape of a question, by name the values that make it this one)."""
    shape, real = [], {}
    for number, party in enumerate(parties):
        outline = party.outline()
        shape.append(outline.shape)
        for name, value in outline.keys.items():
            _sort_in((number, name), value, shape, real)
    for name, value in given.items():
        if isinstance(value, list):
            shape.append((name, len(value)))
            real |= {(name, place): one for place, one in enumerate(value)}
        else:
            _sort_in(name, value, shape, real)
    return tuple(shape), real


def _sort_in(name, value, shape, real):
    if isinstance(value, int | UUID | datetime) and not isinstance(value, bool):
        real[name] = value
    else:
        shape.append((name, value))


def _stand_in(value, number):
    """A value of the same kind that stands for no row."""
    if isinstance(value, UUID):
        return UUID(int=IDENTIFIER + number)
    if isinstance(value, datetime):
        return TIME + timedelta(minutes=number)
    return KEY - number


def _as_parameter(value):
    """The value as it stands among a query's parameters: SQLite gets times and identifiers as text."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


def _place(param, names):
    """What is put in this place each time, as a function of the values by name and the present time; None: as it is."""
    if isinstance(param, int | str | datetime | UUID) and param in names:
        name = names[param]
        return lambda real, now: _as_parameter(real[name])
    at = _time(param)
    if at is not None:
        off = at - NOW
        if abs(off) > FAR:
            raise ValueError("A query that is prepared holds a time that is not the clock's.")
        return lambda real, now: _as_parameter(now + off)
    if isinstance(param, date):
        raise ValueError("A query that is prepared holds a date.")
    return None


def _time(param):
    if isinstance(param, datetime):
        return param
    if isinstance(param, str) and connection.vendor == "sqlite" and WRITTEN.match(param):
        return datetime.fromisoformat(param).replace(tzinfo=UTC)
    return None
