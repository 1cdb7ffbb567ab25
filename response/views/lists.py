"""The Daily Risk Management list, and the figure that counts; over all incidents."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from incidents.actions import consult_each
from response import access, actions, queries
from response.figures import COLUMNS
from svit import clock
from svit.refused import Refused
from svit.templatetags.svit import plural
from svit.values import uuids


@require_http_methods(["GET", "POST"])
def risk_list(request):
    """Everybody with a clock that runs or was missed, the most urgent first; ticked, they were taken to the meeting."""
    if not access.can_run_daily_list(request.actor):
        raise PermissionDenied
    exercise = request.GET.get("exercises") == "yes"
    if request.method == "POST":
        return _taken(request)
    people, more = queries.risk_list(request.actor, exercise=exercise)
    consult_each(
        by=request.actor, subject_kind="person", subjects={one.uuid: one.incident_of for one in people}
    )
    missed = sum(bool(one.missed) for one in people)
    page = {
        "people": people, "more": more, "now": clock.now(), "exercises": exercise, "exercise": exercise,
        "heading": "Daily risk list: exercises" if exercise else "Daily risk list",
        "summary": f"{plural(len(people), 'person,people')} with a clock that runs or was missed, {missed} missed."
        if people else "",
    }  # fmt: skip
    return render(request, "response/risk_list.html", page)


def _taken(request):
    people = access.get_listed(request.actor, uuids(request.POST.getlist("people")))
    back = reverse("risk-list") + ("?exercises=yes" if request.GET.get("exercises") == "yes" else "")
    if not people:
        messages.error(request, "Choose whom you took to the meeting.")
        return redirect(back)
    try:
        new = actions.take_to_meeting(people=people, by=request.actor)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        done = (
            f"{plural(new, 'person,people')} taken to today’s meeting"
            if new
            else "They were on today’s list already"
        )
        messages.success(request, f"{done}.")
    return redirect(back)


@require_safe
def figures(request):
    """By month and borough: attempted, reached, referred; outside the team small counts are hidden."""
    boroughs = queries.figures(request.actor)
    if not boroughs:
        raise PermissionDenied
    page = {"boroughs": boroughs, "now": clock.now(), "columns": [name for _, name in COLUMNS]}
    return render(request, "response/figures.html", page)
