"""What was confirmed for everybody until now is confirmed for each partnership that there is."""

from django.db import migrations

from svit import clock


def move(apps, schema_editor):
    confirmed = apps.get_model("checklists", "ConfirmedContact").objects
    organisations = apps.get_model("checklists", "SupportOrganisation").objects
    resources = apps.get_model("checklists", "Resource").objects.exclude(address="").order_by("-order")
    addresses = dict(resources.values_list("name", "address"))
    for partnership in apps.get_model("partners", "Partnership").objects.all():
        for row in organisations.filter(confirmed_at__isnull=False).exclude(telephone=""):
            confirmed.create(
                partnership=partnership,
                organisation=row,
                telephone=row.telephone,
                confirmed_at=row.confirmed_at,
            )
        for name, address in addresses.items():
            confirmed.create(
                partnership=partnership, resource=name, address=address, confirmed_at=clock.now()
            )


class Migration(migrations.Migration):
    dependencies = [("checklists", "0007_confirmed_contacts")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
