"""When people are away: entered by themselves, or by whoever sets up for them."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from partners import access, actions, queries
from partners.forms.duty import LeaveForm
from partners.views.setup import frame
from svit.refused import Refused, perform

LEAD = "Nobody on leave is on call or sent an e-mail. What is said meanwhile waits in the inbox."


@require_http_methods(["GET", "POST"])
def leave(request):
    """The reader's own leave."""
    form = LeaveForm(request.POST or None)
    if form.is_valid() and perform(form, actions.enter_leave, user=request.user, by=request.actor):
        messages.success(request, "Your leave is entered.")
        return redirect("leave")
    page = {"title": "Your leave", "back_url": reverse("account"), "back_text": "Your account"}
    return _page(request, form, request.user, page)


@require_http_methods(["GET", "POST"])
def leave_of_member(request, uuid):
    """The leave of somebody of an agency that the actor sets up."""
    membership = access.get_colleague(request.actor, uuid)
    form = LeaveForm(request.POST or None)
    if form.is_valid() and perform(form, actions.enter_leave, user=membership.user, by=request.actor):
        messages.success(request, f"The leave of {membership.user} is entered.")
        return redirect("setup-member-leave", uuid=uuid)
    page = frame(request, "members") | {
        "title": f"Leave of {membership.user}",
        "caption": membership.agency.name,
        "back_url": reverse("setup-agency", args=[membership.agency.uuid]),
    }
    return _page(request, form, membership.user, page)


@require_POST
def end_leave(request, uuid):
    """The person is back; or the leave, where it has not begun, goes."""
    found = access.get_leave(request.actor, uuid)
    try:
        actions.end_leave(leave=found, by=request.actor)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "The leave has ended.")
    return redirect("leave" if found.user_id == request.user.pk else "setup-reach")


def _page(request, form, user, page):
    """The form, and what is entered already."""
    page |= {"form": form, "rows": queries.leave_of(user), "lead": LEAD, "submit": "Enter leave"}
    return render(request, "partners/leave.html", page | {"cancel_url": page["back_url"], "person": user})
