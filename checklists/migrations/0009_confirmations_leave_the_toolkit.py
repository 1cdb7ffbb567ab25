from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("checklists", "0008_move_confirmed_contacts")]

    operations = [
        migrations.RemoveField(model_name="resource", name="address"),
        migrations.RemoveField(model_name="supportorganisation", name="confirmed_at"),
    ]
