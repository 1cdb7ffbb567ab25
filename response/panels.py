"""What people offer to the incident's frame: the most urgent clocks and the next best step."""

from django.urls import reverse

from incidents import offers
from response.actions import learn
from response.queries import clock_cards

offers.learner(learn)


@offers.urgent_clocks
def urgent_clocks(seen, now):
    """At most three clocks, the most urgent first."""
    return clock_cards(seen, now)


@offers.next_step(30)
def missed_contact(seen, page):
    """A clock that is missed and has no cause yet."""
    for card in page["clocks"]:
        row = card["clock"]
        if card["state"] == "overdue" and not row.missed_cause and not seen.reading:
            return offers.NextStep(
                f"{card['who']} has had no contact and the {card['what']} clock is missed."
                " Record a contact, or the cause and a new plan.",
                f"Record contact with {card['who']}",
                reverse("record-contact", args=[seen.incident.uuid, row.person.entry.uuid]),
            )
    return None
