from django.db import migrations, models
from django.db.models import Q

from svit.indexes import AddIndex


class Migration(migrations.Migration):
    atomic = False  # people go on working while the index is made

    dependencies = [("incidents", "0008_only_indexes_that_are_asked")]

    operations = [
        AddIndex(
            model_name="phase",
            index=models.Index(
                fields=["incident", "key"],
                condition=Q(closed_at__isnull=False) | ~Q(not_applicable_reason=""),
                name="phases_at_rest",
            ),
        ),
    ]
