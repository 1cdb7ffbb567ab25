"""How a row is saved: its author in the history, its version moved on, two people's changes merged."""

from incidents.access import as_told, sight
from incidents.models import LogEntry
from svit import clock, engines
from svit.conflicts import THEIRS
from svit.refused import Conflict
from svit.templatetags.svit import when

SOMEBODY = "Somebody else"


def lock(row):
    """The row as it stands now, held until the transaction ends."""
    return engines.lock(type(row)._default_manager.filter(pk=row.pk)).get()


def sign(row, *, by, reason=""):
    """Put the author and the reason on the row's next history row."""
    row._history_user = by.user
    row._history_date = clock.now()
    row._change_reason = reason[:100] or None
    return row


def save(row, *, by, fields, reason=""):
    """Write the named fields, move the version on and keep who did it in the history."""
    row.version += 1
    sign(row, by=by, reason=reason).save(update_fields=[*fields, "version"])
    return row


def derive(row, **columns):
    """Write derived columns, which are no part of the history."""
    for name, value in columns.items():
        setattr(row, name, value)
    type(row)._default_manager.filter(pk=row.pk).update(**columns)


def as_of(row, version):
    """The row as it stood in a version: as its history has it."""
    return row.history.filter(version__lte=version).order_by("-history_id").first()


def settle(*, base, current, changes, seen=None, choice=None):
    """What the author changed since `base`, and where `current` says something else by now: (theirs to write, clashes).

    Each a dictionary by field. What was chosen in sight of `seen` is settled, unless it changed yet again.
    """
    mine = {name: value for name, value in changes.items() if base[name] != value}
    clashes = {
        name: current[name] for name, value in mine.items() if current[name] not in (base[name], value)
    }
    for name, kept in (choice.keep if choice and seen else {}).items():
        if name in clashes and seen[name] == current[name]:
            del clashes[name]
            if kept == THEIRS:
                del mine[name]
    return mine, clashes


def merge(row, *, by, version, changes, choice=None):
    """The part of `changes` that the author, `by`, really made since `version`; `Conflict` where both changed a field.

    `row` is locked. Different fields merge silently. The same field with another value is asked about, until
    `choice` says whose stays.
    """
    base = None if version in (None, row.version) else as_of(row, version)
    if base is None:
        return {name: value for name, value in changes.items() if getattr(row, name) != value}
    seen = as_of(row, choice.against) if choice else None
    values = [{name: getattr(one, name) for name in changes} if one else None for one in (base, row, seen)]
    mine, clashes = settle(base=values[0], current=values[1], changes=changes, seen=values[2], choice=choice)
    if clashes:
        raise conflict(row, clashes, by=by)
    return mine


def conflict(row, theirs, *, by, what=""):
    """Both changed `theirs`, field by field; `what` says it in words where the fields' own names do not."""
    latest = row.history.select_related("history_user").first()
    who = _author(row, latest.history_user, by=by) if latest else SOMEBODY
    names = what or ", ".join(str(row._meta.get_field(name).verbose_name) for name in theirs)
    return clash(
        theirs, names, version=row.version, who=who, at=latest.history_date if latest else clock.now()
    )


def _author(row, user, *, by):
    """Who changed the row last, as `by` may hear it; for which agency, and in which role, the log says."""
    about = row.entry.uuid if hasattr(row, "entry") else row.uuid
    wrote = LogEntry.objects.filter(about_uuid=about, by=user).order_by("-pk").first() if user else None
    acted_for, otherwise = (wrote.agency_id, wrote.by_label) if wrote else (None, SOMEBODY)
    seen = sight(by, getattr(row, "incident", row))
    return as_told(seen, user, acted_for=acted_for, otherwise=otherwise) if seen else otherwise


def clash(theirs, names, *, version, who, at):
    """The refusal of whoever came second, in words: who changed what, and when."""
    at = when(at, clock.now())
    return Conflict(
        f"In the meantime {who} changed this: {names}. Choose what to keep, then save again.",
        theirs=theirs, version=version, who=who, when=at,
    )  # fmt: skip
