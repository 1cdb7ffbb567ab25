from django.db import migrations

from svit.indexes import DropIndexes


class Migration(migrations.Migration):
    atomic = False  # people go on working while the indexes are dropped

    dependencies = [("checklists", "0014_finding_what_was_done")]

    operations = [
        DropIndexes(
            "checklistitem",
            ["agency", "assigned_by", "assignee", "done_by", "done_for", "seen_by", "sent_back_by"],
        ),
        DropIndexes(
            "historicalchecklistitem",
            [
                "about",
                "agency",
                "assigned_by",
                "assignee",
                "done_by",
                "done_for",
                "incident",
                "sent_back_by",
                "template_item",
                "uuid",
            ],
        ),
    ]
