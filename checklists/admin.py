"""The toolkit in the administration: its items, what to keep ready, whom it names."""

from django.contrib import admin

from checklists.models import ReadinessItem, Resource, SupportOrganisation, Template, TemplateItem
from svit.administration import Shown


@admin.register(Template)
class Templates(Shown):
    list_display = ("version", "partnership", "loaded_at")
    list_select_related = ("partnership",)


@admin.register(TemplateItem)
class TemplateItems(Shown):
    list_display = ("title", "phase", "kind", "template")
    list_filter = ("phase", "kind")
    list_select_related = ("template",)


@admin.register(ReadinessItem)
class ReadinessItems(Shown):
    list_display = ("title", "order")


@admin.register(SupportOrganisation)
class SupportOrganisations(Shown):
    list_display = ("name", "kind", "telephone")


@admin.register(Resource)
class Resources(Shown):
    list_display = ("name", "phase")
