from django.db import migrations, models

from svit.indexes import AddIndex, DropIndexes


class Migration(migrations.Migration):
    atomic = False  # people go on working while the indexes are made and dropped

    dependencies = [("incidents", "0012_access_belongs_to_a_partnership")]

    operations = [
        AddIndex(
            model_name="accessrecord",
            index=models.Index(fields=["partnership", "-at", "-id"], name="access_of_partnership"),
        ),
        AddIndex(
            model_name="accessrecord",
            index=models.Index(fields=["user", "-at", "-id"], name="access_by_user"),
        ),
        AddIndex(
            model_name="accessrecord",
            index=models.Index(fields=["agency", "-at", "-id"], name="access_by_agency"),
        ),
        AddIndex(
            model_name="accessrecord",
            index=models.Index(
                condition=models.Q(("act", "disclosure")),
                fields=["partnership", "-at", "-id"],
                name="access_disclosed",
            ),
        ),
        DropIndexes("accessrecord", ["agency", "user"]),
    ]
