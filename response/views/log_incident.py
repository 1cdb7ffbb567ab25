"""Logging an incident, and what a coordinator does with a partner's report."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from incidents import access
from incidents.access import To
from incidents.frame import frame
from incidents.models import Incident
from incidents.models.incident import Precision
from incidents.queries import join_targets, possible_duplicates
from response import actions
from response.forms import JoinForm, KnownForm, LogIncidentForm
from response.queries import clock_cards
from svit import clock
from svit.refused import Refused, perform


@require_http_methods(["GET", "POST"])
def log_incident(request, *, exercise=False):
    """At most eight answers and one submit; the same form sent twice makes one incident."""
    actor = request.actor
    if not access.can_report(actor) or (exercise and not actor.coordinates):
        raise PermissionDenied
    partnerships = [actor.partnership] if actor.agency.csp_of_id else list(actor.agency.partnerships.all())
    form = LogIncidentForm(request.POST or None, partnerships=partnerships)
    if form.is_valid():
        try:
            incident = actions.log_incident(by=actor, exercise=exercise, **_answers(form.cleaned_data))
            return redirect("logged", uuid=incident.uuid)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    page = {
        "form": form,
        "exercise": exercise,
        "reports": not actor.coordinates,
        "partnership": partnerships[0],
    }
    return render(request, "response/log_incident.html", page)


def _answers(data):
    """The form's answers as the action takes them."""
    now = clock.now()
    answers = {
        name: data[name] for name in ("happened", "place", "source", "injury", "young_people", "summary")
    }
    occurred_at, precision = {
        "now": (now, Precision.ABOUT),
        "hour": (now - timedelta(minutes=30), Precision.ABOUT),
        "enter": (data.get("occurred_at"), Precision.EXACT),
        "not_known": (None, Precision.UNKNOWN),
    }[data["when"]]
    places = set(data["places"])
    known = "not_known" not in places
    return answers | {
        "occurred_at": occurred_at,
        "occurred_precision": precision,
        "known_at": data.get("known_at") or now,
        "custody": "custody" in places if known else None,
        "hospital": "hospital" in places if known else None,
        "partnership": data.get("partnership"),
        "submission": data["submission"],
    }


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
    seen = access.get_sight(request.actor, uuid, to=To.COORDINATE)
    form = KnownForm(request.POST or None, initial={"traits": seen.incident.traits})
    posted = request.method == "POST" and form.is_valid()
    if posted and perform(form, actions.learn, incident=seen.incident, by=request.actor):
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
    form = JoinForm(
        request.POST or None, incidents=Incident.objects.filter(pk__in=[row.pk for row in targets])
    )
    if form.is_valid():
        try:
            into = actions.join(report=seen.incident, by=request.actor, **form.cleaned_data)
            return redirect(into)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    page = frame(request, seen, active="overview") | {"form": form, "targets": targets}
    return render(request, "response/join.html", page)
