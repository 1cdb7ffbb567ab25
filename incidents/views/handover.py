"""Handing an incident over to another borough."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from incidents import access, actions, queries
from incidents.access import To
from incidents.forms import AnswerHandoverForm, ConfirmForm, HandoverForm
from incidents.frame import frame
from svit.refused import perform


@require_http_methods(["GET", "POST"])
def hand_over(request, uuid):
    """Offer the ownership to a borough whose CSP agency is engaged."""
    seen = access.get_sight(request.actor, uuid, to=To.COORDINATE, live=True)
    back = reverse("agencies", args=[uuid])
    form = HandoverForm(request.POST or None, partnerships=queries.partnerships_to_offer(seen))
    if form.is_valid() and perform(form, actions.offer_handover, incident=seen.incident, by=request.actor):
        messages.success(
            request, f"Offered to {form.cleaned_data['to_partnership']}. It stays yours until they accept."
        )
        return redirect(back)
    page = frame(request, seen, active="agencies") | {
        "form": form, "title": "Hand over to another borough", "submit": "Offer it", "cancel_url": back,
        "lead_text": "It stays yours until the other borough accepts. Your agency then stays engaged, with the people"
        f" that it knows. The reference stays.{_marked(seen.incident)}",
    }  # fmt: skip
    return render(request, "incidents/act.html", page)


def _marked(incident):
    """What a coordinator has to know of marks before passing the incident on."""
    count, agencies = access.stops_along(incident)
    if not count:
        return ""
    what = "One thing here is" if count == 1 else f"{count} things here are"
    return f" {what} marked ‘Do not share further’, by {', '.join(agencies)}: ask them first. The mark goes along."


@require_http_methods(["GET", "POST"])
def answer_handover(request, uuid):
    """Accept the ownership, or refuse it with a reason."""
    seen, offer = access.get_offered(request.actor, uuid)
    form = AnswerHandoverForm(request.POST or None)
    if form.is_valid():
        accepts = form.cleaned_data.pop("answer") == "accept"
        act = actions.accept_handover if accepts else actions.refuse_handover
        if perform(form, act, offer=offer, by=request.actor):
            messages.success(request, "It is yours now." if accepts else "Refused. The owner is told why.")
            return redirect("incident", uuid=uuid)
    page = frame(request, seen, active="overview") | {
        "form": form, "title": "Take the incident over?", "submit": "Answer",
        "cancel_url": reverse("incident", args=[uuid]),
        "lead_text": f"{seen.incident.partnership} offers it to {offer.to_partnership}: {offer.reason}",
    }  # fmt: skip
    return render(request, "incidents/act.html", page)


@require_POST
def withdraw_handover(request, uuid):
    """The owner keeps it after all."""
    _, offer = access.get_offer(request.actor, uuid)
    form = ConfirmForm(request.POST)
    if form.is_valid() and perform(form, actions.withdraw_handover, offer=offer, by=request.actor):
        messages.success(request, "The offer was withdrawn.")
    else:
        messages.warning(request, " ".join(form.non_field_errors()))
    return redirect("agencies", uuid=uuid)
