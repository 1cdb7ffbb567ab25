from django.db import migrations
from django.db.models import OuterRef, Subquery


def copy(apps, schema_editor):
    """What waits or failed says since when; what is over needs it no more."""
    Delivery = apps.get_model("reminders", "Delivery")
    Notification = apps.get_model("reminders", "Notification")
    due = Notification.objects.filter(pk=OuterRef("notification")).values("due_at")
    Delivery.objects.filter(state__in=["pending", "failed"]).update(due_at=Subquery(due))


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0002_channels_and_bad_addresses"),
    ]

    operations = [
        migrations.RunPython(copy, migrations.RunPython.noop),
    ]
