"""The toolkit as data, and the items of an incident."""

from checklists.models.items import (
    BY_CATEGORISING,
    BY_LOG_FORM,
    ChecklistItem,
    ItemState,
    OfferedItem,
    OpenedWith,
)
from checklists.models.mobilising import MobilisationTemplate
from checklists.models.toolkit import (
    ClockKind,
    ConfirmedContact,
    ItemKind,
    ItemSource,
    ReadinessItem,
    Resource,
    SupportOrganisation,
    Template,
    TemplateItem,
)

__all__ = [
    "BY_CATEGORISING",
    "BY_LOG_FORM",
    "ChecklistItem",
    "ClockKind",
    "ConfirmedContact",
    "ItemKind",
    "ItemSource",
    "ItemState",
    "MobilisationTemplate",
    "OfferedItem",
    "OpenedWith",
    "ReadinessItem",
    "Resource",
    "SupportOrganisation",
    "Template",
    "TemplateItem",
]
