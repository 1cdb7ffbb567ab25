from django.db import migrations

from svit.indexes import DropIndexes


class Migration(migrations.Migration):
    atomic = False  # people go on working while the indexes are dropped

    dependencies = [("incidents", "0007_finding_what_goes_on")]

    operations = [
        DropIndexes(
            "historicalengagement",
            ["agency", "by", "incident", "seen_by", "uuid"],
        ),
        DropIndexes(
            "historicalincident",
            [
                "joined_to",
                "logged_at",
                "logged_by",
                "logged_for",
                "partnership",
                "reference",
                "submission",
                "uuid",
            ],
        ),
        DropIndexes(
            "historicalphase",
            ["closed_by", "incident", "lead_agency"],
        ),
        DropIndexes(
            "logentry",
            ["agency", "by"],
        ),
        DropIndexes(
            "logtext",
            ["redacted_by", "redaction_asked_by", "withheld_by"],
        ),
    ]
