"""Roles that open a partnership's incidents, and wait for a CSP manager."""

from django.contrib import messages
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners import access, actions, queries
from partners.forms.setup import DeclineForm
from svit.refused import Refused, perform


@require_safe
def to_confirm(request):
    """Who was given a role, by whom, since when."""
    rows = queries.to_confirm(request.actor)
    page = {
        "rows": rows,
        "confirms": access.confirms_roles(request.actor),
        "back_url": resolve_url("account"),
    }
    return render(request, "partners/roles_to_confirm.html", page)


@require_POST
def confirm(request, uuid):
    """From now on the role counts."""
    membership = access.get_unconfirmed(request.actor, uuid)
    try:
        actions.confirm_member(membership=membership, by=request.actor)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{membership.who} is confirmed as {membership.get_role_display()}.")
    return redirect("roles-to-confirm")


@require_http_methods(["GET", "POST"])
def decline(request, uuid):
    """The role ends before it began."""
    membership = access.get_unconfirmed(request.actor, uuid)
    form = DeclineForm(request.POST or None)
    if form.is_valid() and perform(form, actions.decline_member, membership=membership, by=request.actor):
        messages.success(request, f"{membership.who} does not get the role.")
        return redirect("roles-to-confirm")
    back = resolve_url("roles-to-confirm")
    page = {
        "form": form,
        "title": "Decline the role?",
        "lead": f"{membership.who}, {membership.get_role_display()}. The administrator who gave it sees your reason.",
        "submit": "Decline",
        "submit_kind": "warning",
        "back_url": back,
        "cancel_url": back,
    }
    return render(request, "layouts/form.html", page)
