"""Two people changed one row: what each changed is merged, and what both changed is asked about."""

from svit import clock
from svit.conflicts import THEIRS
from svit.refused import Conflict
from svit.templatetags.svit import when

SOMEBODY = "Somebody else"


def as_of(row, version):
    """The row as it stood in a version: as its history has it."""
    return row.history.filter(version__lte=version).order_by("-history_id").first()


def same(one, other):
    """Whether two values say the same. A list is of ticks, whose order says nothing."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(one) == sorted(other)
    return one == other


def settle(*, base, current, changes, seen=None, choice=None):
    """What the author changed since `base`, and where `current` says something else by now: (theirs to write, clashes).

    Each a dictionary by field. What was chosen in sight of `seen` is settled, unless it changed yet again.
    """
    mine = {name: value for name, value in changes.items() if not same(base[name], value)}
    clashes = {
        name: current[name]
        for name, value in mine.items()
        if not same(current[name], base[name]) and not same(current[name], value)
    }
    for name, kept in (choice.keep if choice and seen else {}).items():
        if name in clashes and same(seen[name], current[name]):
            del clashes[name]
            if kept == THEIRS:
                del mine[name]
    return mine, clashes


def merge(row, *, version, changes, told, choice=None, blank=None, words=None):
    """The part of `changes` that the author really made since `version`; `Conflict` where both changed a field.

    `row` is locked. Different fields merge silently. The same field with another value is asked about, until
    `choice` says whose stays. `told` and `words` are those of `conflict`. `blank` is what there was in version 0, where
    the form was opened before there was a row.
    """
    if version == 0 and blank is not None:
        base = blank
    else:
        base = None if row.pk is None or version in (None, row.version) else as_of(row, version)
    if base is None:
        return {name: value for name, value in changes.items() if not same(getattr(row, name), value)}
    seen = as_of(row, choice.against) if choice else None
    values = [{name: getattr(one, name) for name in changes} if one else None for one in (base, row, seen)]
    mine, clashes = settle(base=values[0], current=values[1], changes=changes, seen=values[2], choice=choice)
    if clashes:
        names = [(words or {}).get(name) or str(row._meta.get_field(name).verbose_name) for name in clashes]
        raise conflict(row, clashes, told=told, what=", ".join(names))
    return mine


def conflict(row, theirs, *, told, what):
    """The refusal of whoever came second. `told` gives who wrote a row of the history, `what` the fields in words."""
    latest = row.history.select_related("history_user").first()
    who, at = (told(latest), latest.history_date) if latest else (SOMEBODY, clock.now())
    return clash(theirs, what, version=row.version, who=who, at=at)


def clash(theirs, names, *, version, who, at):
    """The same in words: who changed what, and when."""
    at = when(at, clock.now())
    return Conflict(
        f"In the meantime {who} changed this: {names}. Choose what to keep, then save again.",
        theirs=theirs, version=version, who=who, when=at,
    )  # fmt: skip
