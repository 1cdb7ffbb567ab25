"""Logging an incident, and what a coordinator does with a partner's report."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from incidents import access
from incidents.access import To
from incidents.frame import frame
from incidents.queries import engaged_partners, join_targets, possible_duplicates
from response import actions
from response.forms import JoinForm, KnownForm, LogIncidentForm, UrgentForm
from response.queries import clock_cards
from svit import clock
from svit.refused import perform


@require_http_methods(["GET", "POST"])
def log_incident(request, *, exercise=False):
    """At most eight answers and one submit; the same form sent twice makes one incident."""
    actor = request.actor
    if not access.can_report(actor) or (exercise and not actor.coordinates):
        raise PermissionDenied
    partnerships = [actor.partnership] if actor.agency.csp_of_id else actor.serves
    form = LogIncidentForm(
        request.POST or None, partnerships=partnerships, initial={"partnership": actor.partnership}
    )
    if form.is_valid() and perform(form, actions.log_incident, by=actor, exercise=exercise):
        return redirect("logged", uuid=form.result.uuid)
    page = {
        "form": form,
        "exercise": exercise,
        "reports": not actor.coordinates,
        "partnership": actor.partnership,
    }
    return render(request, "response/log_incident.html", page)


@require_http_methods(["GET", "POST"])
def urgent_response(request):
    """A young person who came to notice without an incident: a case of its own, with its clocks."""
    actor = request.actor
    if not access.can_report(actor):
        raise PermissionDenied
    partnerships = [actor.partnership] if actor.agency.csp_of_id else actor.serves
    form = UrgentForm(
        request.POST or None, partnerships=partnerships, initial={"partnership": actor.partnership}
    )
    if form.is_valid() and perform(form, actions.open_urgent_response, by=actor):
        return redirect("logged", uuid=form.result.uuid)
    page = {"form": form, "reports": not actor.coordinates, "partnership": actor.partnership}
    return render(request, "response/urgent_response.html", page)


@require_safe
def logged(request, uuid):
    """What was logged: the reference, the clocks that started, and possible duplicates."""
    seen = access.get_sight(request.actor, uuid)
    page = frame(request, seen, active="overview") | {
        "cards": clock_cards(seen, clock.now(), most=12),
        "duplicates": possible_duplicates(request.actor, seen.incident),
    }
    return render(request, "response/logged.html", page)


@require_http_methods(["GET", "POST"])
def known(request, uuid):
    """What became known after logging: traits, which open the items that fit."""
    seen = access.get_sight(request.actor, uuid, to=To.COORDINATE, live=True)
    form = KnownForm(request.POST or None, initial={"traits": seen.incident.traits})
    posted = request.method == "POST" and form.is_valid()
    if posted and perform(form, actions.learn, incident=seen.incident, by=request.actor):
        messages.success(request, "Saved. Items that fit are open now.")
        return redirect("checklist", uuid=uuid)
    page = frame(request, seen, active="overview") | {
        "form": form,
        "title": "What is known",
        "submit": "Save",
        "cancel_url": seen.incident.get_absolute_url(),
    }
    return render(request, "response/person_form.html", page)


@require_http_methods(["GET", "POST"])
def join(request, uuid):
    """Join an unconfirmed report to an incident that is known already."""
    seen = access.get_sight(request.actor, uuid, to=To.COORDINATE)
    targets = join_targets(request.actor, seen.incident)
    form = JoinForm(request.POST or None, incidents=targets, agencies=engaged_partners(seen.incident))
    if form.is_valid() and perform(form, actions.join, report=seen.incident, by=request.actor):
        messages.success(request, "Joined. The people of the report and their clocks are here now.")
        return redirect(form.result)
    page = frame(request, seen, active="overview") | {"form": form, "targets": targets}
    return render(request, "response/join.html", page)
