"""Mobilising agencies, what became of it, standing one down, recording that it was told."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from checklists import actions, forms, queries
from checklists.actions.mobilising import call_for
from checklists.mobilising import template_for
from checklists.views.kept import keeps_what_was_typed
from incidents.access import To, get_engagement, get_sight
from incidents.actions import consult
from incidents.frame import frame
from svit import clock
from svit.refused import perform

SEND = "send"


def _calls(rows):
    """What was ticked: only agencies, items and sections that the page offered count."""
    return [
        call_for(
            row.agency,
            items=[item for item, ticked, _ in row.item_boxes if ticked],
            sections=[value for value, _, ticked in row.section_boxes if ticked],
            gateway=row.gateway.key,
        )
        for row in rows
        if row.ticked_now
    ]


def _pressed(request):
    """What was asked of the page: (the posted data or None, whether to send, the template's key).

    Finding an agency and changing the template are buttons of the one form, so that nothing on it is lost.
    """
    if request.method != "POST":
        return None, False, request.GET.get("template", "")
    press = request.POST.get("press", SEND)
    _, _, wanted = press.partition("template:")
    return request.POST, press == SEND, wanted or request.POST.get("template", "")


@require_http_methods(["GET", "POST"])
def mobilise(request, uuid):
    """Which agencies are asked to respond, with which items; one press sends to all of them."""
    seen = get_sight(request.actor, uuid, to=To.COORDINATE)
    page = frame(request, seen, active="agencies")
    data, sending, asked = _pressed(request)
    templates = queries.templates_of(seen.incident.partnership_id)
    template = templates.get(asked) or template_for(seen.incident.category_now, templates)
    find = (data or {}).get("find", "").replace("\0", "")[:100]
    boxes = forms.Boxes(data, sending=sending)
    found = queries.mobilising(seen, template, find, boxes.found())
    rows = [boxes.draw(row) for row in found.rows]
    others = [boxes.draw(row) for row in found.others]
    form = forms.MobiliseForm(data) if sending else forms.MobiliseForm(initial=_typed(data))
    if sending and form.is_valid():
        calls = _calls([*rows, *others])
        reason = form.cleaned_data.pop("reason").strip() or f"Mobilised: {template.name.lower()}."
        if perform(
            form, actions.mobilise, incident=seen.incident, by=request.actor, calls=calls, reason=reason
        ):
            messages.success(request, f"Sent to {len(calls)} {'partner' if len(calls) == 1 else 'partners'}.")
            return redirect("mobilised", uuid=uuid)
    page |= {
        "form": form,
        "rows": rows,
        "others": others,
        "missing": found.missing,
        "find": find,
        "template": template,
        "templates": templates.values(),
        "hidden": boxes.hidden(others),
        "live": seen.incident.live,
        "lead_text": _lead(template, sum(row.ticked_now for row in [*rows, *others])),
        "unreachable": [row for row in [*rows, *others] if row.unreachable],
        "sent_url": reverse("mobilised", args=[uuid]),
    }
    return render(request, "checklists/mobilise.html", page)


def _typed(data):
    return {"reason": data.get("reason", "").replace("\0", "")} if data else {}


def _lead(template, ticked):
    """What stands below the heading: how the ticks came about."""
    count = "No agency is" if not ticked else "1 agency is" if ticked == 1 else f"{ticked} agencies are"
    return f"{template.name}: the agencies that its open items name. {count} ticked. Nothing is sent yet."


@require_safe
def mobilised(request, uuid):
    """What became of it, agency by agency, and whom to telephone."""
    seen = get_sight(request.actor, uuid, to=To.COORDINATE)
    page = frame(request, seen, active="agencies")
    rows = queries.mobilised(seen)
    for row in rows:
        row.on_call_words = f"{row.engagement.agency}, on call now"
    page |= {
        "rows": rows,
        "call": [row for row in rows if row.state != "done"],
        "updated_at": clock.now(),
        "mobilise_url": reverse("mobilise", args=[uuid]),
        "here": reverse("mobilised", args=[uuid]),
    }
    return render(request, "checklists/mobilised.html", page)


def _engagement_act(request, uuid, engagement_uuid, *, title, submit, form, action, said, lead=""):
    seen = get_sight(request.actor, uuid, to=To.COORDINATE)
    engagement = get_engagement(seen, engagement_uuid)
    if form.is_valid() and perform(form, action, engagement=engagement, by=request.actor):
        messages.success(request, said.format(agency=engagement.agency))
        return redirect("mobilised", uuid=uuid)
    back = reverse("mobilised", args=[uuid])
    consult(seen.incident, by=request.actor)
    return render(
        request,
        "checklists/act.html",
        {
            "title": title.format(agency=engagement.agency), "submit": submit, "form": form, "cancel_url": back,
            "caption": f"{seen.incident.reference}, {seen.incident.title}", "back_url": back,
            "back_text": "Agencies", "lead_text": lead.format(agency=engagement.agency),
            "marking": seen.incident.marking, "exercise": seen.incident.exercise,
        },
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@keeps_what_was_typed
def stand_down(request, uuid, engagement_uuid):
    """End an agency's part: its access ends at once."""
    form = forms.ReasonForm(
        *((request.POST,) if request.method == "POST" else ()),
        label="Why is its part over?", missing="Say why its part is over.",
    )  # fmt: skip
    return _engagement_act(
        request, uuid, engagement_uuid, title="Stand down {agency}", submit="Stand down", form=form,
        action=actions.stand_down, said="{agency} was stood down.",
        lead="{agency} will not see this incident from that moment. What it has not finished is nobody's again.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@keeps_what_was_typed
def record_told(request, uuid, engagement_uuid):
    """Record that the agency was told by telephone or otherwise."""
    form = forms.ToldForm(*((request.POST,) if request.method == "POST" else ()))
    return _engagement_act(
        request, uuid, engagement_uuid, title="{agency} was told", submit="Save", form=form,
        action=actions.record_told, said="Recorded: {agency} was told.",
    )  # fmt: skip
