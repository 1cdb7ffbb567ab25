"""What the incident itself offers to its pages: next best steps, and where else the words of an entry stand."""

from django.urls import reverse

from incidents import offers
from incidents.models import LogKind


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
