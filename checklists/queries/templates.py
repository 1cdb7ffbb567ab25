"""What a mobilisation template can be made of."""

from checklists.models import TemplateItem
from incidents.models import PHASES


def items_to_choose():
    """The toolkit's items as choices, by phase: [(phase, its name, [(selector, title)])]. One query.

    An item that stands in several versions is worded as in the latest, and one that no version has any more stays.
    """
    latest = {}
    for row in TemplateItem.objects.order_by("template__loaded_at", "template_id"):
        latest[row.key] = row
    rows = sorted(latest.values(), key=lambda row: row.order)
    return [
        (key, name, [(f"item:{row.key}", row.title) for row in rows if row.phase == key])
        for key, name in PHASES
    ]
