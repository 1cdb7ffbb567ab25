"""How a row is saved: its author in the history, its version moved on, two people's changes merged."""

from svit import clock, engines
from svit.refused import Conflict
from svit.templatetags.svit import when


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


def merge(row, *, version, changes):
    """The part of `changes` that the author really made since `version`; `Conflict` where both changed one field.

    `row` is locked. Different fields merge silently; the same field with another value is asked about.
    """
    if version is None or version == row.version:
        return {name: value for name, value in changes.items() if getattr(row, name) != value}
    base = row.history.filter(version=version).order_by("-history_id").first() or row
    mine = {name: value for name, value in changes.items() if getattr(base, name) != value}
    clashes = {
        name: getattr(row, name)
        for name, value in mine.items()
        if getattr(row, name) != getattr(base, name) and getattr(row, name) != value
    }
    if clashes:
        latest = row.history.select_related("history_user").first()
        who = latest.history_user.name if latest and latest.history_user else "Somebody else"
        names = ", ".join(str(row._meta.get_field(name).verbose_name) for name in clashes)
        at = f" {when(latest.history_date)}" if latest else ""
        raise Conflict(
            f"{who} changed {names}{at}. What you entered is still here: check it and save again.", clashes
        )
    return mine
