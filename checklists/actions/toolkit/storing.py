"""Loading the toolkit: what was read is written in one transaction, or not at all."""

from dataclasses import dataclass

from django.db import transaction

from checklists.actions.toolkit.reading import (
    FOLDER,
    File,
    read_checklist,
    read_guidance,
    read_organisations,
    read_resources,
)
from checklists.models import (
    ReadinessItem,
    Resource,
    SupportOrganisation,
    Template,
    TemplateItem,
)


@dataclass
class Loaded:
    """What a run did, for whoever ran it."""

    template: Template
    fresh: bool
    items: int
    readiness: int
    resources: int
    organisations: int


def _store_template(file, version, items, readiness):
    """A new version, or the one that stands already with its guidance brought up to date."""
    template = Template.objects.filter(partnership=None, digest=file.digest).first()
    if template is not None:
        stands = {(row.phase, row.key): row for row in template.items.all()}
        changed = []
        for item in items:
            row = stands[item.phase, item.key]
            if (row.what, row.why) != (item.what, item.why):
                row.what, row.why = item.what, item.why
                changed.append(row)
        TemplateItem.objects.bulk_update(changed, ["what", "why"])
        return template, False
    if Template.objects.filter(partnership=None, version=version).exists():
        line = next((n for n, text in enumerate(file.text.splitlines(), 1) if text.startswith("version")), 1)
        file.refuse(
            line, f"version {version} was loaded before with other items: give this one a new version"
        )
    template = Template.objects.create(version=version, digest=file.digest)
    for row in (*items, *readiness):
        row.template = template
    TemplateItem.objects.bulk_create(items)
    ReadinessItem.objects.bulk_create(readiness)
    return template, True


def _store_resources(rows):
    """Names come and stay."""
    stands = {(row.phase, row.name): row for row in Resource.objects.all()}
    Resource.objects.bulk_create([row for row in rows if (row.phase, row.name) not in stands])
    moved = []
    for row in rows:
        old = stands.get((row.phase, row.name))
        if old and old.order != row.order:
            old.order = row.order
            moved.append(old)
    Resource.objects.bulk_update(moved, ["order"])


def _store_organisations(rows):
    """What the source says now; what partnerships confirmed stands in rows of their own."""
    stands = {row.key: row for row in SupportOrganisation.objects.all()}
    for row in rows:
        old = stands.get(row.key)
        if old is None:
            row.save()
            continue
        fields = ["name", "kind", "audiences", "note", "telephone"]
        if any(getattr(old, name) != getattr(row, name) for name in fields):
            for name in fields:
                setattr(old, name, getattr(row, name))
            old.save(update_fields=fields)


@transaction.atomic
def load_toolkit(folder=FOLDER):
    """Load the toolkit, as often as one likes. An incident keeps the version that it was opened with."""
    checklist = File(folder, "checklist.yaml")
    version, items, readiness = read_checklist(checklist)
    read_guidance(File(folder, "guidance.yaml"), items)
    resources = read_resources(File(folder, "resources.yaml"))
    organisations = read_organisations(File(folder, "support_organisations.yaml"))
    template, fresh = _store_template(checklist, version, items, readiness)
    _store_resources(resources)
    _store_organisations(organisations)
    return Loaded(template, fresh, len(items), len(readiness), len(resources), len(organisations))
