"""The landing page of whoever signs in."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from incidents import offers
from incidents.models.incident import LocalCategory
from incidents.queries import incident_list, open_counts, open_incidents, waiting_reports
from response.date_queries import next_date
from svit import clock
from svit.templatetags.svit import day


@require_safe
def home(request):
    """Coordinators see the open incidents; everybody else goes to where their work is."""
    actor = request.actor
    if actor.administers:
        return redirect("setup")
    if actor.governs:
        return redirect("access-record")
    if not actor.coordinates:
        return redirect("team-work" if actor.manages_agency else "my-work")
    rows, _ = incident_list(actor, stage="open", size=25)
    listed = offers.overdue_of(actor, rows)
    overdue = sum(offers.overdue_of(actor, open_incidents(actor)).values())
    for row in rows:
        row.overdue = listed.get(row.pk, 0)
        row.category_words = LocalCategory(row.category).label if row.category else "Not categorised"
    counts = open_counts(actor)
    numbers = [
        {"figure": counts["responding"], "text": "responding"},
        {"figure": counts["reported"], "text": "reported, not mobilised"},
        {
            "figure": counts["unconfirmed"],
            "text": "unconfirmed reports",
            "state": "soon" if counts["unconfirmed"] else "",
        },
        {
            "figure": overdue,
            "text": "items overdue",
            "state": "overdue" if overdue else "",
        },
    ]
    page = {"rows": rows, "numbers": numbers, "reports": waiting_reports(actor), "now": clock.now()}
    page["empty"] = "" if rows else _nothing_open(actor)
    return render(request, "reports/home.html", page)


def _nothing_open(actor):
    """What stands where no incident is open: the key date that comes next."""
    coming = next_date(actor)
    return f"No open incidents. Next key date: {day(coming.on)}." if coming else "No open incidents."
