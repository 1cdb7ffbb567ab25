"""Responses that had ended before there was a schedule are looked at by the next sweep."""

from django.db import migrations
from django.db.models import Q
from django.utils import timezone


def look(apps, schema_editor):
    ended = Q(stage="closed", report_state="accepted") | Q(report_state="declined")
    apps.get_model("incidents", "Incident").objects.filter(ended).update(retention_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("incidents", "0016_retention_and_redaction")]

    operations = [migrations.RunPython(look, migrations.RunPython.noop)]
