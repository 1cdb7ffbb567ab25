from django.db import migrations
from django.db.models import F


def joined(apps, schema_editor):
    """Whoever has a password has set up already."""
    unset = {"password__regex": "^(!.*)?$"}
    people = apps.get_model("partners", "User").objects.exclude(**unset)
    people.update(joined_at=F("date_joined"))


class Migration(migrations.Migration):
    dependencies = [("partners", "0007_ways_in")]
    operations = [migrations.RunPython(joined, migrations.RunPython.noop, elidable=True)]
