import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0011_whose_access_it_was")]

    operations = [
        migrations.AlterField(
            model_name="accessrecord",
            name="partnership",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.partnership",
            ),
        ),
    ]
