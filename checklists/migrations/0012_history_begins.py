"""What stands already is the beginning of its history, so that the next change can say from what it came."""

from django.db import migrations

from partners.history import BEGAN
from svit import clock

MODELS = ("ConfirmedContact", "MobilisationTemplate")


def begin(apps, schema_editor):
    for name in MODELS:
        history = apps.get_model("checklists", f"Historical{name}")
        fields = {field.attname for field in history._meta.concrete_fields}
        rows = apps.get_model("checklists", name).objects.all()
        columns = [one.attname for one in rows.model._meta.concrete_fields if one.attname in fields]
        history.objects.bulk_create(
            history(
                **values,
                history_date=clock.now(),
                history_type="+",
                history_change_reason=BEGAN,
                history_label="SVIT",
            )
            for values in rows.values(*columns)
        )


class Migration(migrations.Migration):
    dependencies = [("checklists", "0011_history_of_the_set_up")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
