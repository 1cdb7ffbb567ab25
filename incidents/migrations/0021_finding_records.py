from django.db import migrations

from svit.indexes import AddWordIndex


class Migration(migrations.Migration):
    atomic = False  # the index is made while people work

    dependencies = [("incidents", "0020_records_of_the_phases")]

    operations = [AddWordIndex("incidents_entry", "entry_words", ("words",), "words <> ''")]
