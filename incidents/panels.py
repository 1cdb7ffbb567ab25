"""The next best steps that the incident itself knows of (UX: the first unmet one is shown)."""

from django.urls import reverse

from incidents import offers


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
