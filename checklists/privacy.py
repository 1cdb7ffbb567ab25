"""What this room holds of an incident."""

from checklists.models import ChecklistItem, OfferedItem, OpenedWith
from svit.privacy import holds

holds(
    ChecklistItem,
    texts=("title", "details", "answer", "told_by", "sent_back_reason", "not_needed_reason"),
    entry="about",
)
holds(OfferedItem)
holds(OpenedWith)
