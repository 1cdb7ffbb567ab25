"""The history of a row: who changed it, when and why, and what stood there before."""

from simple_history.models import HistoricalRecords


class History(HistoricalRecords):
    """A history that is only ever read of one row at a time.

    Of the columns that it copies, the row's own key alone keeps an index: each of the others would be written with
    each change and asked by nobody.
    """

    def copy_fields(self, model):
        fields = super().copy_fields(model)
        for name, field in fields.items():
            field.db_index = name == model._meta.pk.name
        return fields
