"""Members: who acts for which agency, adding somebody, ending it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners import access, actions, queries
from partners.forms.setup import MemberForm
from partners.views.setup import frame
from svit.refused import Refused, perform


@require_safe
def members(request):
    """Everybody who acts for an agency that the actor sets up."""
    access.get_set_up(request.actor)
    rows, number, more = queries.page_of(queries.everybody(request.actor), request.GET.get("page", 1))
    page = frame(request, "members") | {"rows": rows, "page": number, "more": more}
    return render(request, "partners/members.html", page)


@require_http_methods(["GET", "POST"])
def add_member(request, uuid):
    """A person joins the agency, and gets a link to set a password."""
    agency = access.get_agency(request.actor, uuid)
    form = MemberForm(request.POST or None, roles=access.roles_to_give(request.actor, agency))
    if form.is_valid() and perform(form, actions.add_member, agency=agency, by=request.actor):
        _added(request, form.result)
        return redirect("setup-agency", uuid=uuid)
    back = reverse("setup-agency", args=[uuid])
    page = frame(request, "agencies") | {
        "form": form,
        "title": "Add a member",
        "caption": agency.name,
        "submit": "Add member",
        "back_url": back,
        "cancel_url": back,
    }
    return render(request, "partners/setup_form.html", page)


@require_http_methods(["GET", "POST"])
def end_membership(request, uuid):
    """Ask first, then end it from this minute."""
    membership = access.get_member(request.actor, uuid)
    back = reverse("setup-agency", args=[membership.agency.uuid])
    if request.method == "POST":
        try:
            actions.end_membership(membership=membership, by=request.actor)
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"{membership.who} no longer acts for {membership.agency}.")
        return redirect(back)
    page = frame(request, "agencies") | {
        "title": f"End the membership of {membership.who}?",
        "membership": membership,
        "back_url": back,
    }
    return render(request, "partners/end_membership.html", page)


@require_POST
def invite_again(request, uuid):
    """Send a new invitation to somebody who has not set up; the one before works no more."""
    membership = access.get_member(request.actor, uuid)
    try:
        actions.invite_again(membership=membership, by=request.actor)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"A new invitation goes to {membership.user.email}.")
    return redirect("setup-agency", uuid=membership.agency.uuid)


@require_POST
def new_way_in(request, uuid):
    """Somebody lost phone and codes: their second factors go, their sessions end, and they set up anew."""
    membership = access.get_member(request.actor, uuid)
    try:
        actions.reset_second_factor(membership=membership, by=request.actor)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request,
            f"The second factors of {membership.who} are gone. They sign in with the password and set up a new one.",
        )
    return redirect("setup-agency", uuid=membership.agency.uuid)


def _added(request, membership):
    """Say what goes to the person, and what it waits for."""
    if membership.picked_at is None:
        messages.info(
            request,
            "An account with this address exists. It will be offered this role. "
            "The person's own name stands, not the one that you typed.",
        )
    else:
        messages.success(
            request, f"{membership.who} was added. An invitation goes to {membership.user.email}."
        )
    if membership.confirmed_at is None:
        messages.info(request, "The role counts once a CSP manager of the partnership confirms it.")
