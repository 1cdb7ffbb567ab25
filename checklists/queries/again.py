"""Which of the toolkit's items are done again for a key date, and where each stands now."""

from dataclasses import dataclass

from checklists.models import ChecklistItem
from incidents.models import Phase, Sensitivity

DATES = "dates"  # the key of the built-in mobilisation template for an anniversary or another key date


@dataclass
class Again:
    """One toolkit item of the incident: as it was first done, and where it is `open` still, that row."""

    first: ChecklistItem
    open: ChecklistItem | None
    held_by: int | None  # the agency that holds it, or else did it

    @property
    def title(self):
        return self.first.title

    @property
    def suggested_to(self):
        return self.first.suggested_to

    @property
    def is_held(self):
        """Whether an agency works on it at this moment."""
        return self.open is not None and self.open.agency_id is not None


def short_list(incident, template):
    """The incident's items of the toolkit that the template gives out, in their order. Two queries.

    Not those of a phase that has no place in the incident, nor those that contact clocks end.
    """
    without = set(
        Phase.objects.filter(incident=incident)
        .exclude(not_applicable_reason="")
        .values_list("key", flat=True)
    )
    rows = ChecklistItem.objects.filter(
        incident=incident, template_item__isnull=False, about__isnull=True, clock_kind=""
    )
    rows = rows.exclude(sensitivity=Sensitivity.SEALED).exclude(phase__in=without)
    by_item = {}
    for item in rows.select_related("template_item").order_by("order", "pk"):
        if template.takes(item):
            by_item.setdefault(item.template_item_id, []).append(item)
    found = []
    for items in by_item.values():
        first = next((item for item in items if item.for_date is None), items[0])
        still = next((item for item in reversed(items) if item.is_open), None)
        latest = still or items[-1]
        found.append(Again(first, still, latest.agency_id or latest.done_for_id or first.agency_id))
    return found
