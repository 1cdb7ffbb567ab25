"""Mobilising agencies, what became of it, standing one down, recording that it was told."""

from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from checklists import actions, forms, queries
from checklists.actions.mobilising import Call
from checklists.mobilising import template_for
from checklists.views.kept import keeps_what_was_typed
from incidents.access import To, get_engagement, get_sight
from incidents.frame import frame
from incidents.models import Section
from incidents.sections import default_sections
from svit import clock
from svit.refused import perform
from svit.templatetags.svit import when_short

SEND = "send"
MOST = 5_000


class Boxes:
    """The boxes of the mobilise page: as they were left, and, where the page has not shown one yet, as it is proposed.

    A box is a name and a value. What another template or search does not show waits in the field `kept`, counts for
    nothing meanwhile, and stands as it was left when it is shown again.
    """

    def __init__(self, data, *, sending):
        self.data, self.sending = data, sending
        self.shown = set(data.get("shown", "").split()[:MOST]) if data else set()
        kept = data.get("kept", "").split()[:MOST] if data else []
        self.kept = {tuple(box.split("=", 1)) for box in kept if "=" in box}
        self.posted = {(name, value) for name, values in data.lists() for value in values} if data else set()
        self.posted = {box for box in self.posted if box[0].startswith(("agencies", "items-", "sections-"))}
        self.drawn = set()

    def ticked(self, name, value, *, proposed):
        """Whether the box is ticked; what was sent counts as it was sent."""
        self.drawn.add((name, value))
        if self.data is None:
            return proposed
        if self.sending:
            return (name, value) in self.posted
        was_shown = f"{name}={value}" in self.shown
        return (name, value) in self.posted | self.kept if was_shown else proposed

    def found(self):
        """The agencies that an earlier search found and that are ticked still."""
        boxes = self.posted if self.sending else self.posted | self.kept
        asked = self.data.get("found", "").split()[:MOST] if self.data else []
        return [uuid for uuid in asked if ("agencies", uuid) in boxes and is_uuid(uuid)]

    def hidden(self, others):
        """What the page carries along: which boxes it has ever shown, which ticks wait, which agencies were found."""
        waiting = {f"{name}={value}" for name, value in (self.posted | self.kept) - self.drawn}
        return {
            "shown": " ".join(sorted(self.shown | {f"{name}={value}" for name, value in self.drawn})),
            "kept": " ".join(sorted(box for box in waiting if " " not in box)),
            "found": " ".join(row.key for row in others),
        }


def is_uuid(text):
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _dress(row, boxes):
    """A row with its boxes as somebody left them, or as they are proposed."""
    key = row.key = str(row.agency.uuid)
    usual = default_sections(row.agency.kind)
    row.ticked_now = boxes.ticked("agencies", key, proposed=row.ticked)
    row.item_boxes = [
        (item, boxes.ticked(f"items-{key}", str(item.uuid), proposed=not row.sent_back(item)), row.sent_back(item))
        for item in row.items
    ]  # fmt: skip
    row.section_boxes = [
        (value, label, boxes.ticked(f"sections-{key}", value, proposed=value in usual))
        for value, label in Section.choices
        if value != Section.GENERAL
    ]
    items = f"{len(row.items)} {'item' if len(row.items) == 1 else 'items'}" if row.items else "No items"
    due = min((item.due_at for item in row.items if item.due_at), default=None)
    row.summary = f"{items}, first due {when_short(due, clock.now())}" if due else items
    row.back = sum(back for _, _, back in row.item_boxes)
    return row


def _calls(rows):
    """What was ticked: only agencies, items and sections that the page offered count."""
    calls = []
    for row in rows:
        if not row.ticked_now:
            continue
        usual = default_sections(row.agency.kind)
        sections = {Section.GENERAL.value: usual[Section.GENERAL.value]}
        for value, _, ticked in row.section_boxes:
            if ticked:
                sections[value] = usual.get(value, "contribute")
        calls.append(Call(row.agency, sections, [item for item, ticked, _ in row.item_boxes if ticked]))
    return calls


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
    find = (data or request.GET).get("find", "").replace("\0", "")[:100]
    boxes = Boxes(data, sending=sending)
    found = queries.mobilising(seen, template, find, boxes.found())
    rows = [_dress(row, boxes) for row in found.rows]
    others = [_dress(row, boxes) for row in found.others]
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
