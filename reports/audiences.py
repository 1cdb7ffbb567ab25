"""What each audience's pack withholds, in the words of the preview and of the pack's last page."""

from incidents.models import Section
from reports.models import Audience

ALWAYS = [
    "Names, dates of birth, addresses, wards, schools and family contacts of people",
    "Exact addresses and the names of hospitals: the ward or borough stands instead",
    "Sealed records, whoever holds them",
    "Words that a coordinator withheld or two people redacted",
    "Notes and evidence kept with items",
]
PARTNERS_TOO = [
    "Suspects, witnesses, and people whose part is not known yet",
    "Restricted records, items and log entries",
    "Where people are, and why a contact was missed",
    "The situation, the biggest risk and the reasons for decisions",
    "Log entries on people, health, education, relationships, safeguarding and meetings",
    "Local items that were not given to an agency, or belong to a section that not all share",
]
SHORT_NAMES = {Audience.GOLD: "Gold", Audience.PARTNERS: "Partners – redacted"}


def withheld(seen, audience):
    """The categories that a pack leaves out; an agency's own pack names the sections that it does not see."""
    rows = list(ALWAYS)
    if audience == Audience.PARTNERS:
        rows += PARTNERS_TOO
    if not seen.owner:
        unseen = [label for key, label in Section.choices if not seen.sees(key)]
        if unseen:
            rows.append(
                f"Everything in sections that {seen.actor.agency} does not see: {', '.join(unseen).lower()}"
            )
    return rows
