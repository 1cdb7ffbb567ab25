"""The history of the set-up: each change of its rows, whose act it was, and when.

Who acts is put on the row by the action, never found in the request: a command and an import have none. A person's
account has no history, so that no password can be in one.
"""

from django.db import models
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from svit import clock

BEGAN = "As it stood when this history began"


class Act(models.Model):
    """The base of each row of the history: in which role whoever acted did so, or which part of the system acted."""

    history_label = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


def kept(**options):
    """`history = kept()` on a model of the set-up; each model has a reason field of its own, of any length."""
    return HistoricalRecords(bases=[Act], history_change_reason_field=models.TextField(null=True), **options)


def _label(by):
    """An actor in the history: role and agency of a person, whose name is kept apart; else what acted."""
    return f"SVIT, {by.system.replace('_', ' ')}" if by.system else by.label


def sign(row, *, by, reason=""):
    """Say on the row whose act its next change is, and why; gives the row back."""
    row._history_user = by.user
    row._history_date = clock.now()
    row._change_reason = reason or None
    row._history_label = _label(by)
    return row


def remark(row, *, by, reason):
    """Keep an act that changes something about the row without changing the row."""
    sign(row, by=by, reason=reason)
    type(row).history.bulk_history_create([row], update=True, custom_historical_attrs=signature(by))


def signature(by):
    """The same as `sign`, for rows that are made many at once."""
    return {"history_label": _label(by)}


def signed_by(row):
    """Whose act a row of the history is: the person by name, else what acted; "" where nobody signed it."""
    return row.history_user.name if row.history_user else row.history_label


def label(sender, instance, history_instance, **kwargs):
    """Carry what `sign` said over to the row of the history."""
    if isinstance(history_instance, Act):
        history_instance.history_label = getattr(instance, "_history_label", "")


pre_create_historical_record.connect(label, dispatch_uid="partners.history")
