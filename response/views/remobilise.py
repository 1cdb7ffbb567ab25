"""Bringing the response group back for a day that matters: one page, one press (UX journey H)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from incidents import access as incident_access
from incidents import actions as incident_actions
from incidents.access import To
from incidents.frame import frame
from incidents.reminders import next_anniversary
from response import actions, bringing_back
from response.actions.remobilise import NOT_HERE
from response.date_access import get_date, may_bring_back
from response.date_forms import RemobiliseForm
from svit import clock
from svit.refused import perform
from svit.templatetags.svit import day, plural


@require_http_methods(["GET", "POST"])
def for_date(request, uuid, entry_uuid):
    """For a key date that was written down."""
    seen = incident_access.get_sight(request.actor, uuid, to=To.COORDINATE)
    found = get_date(seen, entry_uuid)
    incident_actions.consult(seen.incident, by=request.actor, subject_kind="keydate", subject=found.uuid)
    what = found.get_what_display()
    back = reverse("key-date", args=[uuid, entry_uuid])
    return _page(request, seen, found, found.next_on(clock.today()), what=what, back=back)


@require_http_methods(["GET", "POST"])
def for_anniversary(request, uuid):
    """For the anniversary of the incident itself."""
    seen = incident_access.get_sight(request.actor, uuid, to=To.COORDINATE)
    kept_on = next_anniversary(seen.incident, clock.today())
    if kept_on is None:
        raise Http404
    back = reverse("dates", args=[uuid])
    return _page(request, seen, None, kept_on, what="Anniversary of the incident", back=back)


def _page(request, seen, date, kept_on, *, what, back):
    incident = seen.incident
    if not may_bring_back(seen, date):
        raise PermissionDenied(NOT_HERE)
    done = bringing_back.brought_back(incident, kept_on) if kept_on else None
    form = RemobiliseForm(request.POST or None)
    posted = request.POST.getlist("agencies")
    if request.method == "POST" and done:
        return redirect("mobilised", uuid=incident.uuid)
    if kept_on and form.is_valid():
        sent = perform(
            form,
            actions.remobilise,
            incident=incident,
            by=request.actor,
            date=date,
            kept_on=kept_on,
            agencies=posted,
        )
        if sent:
            messages.success(request, f"The response group is brought back for {day(kept_on)}.")
            return redirect("mobilised", uuid=incident.uuid)
    partners, nobody = ([], []) if done or not kept_on else bringing_back.bringing_back(incident)
    for one in partners:
        one.ticked = one.key in posted if request.method == "POST" else one.available
    page = frame(request, seen, active="dates") | {
        "form": form,
        "what": what,
        "kept_on": kept_on,
        "days": (kept_on - clock.today()).days if kept_on else None,
        "done": done,
        "date": date,
        "back": back,
        "due_at": bringing_back.due_before(kept_on) if kept_on else None,
        "partners": [one for one in partners if one.available],
        "closed": [one for one in partners if not one.available],
        "nobody": nobody,
        "ready": plural(len([one for one in partners if one.available]), "partner,partners"),
    }
    return render(request, "response/remobilise.html", page)
