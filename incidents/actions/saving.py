"""How a row is saved: its author in the history, its version moved on, two people's changes merged."""

from functools import partial

from incidents.access import as_told, sight
from incidents.models import LogEntry
from svit import clock, engines, merging


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


def merge(row, *, by, version, changes, choice=None):
    """`merging.merge` for a row of an incident, which `by` changes."""
    told = partial(_author, row, by=by)
    return merging.merge(row, version=version, changes=changes, choice=choice, told=told)


def conflict(row, theirs, *, by, what):
    """`merging.conflict` of a row of an incident, which `by` changes too."""
    return merging.conflict(row, theirs, what=what, told=partial(_author, row, by=by))


def _author(row, latest, *, by):
    """Who wrote the latest row of a history, as `by` may hear it; for which agency and in which role, the log says."""
    about = row.entry.uuid if hasattr(row, "entry") else row.uuid
    user = latest.history_user
    wrote = LogEntry.objects.filter(about_uuid=about, by=user).order_by("-pk").first() if user else None
    acted_for, otherwise = (wrote.agency_id, wrote.by_label) if wrote else (None, merging.SOMEBODY)
    seen = sight(by, getattr(row, "incident", row))
    return as_told(seen, user, acted_for=acted_for, otherwise=otherwise) if seen else otherwise
