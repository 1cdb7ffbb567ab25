"""What this room offers to the incident's pages: progress, counts, next steps, what is open, where words stand."""

from django.urls import reverse

from checklists import queries
from checklists.actions import answer_by_categorising, end_by_record, quiet_phase
from incidents import offers
from incidents.models import EngagementRole
from svit.templatetags.svit import plural

offers.phase_progress(queries.phase_progress)
offers.overdue_counts(queries.overdue_counts)
offers.phase_rests(quiet_phase)
offers.categorised(answer_by_categorising)
offers.checklist(waiting=queries.waiting_for, finish=end_by_record)


@offers.next_step(30)
def mobilise(seen, page):
    """Nobody but the lead was brought in yet."""
    if not seen.coordinates or any(row.role != EngagementRole.LEAD for row in page["engagements"]):
        return None
    return offers.NextStep(
        "No agency has been mobilised yet.", "Mobilise", reverse("mobilise", args=[seen.incident.uuid])
    )


@offers.next_step(50)
def overdue_item(seen, page):
    """The item that is overdue longest, of those that the actor may work."""
    if not page["overdue"]:
        return None
    item = next((item for item in _overdue_of(page) if item.workable), None)
    if item is None:
        return None
    return offers.NextStep(f"{item.title} is overdue.", "Open it", item.get_absolute_url())


def _overdue_of(page):
    return next((panel["items"] for panel in page["panels"] if panel["key"] == "overdue"), [])


@offers.panel(10)
def overdue_items(seen, now):
    """The items that are overdue longest, for the aside of the overview."""
    items = queries.most_overdue(seen)
    if not items:
        return None
    return {"key": "overdue", "template": "checklists/_overdue_panel.html", "items": items, "now": now}


@offers.left_open
def left_open(seen):
    """What closing the incident would leave undone."""
    count = queries.open_items(seen)
    return [plural(count, "item,items")] if count else []


@offers.place
def item(seen, entry):
    """The item that an entry is about keeps its own answer and reasons; the file goes with the entry."""
    if entry.about_kind != "checklistitem":
        return []
    return [
        (
            "The item: its answer and its reasons",
            reverse("item", args=[seen.incident.uuid, entry.about_uuid]),
        )
    ]
