"""Support organisations and resources of the toolkit, with what a partnership confirmed about each."""

from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery
from django.utils.text import slugify

from checklists.models import ConfirmedContact, Resource, SupportOrganisation
from incidents.models import PHASES

OUTSIDE_PHASES = {
    "preparation": "Before an incident",
    "after": "After",
    "framework": "Strategies and framework",
}


def resources(partnership):
    """The policies and guides that the toolkit names, by phase; `address` where the partnership confirmed one."""
    ours = ConfirmedContact.objects.filter(partnership=partnership, resource=OuterRef("name"))
    found = {}
    for row in Resource.objects.annotate(address=Subquery(ours.values("address")[:1])):
        found.setdefault(row.phase, []).append(row)
    return found


def support_organisations(partnership):
    """Each support organisation with the `number`, `address` and `confirmed_at` that the partnership confirmed."""
    ours = FilteredRelation("confirmed", condition=Q(confirmed__partnership=partnership))
    return list(
        SupportOrganisation.objects.annotate(ours=ours).annotate(
            number=F("ours__telephone"), address=F("ours__address"), confirmed_at=F("ours__confirmed_at")
        )
    )


def _confirmed(partnership):
    return ConfirmedContact.objects.filter(partnership=partnership).select_related("confirmed_by")


def organisations_to_confirm(partnership):
    """Every support organisation, and what the partnership confirmed about it, or None: pairs. Two queries."""
    ours = {row.organisation_id: row for row in _confirmed(partnership).exclude(organisation=None)}
    return [(row, ours.get(row.pk)) for row in SupportOrganisation.objects.all()]


def resources_to_confirm(partnership):
    """Every resource once, however many phases name it: name, slug, where it stands, what is confirmed. Two queries."""
    names = dict(PHASES) | OUTSIDE_PHASES
    ours = {row.resource: row for row in _confirmed(partnership).filter(organisation=None)}
    found = {}
    for row in Resource.objects.all():
        one = found.setdefault(
            row.name,
            {"name": row.name, "slug": slugify(row.name), "phases": [], "ours": ours.get(row.name)},
        )
        one["phases"].append(names.get(row.phase, row.phase))
    return sorted(found.values(), key=lambda one: one["name"].lower())


def confirmed_about(partnership, *, organisation=None, resource=""):
    """What the partnership confirmed about an organisation or a resource, or None."""
    return _confirmed(partnership).filter(organisation=organisation, resource=resource).first()


def not_confirmed(partnership):
    """How many support organisations the partnership has not confirmed yet."""
    ours = ConfirmedContact.objects.filter(partnership=partnership, organisation=OuterRef("pk"))
    return SupportOrganisation.objects.exclude(pk__in=ours.values("organisation")).count()
