"""Search over the incidents that the reader may see."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_safe

from incidents.actions import consult_each
from reports import queries
from reports.forms import SearchForm


@require_safe
def search(request):
    """Incidents by reference, place and words; no counts, and nothing of what the reader may not see."""
    actor = request.actor
    if not (actor.works_items or actor.governs):
        raise PermissionDenied
    form = SearchForm(request.GET if "q" in request.GET else None)
    page = {"form": form, "rows": [], "older": None, "asked": ""}
    if form.is_valid():
        page["asked"] = form.cleaned_data["q"]
        page["rows"], page["older"] = queries.search(actor, page["asked"], request.GET.get("before"))
        consult_each(by=actor, subject_kind="search", subjects={row.uuid: row for row in page["rows"]})
    return render(request, "reports/search.html", page)
