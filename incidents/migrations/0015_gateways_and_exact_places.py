"""What is engaged already was engaged under section 115; what is more exact than a title may be is kept apart."""

from django.db import migrations

from incidents.places import apart


def fill(apps, schema_editor):
    Engagement = apps.get_model("incidents", "Engagement")
    Engagement.objects.filter(gateway="").update(gateway="crime_and_disorder")
    Incident = apps.get_model("incidents", "Incident")
    for row in Incident.objects.exclude(place="").select_related("partnership").iterator():
        place, exact = apart(row.place, row.area or row.partnership.area)
        if exact:
            Incident.objects.filter(pk=row.pk).update(place=place, exact_place=exact)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0014_who_may_see_what")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
