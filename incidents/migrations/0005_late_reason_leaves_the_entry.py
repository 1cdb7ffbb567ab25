from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_move_late_reason")]

    operations = [migrations.RemoveField(model_name="logentry", name="late_reason")]
