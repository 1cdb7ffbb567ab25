"""Contact items of incidents that have clocks follow them; the others are looked at by the next sweep."""

from django.db import migrations
from django.db.models import Exists, OuterRef
from django.utils import timezone


def follow(apps, schema_editor):
    using = schema_editor.connection.alias
    clocks = apps.get_model("response", "ContactClock").objects.using(using)
    clocks = clocks.filter(person__entry__incident=OuterRef("incident"), kind=OuterRef("clock_kind"))
    items = apps.get_model("checklists", "ChecklistItem").objects.using(using).exclude(clock_kind="")
    followed = Exists(clocks.exclude(person__entry__sensitivity="sealed"))
    items.filter(followed).update(follows_clocks=True)
    items.filter(~followed, state="open", due_at__isnull=False).update(remind_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("response", "0003_fill_record_version"),
        ("checklists", "0004_follows_clocks"),
        ("incidents", "0002_initial"),
    ]

    operations = [migrations.RunPython(follow, migrations.RunPython.noop)]
