"""How long each clock gives stands on the clock itself from now on."""

from django.db import migrations

HOURS = {"golden_hour": 1, "first_attempt": 24}  # contact made has the default, 48


def fill(apps, schema_editor):
    for model in ("ContactClock", "HistoricalContactClock"):
        rows = apps.get_model("response", model).objects
        for kind, hours in HOURS.items():
            rows.filter(kind=kind).update(hours=hours)


class Migration(migrations.Migration):
    dependencies = [("response", "0008_people_in_full_and_their_clocks")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
