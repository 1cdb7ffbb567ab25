from django.db import migrations

from svit.indexes import DropIndexes


class Migration(migrations.Migration):
    atomic = False  # people go on working while the indexes are dropped

    dependencies = [("response", "0006_told_before_the_start")]

    operations = [
        DropIndexes(
            "historicalcontactclock",
            ["agency", "person", "uuid", "worker"],
        ),
    ]
