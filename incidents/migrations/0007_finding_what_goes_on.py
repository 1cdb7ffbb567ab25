from django.db import migrations, models
from django.db.models import Q

from svit.indexes import AddIndex, AddWordIndex

LIVE = ~Q(stage="closed") & Q(report_state__in=("accepted", "unconfirmed"))


class Migration(migrations.Migration):
    atomic = False  # people go on working while the indexes are made

    dependencies = [("incidents", "0006_what_a_file_was_told_in")]

    operations = [
        AddIndex(
            model_name="incident",
            index=models.Index(
                fields=["partnership", "-logged_at", "-id"], condition=LIVE, name="incident_live"
            ),
        ),
        AddWordIndex(
            "incidents_incident",
            "incident_words",
            ("reference", "place", "area", "happened", "summary", "situation", "needs", "biggest_risk"),
        ),
        AddWordIndex("incidents_logtext", "log_words", ("text",)),
    ]
