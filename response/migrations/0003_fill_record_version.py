"""A record's version was its entry's, and its history's the reason "version n": they move into the column."""

from django.db import migrations
from django.db.models import OuterRef, Subquery

MODEL = "Person"


def fill(apps, schema_editor):
    using = schema_editor.connection.alias
    entries = apps.get_model("incidents", "Entry").objects.using(using).filter(pk=OuterRef("pk"))
    records = apps.get_model("response", MODEL).objects.using(using)
    records.update(version=Subquery(entries.values("version")))
    history = apps.get_model("response", f"Historical{MODEL}").objects.using(using)
    for row in history.filter(history_change_reason__startswith="version ").iterator():
        row.version = int(row.history_change_reason.removeprefix("version "))
        row.save(update_fields=["version"])


class Migration(migrations.Migration):
    dependencies = [("response", "0002_record_version"), ("incidents", "0002_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
