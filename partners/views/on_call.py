"""Who is on call for each agency."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners import access, actions, queries
from partners.forms.setup import OnCallForm
from partners.views.setup import frame
from svit import clock
from svit.refused import Refused, perform


@require_safe
def on_call(request):
    """Each agency with who is on call now and next."""
    access.get_set_up(request.actor)
    rows, number, more = queries.page_of(queries.duty(request.actor), request.GET.get("page", 1))
    page = frame(request, "on_call") | {"rows": queries.with_duty(rows), "page": number, "more": more}
    return render(request, "partners/on_call.html", page)


@require_http_methods(["GET", "POST"])
def put_on_call(request, uuid):
    """A member of the agency is on call for a span of time."""
    agency = access.get_agency(request.actor, uuid)
    people = queries.people_of(agency)
    form = OnCallForm(request.POST or None, people=people, initial={"from_at": clock.now()})
    if form.is_valid() and perform(form, actions.put_on_call, agency=agency, by=request.actor):
        messages.success(request, f"{form.result.user} is on call for {agency}.")
        return redirect("setup-on-call")
    back = reverse("setup-on-call")
    page = frame(request, "on_call") | {
        "form": form,
        "title": "Put somebody on call",
        "caption": agency.name,
        "submit": "Put on call",
        "agency": agency,
        "people": people,
        "back_url": back,
        "cancel_url": back,
    }
    return render(request, "partners/put_on_call.html", page)


@require_POST
def end_on_call(request, uuid):
    """The span ends now, or goes where it has not begun."""
    span = access.get_on_call(request.actor, uuid)
    try:
        actions.end_on_call(span=span, by=request.actor)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{span.user} is no longer on call for {span.agency} at that time.")
    return redirect("setup-on-call")
