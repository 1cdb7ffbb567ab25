"""Support organisations and resources of the toolkit: how the partnership reaches each, confirmed or not."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checklists import access, actions, forms, queries
from partners.access import get_partnership
from partners.views.setup import frame
from svit.refused import Refused, perform


@require_safe
def support(request):
    """What the toolkit names, and what is confirmed about it."""
    own = get_partnership(request.actor)
    page = frame(request, "support") | {
        "organisations": queries.organisations_to_confirm(own),
        "resources": queries.resources_to_confirm(own),
    }
    return render(request, "checklists/support.html", page)


@require_http_methods(["GET", "POST"])
def confirm_organisation(request, key):
    """Confirm or change how an organisation is reached. What the toolkit says is proposed."""
    found = access.get_organisation(request.actor, key)
    own = request.actor.partnership
    ours = queries.confirmed_about(own, organisation=found)
    initial = {
        "telephone": ours.telephone if ours else found.telephone,
        "address": ours.address if ours else "",
        "version": ours.version if ours else 0,
    }
    form = forms.OrganisationForm(request.POST or None, initial=initial)
    if form.is_valid() and perform(
        form, actions.confirm_organisation, organisation=found, partnership=own, by=request.actor
    ):
        messages.success(request, f"{found} confirmed.")
        return redirect("setup-support")
    withdraw = reverse("setup-withdraw-organisation", args=[key])
    return _form(request, form, ours, withdraw, title=found.name, note=found.note, source=found.telephone)


@require_http_methods(["GET", "POST"])
def confirm_resource(request, slug):
    """Confirm or change where a resource is found."""
    name = access.get_resource(request.actor, slug)
    own = request.actor.partnership
    ours = queries.confirmed_about(own, resource=name)
    initial = {"address": ours.address if ours else "", "version": ours.version if ours else 0}
    form = forms.ResourceForm(request.POST or None, initial=initial)
    if form.is_valid() and perform(
        form, actions.confirm_resource, name=name, partnership=own, by=request.actor
    ):
        messages.success(request, f"{name} confirmed.")
        return redirect("setup-support")
    return _form(request, form, ours, reverse("setup-withdraw-resource", args=[slug]), title=name)


@require_POST
def withdraw_organisation(request, key):
    """What was confirmed about an organisation holds no more."""
    return _withdraw(request, organisation=access.get_organisation(request.actor, key))


@require_POST
def withdraw_resource(request, slug):
    """What was confirmed about a resource holds no more."""
    return _withdraw(request, resource=access.get_resource(request.actor, slug))


def _withdraw(request, **subject):
    (what,) = subject.values()
    try:
        actions.withdraw_confirmation(partnership=request.actor.partnership, by=request.actor, **subject)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{what} is not confirmed any more.")
    return redirect("setup-support")


def _form(request, form, ours, withdraw_url, **words):
    back = reverse("setup-support")
    page = frame(request, "support") | {
        "form": form,
        "ours": ours,
        "withdraw_url": withdraw_url,
        "submit": "Save and confirm" if ours else "Confirm",
        "back_url": back,
        "cancel_url": back,
        **words,
    }
    return render(request, "checklists/confirm_support.html", page)
