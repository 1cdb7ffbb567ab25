"""What key dates offer to a pack.

Gold group gets all dates that its readers may know of, those that are sealed left out. Partners get the standard dates
that are about nobody, hearings and inquests only where they are known in public, and neither wishes nor plans.
"""

from incidents import offers
from incidents.models import Sensitivity
from incidents.pack import GOLD, PARTNERS
from incidents.reminders import next_anniversary
from response.date_access import visible_dates
from response.date_queries import Row, strip
from response.models import DateKind
from response.pack import pack_people
from svit import clock

IN_COURT = (DateKind.COURT, DateKind.INQUEST)
WIDTH = 620


def pack_dates(seen, audience):
    """The dates that a pack may hold; one query."""
    rows = visible_dates(seen).filter(dropped=False).exclude(entry__sensitivity=Sensitivity.SEALED)
    if audience == PARTNERS:
        rows = rows.filter(
            entry__sensitivity=Sensitivity.STANDARD, entry__about__isnull=True, not_further=False
        )
        rows = rows.exclude(what__in=IN_COURT, public=False).defer("note", "wishes", "plan", "asked_by")
    return list(rows)


@offers.pack_section(75, "dates")
def dates(seen, audience, as_at):
    """The next twelve months: each date, the days left, and whether the plan is ready."""
    today, people = clock.today(), pack_people(seen, audience) if seen.sees_people else {}
    rows = []
    for date in pack_dates(seen, audience):
        if on := date.next_on(today):
            row = Row(date.get_what_display(), "", on, date, seen.incident)
            row.shown = people[date.entry.about_id].shown if date.entry.about_id in people else ""
            rows.append(row)
    kept = any(row.date.what == DateKind.ANNIVERSARY and row.date.yearly for row in rows)
    if not kept and (on := next_anniversary(seen.incident, today)):
        rows.append(Row("Anniversary of the incident", "", on, incident=seen.incident))
    if not rows:
        return None
    rows.sort(key=lambda row: row.on)
    gold = audience == GOLD
    contains = "Dates, whom they concern, wishes and plans" if gold else "Dates that concern nobody alone"
    context = {"rows": rows, "gold": gold, "picture": strip(rows, WIDTH), "contains": contains}
    return offers.PackSection("Key dates", "response/pack/dates.html", context)
