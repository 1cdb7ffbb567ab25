"""What packs offer to the incident's pages: that the words of an entry may stand in one that was made before."""

from django.urls import reverse

from incidents import offers
from reports.queries import packs_since
from svit.templatetags.svit import plural


@offers.place
def packs(seen, entry):
    count = packs_since(seen, entry.recorded_at)
    if not count:
        return []
    words = f"{plural(count, 'pack,packs')} made since. Make a new one, and ask for the old ones back"
    return [(words, reverse("packs", args=[seen.incident.uuid]))]
