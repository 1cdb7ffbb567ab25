"""An agency's rota, and whom a message would reach."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners import access, actions, queries
from partners.forms.duty import RotaForm
from partners.views.setup import frame
from svit.refused import Refused, perform


@require_safe
def reach(request):
    """Before anything happens: whom a message to each agency would reach, now and at night, and whom not."""
    access.get_set_up(request.actor)
    rows, number, more = queries.page_of(queries.reach(request.actor), request.GET.get("page", 1))
    page = frame(request, "reach") | {"rows": rows, "page": number, "more": more}
    return render(request, "partners/reach.html", page)


@require_safe
def rota(request, uuid):
    """The next four weeks of an agency: who is on call, and when nobody is."""
    agency = access.get_agency(request.actor, uuid)
    found, people = queries.rota_of(agency)
    page = frame(request, "on_call") | {
        "agency": agency,
        "rota": found,
        "people": people,
        "rows": queries.coverage(agency),
        "spans": queries.spans(agency),
        "back_url": reverse("setup-on-call"),
        "back_text": "On call",
    }
    return render(request, "partners/rota.html", page)


@require_http_methods(["GET", "POST"])
def change_rota(request, uuid):
    """Who takes turns, and when they hand over."""
    agency = access.get_agency(request.actor, uuid)
    found, taking = queries.rota_of(agency)
    people = queries.people_of(agency)
    initial = {"weeks": 1}
    if found:
        initial = {"day": found.starts_on.weekday(), "hand_over": found.hand_over, "weeks": found.weeks}
    form = RotaForm(request.POST or None, people=people, taking=taking, initial=initial)
    if form.is_valid() and perform(form, actions.set_rota, agency=agency, by=request.actor):
        messages.success(request, f"The rota of {agency} is saved.")
        return redirect("setup-rota", uuid=uuid)
    back = reverse("setup-rota", args=[uuid])
    page = frame(request, "on_call") | {
        "form": form,
        "title": "Change the rota" if found else "Make a rota",
        "caption": agency.name,
        "lead": "People take turns in this order, and after the last the first comes again.",
        "submit": "Save the rota",
        "agency": agency,
        "people": people,
        "back_url": back,
        "cancel_url": back,
    }
    return render(request, "partners/put_on_call.html", page)


@require_POST
def remove_rota(request, uuid):
    """Nobody takes turns any more."""
    agency = access.get_agency(request.actor, uuid)
    try:
        actions.remove_rota(agency=agency, by=request.actor)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{agency} has no rota any more: everybody is told.")
    return redirect("setup-rota", uuid=uuid)
