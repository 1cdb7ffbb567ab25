"""Categorising: the form beside the cumulative picture, then the answers to check."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from incidents import access, actions, queries
from incidents.access import To
from incidents.forms import CategoriseForm
from incidents.frame import frame
from svit.refused import perform

KEPT = ("police_called", "police_declared", "serious", "category", "response", "of_note", "lead_agency",
        "lead_person", "other_boroughs", "rationale")  # fmt: skip


@require_http_methods(["GET", "POST"])
def categorise(request, uuid):
    """Nine questions, the answers checked, then saved as a new row."""
    seen = access.get_sight(request.actor, uuid, to=To.COORDINATE, live=True)
    incident = seen.incident
    history = queries.categorisations(incident)
    initial = {name: getattr(history[0], name) for name in KEPT if name != "rationale"} if history else {}
    initial["version"] = len(history)
    form = CategoriseForm(request.POST or None, initial=initial, agencies=queries.possible_leads(incident))
    checked = request.method == "POST" and form.is_valid()
    if checked and "change" not in request.POST:
        confirmed = "confirmed" in request.POST
        if confirmed and perform(form, actions.categorise, incident=incident, by=request.actor):
            messages.success(
                request, "Categorised. Mobilise the agencies that it needs, or put the response right."
            )
            return redirect(incident)
        if not confirmed:
            page = frame(request, seen, active="overview") | {"form": form, "rows": form.shown()}
            return render(request, "incidents/categorise_check.html", page)
    near, elsewhere = queries.cumulative(request.actor, incident)
    page = frame(request, seen, active="overview") | {
        "form": form,
        "near": near,
        "elsewhere": elsewhere,
        "history": history,
    }
    return render(request, "incidents/categorise.html", page)
