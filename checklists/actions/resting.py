"""What rests with its phase says nothing more."""

from checklists.models import ChecklistItem
from reminders.actions import over


def quiet_phase(phase):
    """The phase was closed or does not apply: what was said of its items leaves the badge, and stays in the inbox."""
    items = ChecklistItem.objects.filter(incident=phase.incident_id, phase=phase.key)
    over(*items.values_list("uuid", flat=True))
