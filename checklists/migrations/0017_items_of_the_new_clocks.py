"""The items for professionals and for the referral to MASH are ended by the clocks of people who have one."""

from django.db import migrations

ITEMS = {"professionals-48h": "professionals", "mash-referral": "mash_referral"}


def link(apps, schema_editor):
    template_items = apps.get_model("checklists", "TemplateItem").objects
    items = apps.get_model("checklists", "ChecklistItem").objects
    for key, kind in ITEMS.items():
        template_items.filter(key=key, clock_kind="").update(clock_kind=kind)
        items.filter(template_item__key=key, clock_kind="").update(clock_kind=kind)


class Migration(migrations.Migration):
    dependencies = [("checklists", "0016_more_kinds_of_clock")]

    operations = [migrations.RunPython(link, migrations.RunPython.noop)]
