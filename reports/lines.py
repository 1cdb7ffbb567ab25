"""The agreed lines in a pack: the one factual text that every partner may use."""

from comms.models import KeyMessage
from incidents import offers
from incidents.access import visible_entries, with_mark
from incidents.models import Section, Sensitivity


@offers.pack_section(58, "lines")
def lines(seen, audience, as_at):
    """Key messages in their exact words; those restricted, sealed, or not to be shared further are in no pack."""
    if not seen.sees(Section.COMMUNICATIONS):
        return None
    entries = with_mark(visible_entries(seen)).filter(
        kind=KeyMessage.kind(), sensitivity=Sensitivity.STANDARD, not_further=False
    )
    rows = list(KeyMessage.objects.filter(entry__in=entries).select_related("entry").order_by("pk"))
    context = {"rows": rows, "contains": "Key messages in their exact words"}
    return offers.PackSection("Agreed lines", "reports/pack/lines.html", context)
