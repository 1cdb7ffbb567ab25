"""Messages that failed: who could not be told, why, and sending again."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from partners import access, actions, undelivered
from partners.views.setup import frame
from svit.templatetags.svit import plural


@require_safe
def failed(request):
    """What failed in the last 30 days, which addresses take nothing, and what was sent again."""
    access.get_set_up(request.actor)
    rows, older = undelivered.page(request.actor, request.GET.get("before"))
    page = frame(request, "reminders") | {
        "rows": rows,
        "older": older,
        "bad": undelivered.bad(request.actor),
        "sent_again": undelivered.sent_again(request.actor),
    }
    return render(request, "partners/undelivered.html", page)


@require_POST
def send_again(request):
    """One message, or all that the page showed, or whatever comes for an address that took nothing."""
    access.get_set_up(request.actor)
    if "address" in request.POST:
        _try_address(request)
    else:
        keys = request.POST.getlist("one") or request.POST.getlist("shown")
        count = actions.send_again(keys=keys, by=request.actor)
        if count:
            messages.success(request, f"{plural(count, 'message is,messages are')} sent again, if still due.")
        else:
            messages.info(request, "Nothing was sent again: nothing chosen has failed and waits here.")
    return redirect("setup-reminders")


def _try_address(request):
    person = actions.try_address(key=request.POST["address"], by=request.actor)
    if person:
        messages.success(request, f"From the next message on, the address of {person} is tried again.")
    else:
        messages.info(request, "This address is not marked any more.")
