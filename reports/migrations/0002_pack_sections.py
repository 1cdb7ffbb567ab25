from django.db import migrations, models

EVERY = [
    "general", "people", "relationships", "safeguarding", "health", "education", "communications", "community",
    "meetings",
]  # fmt: skip


def every():
    """Of packs that were made before it is not known: only who sees everything takes them away."""
    return [*EVERY]


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="pack", name="sections", field=models.JSONField(default=every), preserve_default=False
        ),
        migrations.AlterField(model_name="pack", name="sections", field=models.JSONField(default=list)),
    ]
