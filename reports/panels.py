"""What this room offers to the incident's pages: where words may still stand, and the way to its retention."""

from django.urls import reverse

from incidents import offers
from reports.access import keeps_records
from reports.queries import packs_since
from svit.templatetags.svit import plural


@offers.place
def packs(seen, entry):
    count = packs_since(seen, entry.recorded_at)
    if not count:
        return []
    words = f"{plural(count, 'pack,packs')} made since. Make a new one, and ask for the old ones back"
    return [(words, reverse("packs", args=[seen.incident.uuid]))]


@offers.panel(90)
def retention(seen, now):
    """For those who decide how long it is kept: the way to that page."""
    if not (seen.owner and keeps_records(seen.actor)):
        return None
    return {"key": "retention", "template": "reports/retention/_panel.html", "incident": seen.incident}
