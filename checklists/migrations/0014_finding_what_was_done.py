from django.db import migrations, models

from svit.indexes import AddIndex, AddWordIndex


class Migration(migrations.Migration):
    atomic = False  # people go on working while the indexes are made

    dependencies = [("checklists", "0013_versions_of_the_set_up")]

    operations = [
        AddIndex(
            model_name="checklistitem",
            index=models.Index(
                fields=["incident", "due_at"], condition=models.Q(state="open"), name="open_items_of_incident"
            ),
        ),
        AddIndex(
            model_name="checklistitem",
            index=models.Index(fields=["done_by", "-done_at", "-id"], name="items_done_by"),
        ),
        AddIndex(
            model_name="checklistitem",
            index=models.Index(fields=["done_for", "-done_at", "-id"], name="items_done_for"),
        ),
        AddWordIndex(
            "checklists_checklistitem", "item_words", ("title",), condition="template_item_id IS NULL"
        ),
    ]
