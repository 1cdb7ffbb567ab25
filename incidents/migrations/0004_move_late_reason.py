"""The reasons that were given until now, moved to the words; those of a redacted entry go."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def move(apps, schema_editor):
    using = schema_editor.connection.alias
    entries = apps.get_model("incidents", "LogEntry").objects.using(using).exclude(late_reason="")
    words = apps.get_model("incidents", "LogText").objects.using(using)
    words.filter(entry__in=entries, redacted_at__isnull=True).update(
        late_reason=Subquery(entries.filter(pk=OuterRef("pk")).values("late_reason"))
    )


class Migration(migrations.Migration):
    dependencies = [("incidents", "0003_late_reason_with_the_words")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
