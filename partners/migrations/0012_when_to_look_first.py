"""Agreements and directory entries that are there already are looked at 60 days before they fall due.

What is within that time now is said once, and late: nobody was ever told.
"""

from datetime import UTC, datetime, time, timedelta

from django.db import migrations
from django.db.models import Min

YEAR, AHEAD = timedelta(days=365), timedelta(days=60)


def begin(apps, schema_editor):
    agreements = apps.get_model("partners", "SharingAgreement").objects
    for agreement in agreements.only("review_by").iterator():
        at = datetime.combine(agreement.review_by, time(), tzinfo=UTC) - AHEAD
        agreements.filter(pk=agreement.pk).update(remind_at=at)
    contacts = apps.get_model("partners", "Contact").objects
    history = apps.get_model("partners", "HistoricalContact").objects
    began = dict(history.order_by().values("id").annotate(at=Min("history_date")).values_list("id", "at"))
    for contact in contacts.only("added_at", "confirmed_at").iterator():
        added_at = began.get(contact.pk, contact.added_at)
        since = (contact.confirmed_at or added_at).astimezone(UTC)
        at = since.replace(hour=0, minute=0, second=0, microsecond=0) + YEAR - AHEAD
        contacts.filter(pk=contact.pk).update(added_at=added_at, remind_at=at)


class Migration(migrations.Migration):
    dependencies = [("partners", "0011_rotas_leave_and_when_to_look")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop, elidable=True)]
