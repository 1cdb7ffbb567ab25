"""Search over the incidents that the reader may see."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from incidents.actions import consult_each
from reports import queries
from reports.forms import SearchForm
from svit.asked import ask


@require_http_methods(["GET", "HEAD", "POST"])
def search(request):
    """Incidents by reference, place and words; no counts, and nothing of what the reader may not see."""
    actor = request.actor
    if not (actor.works_items or actor.governs):
        raise PermissionDenied
    asked = ask(request, SearchForm)
    if asked.onward:
        return asked.onward
    words = asked.answers.get("q", "")
    page = {"form": asked.form, "rows": [], "older": None, "asked": bool(words)}
    if words:
        page["rows"], page["older"] = queries.search(actor, words, request.GET.get("before"))
        consult_each(by=actor, subject_kind="search", subjects={row.uuid: row for row in page["rows"]})
    return render(request, "reports/search.html", page)
