"""What the room offers: next best steps (UX: the first unmet one is shown), where else words stand, who is engaged."""

from django.urls import reverse

from incidents import offers
from incidents.models import Engagement, LogKind
from partners.offers import live_work


@offers.next_step(0)
def answer_report(seen, page):
    if seen.coordinates and seen.incident.unconfirmed:
        return offers.NextStep(
            f"{seen.incident.logged_for} waits for an answer to its report.", "Accept or decline it",
            reverse("change-status", args=[seen.incident.uuid]),
        )  # fmt: skip
    return None


@offers.next_step(10)
def categorise(seen, page):
    if seen.coordinates and not page["category"] and page["writes"]:
        return offers.NextStep(
            "Not categorised yet. The category decides who leads and what meets.", "Categorise",
            reverse("categorise", args=[seen.incident.uuid]),
        )  # fmt: skip
    return None


@offers.place
def situation(seen, entry):
    if entry.kind == LogKind.NOTE and entry.about_uuid == seen.incident.uuid:
        return [("Where it stands, on the overview", reverse("describe", args=[seen.incident.uuid]))]
    if entry.kind == LogKind.CATEGORISED:
        return [("The reasons of the categorisation", reverse("categorise", args=[seen.incident.uuid]))]
    return []


@live_work
def engaged_in(agency, partnership):
    """In how many incidents of the partnership the agency is engaged at this minute: a number, and no reference."""
    return Engagement.objects.current().filter(agency=agency, incident__partnership=partnership).count()
