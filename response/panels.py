"""What people offer to the incident's frame: the most urgent clocks and the next best step."""

from django.urls import reverse

from checklists.models import ClockKind
from incidents import offers
from response.access import may_work, visible_clocks
from response.actions import learn
from response.queries import clock_cards
from svit.templatetags.svit import plural

offers.learner(learn)


@offers.urgent_clocks
def urgent_clocks(seen, now):
    """At most three clocks, the most urgent first."""
    return clock_cards(seen, now)


@offers.next_step(30)
def missed_contact(seen, page):
    """A clock that is missed and has no cause yet; what meets a golden hour is that MASH is told."""
    for card in page["clocks"]:
        row = card["clock"]
        if card["state"] != "overdue" or row.missed_cause or not may_work(seen, row.person):
            continue
        person = [seen.incident.uuid, row.person.entry.uuid]
        if row.kind == ClockKind.GOLDEN_HOUR:
            return offers.NextStep(
                f"The golden hour of {card['who']} is missed: MASH or the emergency duty team has to be told."
                " Record when they were.",
                f"MASH or EDT was told about {card['who']}",
                reverse("clock-told", args=[*person, row.uuid]),
            )
        contacted = "no contact yet" if row.kind == ClockKind.CONTACT_MADE else "no contact attempted yet"
        return offers.NextStep(
            f"{card['who']}: {contacted}, and the {card['what']} clock is missed."
            " Record a contact, or the cause and a new plan.",
            f"Record contact with {card['who']}",
            reverse("record-contact", args=person),
        )
    return None


@offers.left_open
def running_clocks(seen):
    """What closing the incident would leave running."""
    count = visible_clocks(seen).filter(met_at=None, stopped_at=None).count()
    return [plural(count, "contact clock,contact clocks")] if count else []
