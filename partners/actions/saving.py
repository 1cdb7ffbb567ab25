"""How a row of the set-up that several people keep is saved: its version moved on, two people's changes merged."""

from partners.history import sign, signed_by
from svit import merging


def merge(row, *, version, changes, **more):
    """`merging.merge` for a row of the set-up. Whoever was first is named, as in its history."""
    return merging.merge(row, version=version, changes=changes, told=_first, **more)


def save(row, *, by, changed, also=(), reason=""):
    """Write the fields that changed and `also`; the version moves on where a field did that the form has."""
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += bool(changed)
    sign(row, by=by, reason=reason).save(update_fields=[*changed, *also, "version"])
    return row


def _first(latest):
    return signed_by(latest) or merging.SOMEBODY
