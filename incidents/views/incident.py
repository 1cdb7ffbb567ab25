"""The list, the overview, and what changes the incident as a whole."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_safe

from incidents import access, actions, offers, queries
from incidents.access import To
from incidents.forms import GovernanceReasonForm, IncidentFilterForm, SituationForm, StatusForm
from incidents.frame import frame
from incidents.live import live, version
from incidents.models import Stage
from incidents.models.incident import LocalCategory
from svit import clock
from svit.coming_back import where_next
from svit.refused import perform
from svit.templatetags.svit import when, when_short

STATUS_SAID = {
    "scale_down": "Scaled down. Open items stay open.",
    "close": "Closed. Nothing more is reminded of.",
    "reopen": "Reopened. What is due is reminded of again.",
    "accept": "Report accepted.",
    "decline": "Report declined. Whoever sent it can read why.",
}
STAGES = [("", "All"), ("open", "Open"), ("unconfirmed", "Unconfirmed"), *Stage.choices]


@require_safe
def incident_list(request):
    """The incidents that the actor may see, the latest first."""
    form = IncidentFilterForm(request.GET)
    form.fields["stage"].choices = STAGES
    asked = form.cleaned_data if form.is_valid() else {}
    rows, older = queries.incident_list(
        request.actor,
        stage=asked.get("stage", ""),
        kind=asked.get("kind", ""),
        before=request.GET.get("before"),
    )
    overdue = offers.overdue_of(request.actor, rows)
    for row in rows:
        row.overdue = overdue.get(row.pk, 0)
        row.category_words = LocalCategory(row.category).label if row.category else "Not categorised"
    return render(
        request,
        "incidents/list.html",
        {
            "form": form,
            "rows": rows,
            "older": older,
            "filtered": any(asked.values()),
            "sees_none": request.actor.administers,
            "can_log": request.actor.works_items,
            "can_break_glass": access.can_break_glass(request.actor),
            "coordinates": request.actor.coordinates,
            "now": clock.now(),
        },
    )


@require_safe
def overview(request, uuid):
    """The incident in five seconds: stage, lead, biggest risk, next deadline, latest in the log.

    It stays open and is asked again: what did not change for this reader is not made again.
    """
    seen = access.get_sight(request.actor, uuid)
    if seen.engagement and seen.engagement.seen_at is None:
        actions.mark_seen(engagement=seen.engagement, by=request.actor)
    log_state = queries.log_state(seen)
    tag = version(seen, log_state)
    unchanged = get_conditional_response(request, etag=tag)
    if unchanged is not None:
        return unchanged
    if not seen.incident.consulted and not seen.reading:
        actions.visit(seen=seen)
        log_state = queries.log_state(seen)
        tag = version(seen, log_state)
    page = frame(request, seen, active="overview", with_clocks=True)
    entries, _ = queries.log_page(seen, size=5)
    page["entries"] = entries
    page["panels"] = offers.panels_of(seen, page["now"])
    page["next_step"] = offers.next_step_of(seen, page)
    page["standing"] = _standing(page, log_state.due)
    page["since"], page["before"] = log_state.since, log_state.before
    if not seen.reading:
        page["live"] = live(request, tag=tag, entries=log_state.count, overdue=page["overdue"])
    response = render(request, "incidents/overview.html", page)
    response["ETag"] = tag
    return response


DESCRIBED = ("Situation", "Needs", "Biggest risk", "Area", "Exact place")


def _next_deadline(page, due):
    """What falls due next, in words: a contact clock, an item, a record (at `due`)."""
    now = page["now"]
    deadlines = [(row["next_due"], "an item of the checklist") for row in page["phases"]]
    deadlines += [(card["clock"].due_at, f"contact clock of {card['who']}") for card in page["clocks"]]
    ahead = [(at, what) for at, what in [*deadlines, (due, "a record of the phases")] if at and at >= now]
    if not ahead:
        return "Nothing falls due"
    at, what = min(ahead)
    return f"{when_short(at, now)}, {what}"


def _standing(page, due):
    """What happened, situation, actions, needs, biggest risk and lead, as the summary list takes them."""
    incident, change = page["incident"], None
    if page["coordinates"] and page["writes"]:
        change = reverse("describe", args=[incident.uuid])
    done = sum(row["done"] for row in page["phases"])
    total = sum(row["total"] for row in page["phases"])
    lines = [
        ("Situation", incident.situation or incident.summary or "Not described yet"),
        ("Actions", f"{done} of {total} items done."),
        ("Needs", incident.needs or "Nothing recorded"),
        ("Biggest risk", incident.biggest_risk or "Not assessed yet"),
        ("Next deadline", _next_deadline(page, due)),
        ("Area", incident.area or "Not said yet"),
    ]
    if page["coordinates"] and incident.exact_place:
        lines.append(("Exact place", incident.exact_place))
    lines[:0] = _facts(incident)
    rows = [{"key": key, "value": value, "url": change if key in DESCRIBED else None} for key, value in lines]
    lead_url = reverse("categorise", args=[incident.uuid]) if change else None
    rows.append({"key": "Lead agency", "value": page["lead_name"], "url": lead_url})
    return rows


def _facts(incident):
    """What was known when it was logged, in words."""
    known = f"When is not known; known since {when(incident.known_at)}"
    if incident.occurred_at:
        known = (
            f"{incident.get_occurred_precision_display()} " if incident.occurred_precision == "about" else ""
        )
        known += when(incident.occurred_at)
    return [
        ("What happened", incident.get_happened_display()),
        ("When", known),
        ("Worst injury", incident.get_injury_display()),
        ("Told by", incident.get_source_display()),
    ]


@require_http_methods(["GET", "POST"])
def describe(request, uuid):
    """Change the situation, the needs and the biggest risk."""
    seen = access.get_sight(request.actor, uuid, to=To.COORDINATE, live=True)
    incident = seen.incident
    initial = {name: getattr(incident, name) for name in (*actions.DESCRIBED, "version")}
    form = SituationForm(request.POST or None, initial=initial)
    if form.is_valid() and perform(form, actions.describe, incident=incident, by=request.actor):
        messages.success(request, "Saved where it stands.")
        return redirect(incident)
    return render(
        request, "incidents/describe.html", frame(request, seen, active="overview") | {"form": form}
    )


def _acts(incident):
    if incident.unconfirmed:
        return ["accept", "decline"]
    return {
        Stage.REPORTED: ["close"],
        Stage.RESPONDING: ["scale_down", "close"],
        Stage.SCALED_DOWN: ["reopen", "close"],
        Stage.CLOSED: ["reopen"],
    }[incident.stage]


@require_http_methods(["GET", "POST"])
def change_status(request, uuid):
    """One page of radios with the reason: scale down, close, reopen; accept or decline a report."""
    seen = access.get_sight(request.actor, uuid, to=To.COORDINATE)
    form = StatusForm(request.POST or None, acts=_acts(seen.incident))
    if form.is_valid():
        name = form.cleaned_data.pop("act")
        if perform(form, getattr(actions, name), incident=seen.incident, by=request.actor):
            messages.success(request, STATUS_SAID[name])
            return redirect(seen.incident)
    page = frame(request, seen, active="overview") | {"form": form, "left": offers.left_open_of(seen)}
    return render(request, "incidents/change_status.html", page)


@require_http_methods(["GET", "POST"])
def governance_reason(request, uuid):
    """A governance officer says why before reading an incident of the partnership."""
    incident = access.visible_incidents(request.actor).filter(uuid=uuid).first()
    if incident is None or not request.actor.governs:
        raise Http404
    form = GovernanceReasonForm(request.POST or None)
    if form.is_valid() and perform(form, actions.give_reason, incident=incident, by=request.actor):
        return redirect(where_next(request, incident.get_absolute_url()))
    return render(
        request,
        "incidents/governance_reason.html",
        {
            "form": form,
            "incident": incident,
            "cancel_url": reverse("incidents"),
            "marking": incident.marking,
            "exercise": incident.exercise,
        },
    )
