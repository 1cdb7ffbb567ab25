"""Who sent an item back is read off its history; what opened with its incident was passed on by nobody."""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery


def name_who_sent_back(apps, schema_editor):
    items = apps.get_model("checklists", "ChecklistItem").objects.filter(sent_back_at__isnull=False)
    past = apps.get_model("checklists", "HistoricalChecklistItem").objects
    held = past.filter(id=OuterRef("pk"), agency__isnull=False).order_by("-history_id")
    items.exclude(sent_back_reason__endswith=" was stood down.").update(
        sent_back_by=Subquery(held.values("agency")[:1])
    )


def forget_who_opened(apps, schema_editor):
    items = apps.get_model("checklists", "ChecklistItem").objects
    opened = items.filter(source__in=("toolkit", "guidance", "protocol"), assigned_at=F("opened_at"))
    opened.update(assigned_by=None)


class Migration(migrations.Migration):
    dependencies = [("checklists", "0005_who_sent_it_back")]

    operations = [
        migrations.RunPython(name_who_sent_back, migrations.RunPython.noop),
        migrations.RunPython(forget_who_opened, migrations.RunPython.noop),
    ]
