import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The version before this one goes on writing while it is replaced, and does not say whose incident it is.
WHOSE = """
    CREATE OR REPLACE FUNCTION incidents_accessrecord_whose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.partnership_id IS NULL THEN
            SELECT i.partnership_id, i.reference INTO NEW.partnership_id, NEW.reference
            FROM incidents_incident i WHERE i.uuid = NEW.incident_uuid;
        END IF;
        RETURN NEW;
    END $$;
    CREATE OR REPLACE TRIGGER incidents_accessrecord_whose BEFORE INSERT ON incidents_accessrecord
        FOR EACH ROW EXECUTE FUNCTION incidents_accessrecord_whose();
"""


def say_whose(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(WHOSE)


def say_no_more(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS incidents_accessrecord_whose ON incidents_accessrecord")


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0009_finding_phases_at_rest"),
        ("partners", "0008_who_has_joined"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessSeal",
            fields=[
                ("number", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("previous", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
                ("last", models.PositiveBigIntegerField()),
                ("drained", models.BooleanField()),
                ("records", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64, unique=True)),
            ],
            options={"ordering": ["number"]},
        ),
        migrations.CreateModel(
            name="AccessDigest",
            fields=[
                ("record_id", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                (
                    "seal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="digests",
                        to="incidents.accessseal",
                    ),
                ),
                ("salt", models.CharField(blank=True, max_length=32)),
                ("words", models.CharField(blank=True, max_length=64)),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.AddField(
            model_name="accessrecord",
            name="partnership",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.partnership",
            ),
        ),
        migrations.AddField(
            model_name="accessrecord",
            name="reference",
            field=models.CharField(blank=True, max_length=20, default="", db_default=""),
        ),
        migrations.AddField(
            model_name="accessrecord",
            name="sha256",
            field=models.CharField(blank=True, max_length=64, default="", db_default=""),
        ),
        migrations.AlterField(
            model_name="accessrecord",
            name="incident_uuid",
            field=models.UUIDField(null=True),
        ),
        migrations.RunPython(say_whose, say_no_more),
    ]
