"""Paging by key: the next page begins after the last row of this one, however many rows there are."""

from datetime import UTC, datetime

from django.db.models import Q


def key_of(row, fields):
    """The key of a row, for the address of the next page: `2026-06-06T01:56:00+00:00_17`."""
    at, pk = (getattr(row, name) for name in fields)
    return f"{at.isoformat()}_{pk}"


def page(queryset, before, fields, *, ascending=False):
    """The rows after the one whose key is `before`, in the order of `fields` (a time, then the primary key).

    A key that is no key gives the first page.
    """
    return after(queryset, parse(before), fields, ascending=ascending)


def after(queryset, found, fields, *, ascending=False):
    """The rows after the key (a time, a primary key) that was `found` in an address, or the first ones."""
    at_name, pk_name = fields
    sign = "" if ascending else "-"
    queryset = queryset.order_by(f"{sign}{at_name}", f"{sign}{pk_name}")
    if found is None:
        return queryset
    at, pk = found
    beyond = "gt" if ascending else "lt"
    return queryset.filter(Q(**{f"{at_name}__{beyond}": at}) | Q(**{at_name: at, f"{pk_name}__{beyond}": pk}))


def parse(key):
    """(a time, a primary key) of what an address says, or None where that is no key."""
    text, _, pk = (key or "").rpartition("_")
    at, pk = moment(text), number(pk)
    return None if at is None or pk is None else (at, pk)


def number(text):
    """A whole number of an address, as large as a primary key may be; None where it is none."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def moment(text):
    """The time of a key in UTC; None where it is none, or lies beyond the calendar there."""
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None
