"""What meetings offer to a pack: the decision log, the latest first.

Gold group gets the reasons, the options and who decided; partners get what was decided and who acts, of meetings that
are standard, and nothing that is restricted.
"""

from incidents import offers
from incidents.models import Sensitivity
from incidents.pack import GOLD, PARTNERS
from response.meeting_access import visible_meetings
from response.models.meetings import Decision


@offers.pack_section(60, "decisions")
def decisions(seen, audience, as_at):
    """The decisions of all meetings."""
    meetings = visible_meetings(seen).exclude(entry__sensitivity=Sensitivity.SEALED)
    rows = Decision.objects.filter(meeting__in=meetings.order_by(), at__lte=as_at)
    if audience == PARTNERS:
        rows = rows.filter(restricted=False, meeting__entry__sensitivity=Sensitivity.STANDARD)
        rows = rows.defer("why", "options", "risks", "powers")
    rows = list(rows.select_related("meeting__entry", "by_agency").order_by("-at", "-pk")[:200])
    if not rows:
        return None
    gold = audience == GOLD
    contains = "Decisions, reasons, options, who decided" if gold else "What was decided, and who acts"
    return offers.PackSection(
        "Decisions", "response/pack/decisions.html", {"rows": rows, "gold": gold, "contains": contains}
    )
