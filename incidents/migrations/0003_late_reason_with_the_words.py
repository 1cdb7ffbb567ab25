"""Why an entry is late is typed, so it stands with the words, where it can be withheld and redacted."""

from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_initial")]

    operations = [
        migrations.AddField(
            model_name="logtext",
            name="late_reason",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="accessrecord", name="at", field=models.DateTimeField(db_default=Now())
        ),
        migrations.AlterField(
            model_name="logentry", name="recorded_at", field=models.DateTimeField(db_default=Now())
        ),
    ]
