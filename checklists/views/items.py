"""One item: its page, which a partner opens from a message, and everything that is done to it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checklists import access, actions, forms, queries
from checklists.models import ItemKind
from checklists.views.back import came_from, coming_from, way_back
from checklists.views.kept import keeps_what_was_typed, not_now, typed
from incidents.actions import consult
from incidents.actions import mark_seen as mark_engagement_seen
from incidents.frame import slug
from svit import clock
from svit.refused import perform

END_ACTIONS = {
    "item-done": (actions.mark_done, ItemKind.ACTION, "Marked done."),
    "item-answer": (actions.answer, ItemKind.QUESTION, "Answer saved."),
    "item-confirm": (actions.confirm, ItemKind.ASSURANCE, "Confirmed."),
    "item-check": (actions.record_check, ItemKind.RECURRING, "Check recorded."),
}
NOT_NOW = "That is not possible for this item as it stands now."
END_URLS = {kind: name for name, (_, kind, _) in END_ACTIONS.items()}


def end_url(item):
    """Where the form that ends the item is sent."""
    return reverse(END_URLS[ItemKind(item.kind)], args=[item.incident.uuid, item.uuid])


def url(name, item):
    return reverse(name, args=[item.incident.uuid, item.uuid])


def where_next(request, otherwise):
    """The page of ours that the form asked to come back to; never another site."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/"):
        return wanted
    return otherwise


def which_row(request, item):
    """Said from a list, where the page itself does not say which item it was."""
    return f" {item.title}, {item.incident.reference}." if request.POST.get("next") else ""


def _ends(seen, item):
    """Whether the page offers the form that ends the item."""
    if not access.can_work(seen, item) or item.follows_clocks:
        return False
    return item.is_open or item.kind == ItemKind.ASSURANCE


def _record_for(seen, item):
    return item.agency if access.can_record_for(seen, item) else None


def _end_form(request, seen, item, *data):
    agencies = [pair[0] for pair in queries.assignable(seen)] if item.kind == ItemKind.QUESTION else ()
    return forms.end_form(item, *data, agencies=agencies, record_for=_record_for(seen, item))


def _people_url(seen):
    """Where contact is recorded; the room above owns that page."""
    if not seen.sees("people"):
        return ""
    try:
        return reverse("people", args=[seen.incident.uuid])
    except NoReverseMatch:
        return ""


def _timeline(seen, item, now):
    """What happened to the item, the latest recorded first: its log, when it was given and first seen."""
    told = queries.item_log(seen, item)
    rows = []
    for entry in told:
        first, _, rest = entry.shown.partition("\n")
        title = first.removesuffix(f": {item.title}")
        row = {"title": title, "at": entry.occurred_at, "by": entry.by_label, "text": rest}
        rows.append(row | {"recorded_at": entry.recorded_at, "note": entry.late_reason})
    if item.seen_at and item.agency:
        rows.append({"title": "Seen", "at": item.seen_at, "by": str(item.agency), "text": ""})
    for at, agency in queries.times_given(item):
        rows.append({"title": "Assigned", "at": at, "by": "", "text": f"To {agency}."})
    return sorted(rows, key=lambda row: row.get("recorded_at", row["at"]), reverse=True)


def item_page(request, seen, item, form=None, status=200):
    """The page of one item, with `form` as somebody left it."""
    now = clock.now()
    work = access.can_work(seen, item)
    if form is None and _ends(seen, item):
        form = _end_form(request, seen, item)
    files = [
        {
            "name": row.name,
            "url": reverse("file", args=[seen.incident.uuid, row.uuid]),
            "detail": f"{max(row.size // 1024, 1)} KB, {row.agency or ''}",
            "preview": reverse("file-preview", args=[seen.incident.uuid, row.uuid])
            if row.content_type.startswith("image/")
            else "",
        }
        for row in queries.item_files(item)
    ]
    mine = access.holds(seen, item)
    came = came_from(request) or ("work" if mine else "phase")
    back_url, back_text = way_back(came, item)
    query = f"?from={came}" if came_from(request) else ""
    return render(
        request,
        "checklists/item.html",
        {
            "seen": seen,
            "incident": seen.incident,
            "item": item,
            "now": now,
            "form": form,
            "act_url": end_url(item) + query,
            "told_summary": f"Recording it for {item.agency}? Say who told you and when",
            "guide": item.template_item,
            "phase_url": reverse("phase", args=[seen.incident.uuid, slug(item.phase)]),
            "mine": mine,
            "resting": item.is_open and (item.resting or not seen.incident.live),
            "people_url": _people_url(seen) if item.follows_clocks else "",
            "work": work,
            "can_send_back": access.can_send_back(seen, item),
            "can_reschedule": access.can_reschedule(seen, item),
            "can_assign": access.can_assign(seen, item) and item.is_open,
            "can_end": access.can_end(seen, item),
            "can_undo": access.can_undo(seen, item),
            "can_reopen": access.can_reopen(seen, item),
            "coordinates": seen.coordinates,
            "who_did": actions.who_did(seen, item) if item.done_recorded_at else "",
            "files": files,
            "call": queries.whom_to_ring(seen.incident),
            "timeline": _timeline(seen, item, now),
            "next_item": queries.next_for(seen, item) if work and not item.is_open else None,
            "back_url": back_url,
            "back_text": back_text,
            "marking": seen.incident.marking,
            "exercise": seen.incident.exercise,
        },
        status=status,
    )


@require_safe
def item(request, uuid, item_uuid):
    """Opening it says that it was seen, to nobody but the agency that holds it; nothing else changes."""
    seen, row = access.get_item(request.actor, uuid, item_uuid)
    if request.method == "GET" and not seen.reading:
        actions.mark_seen(seen=seen, item=row)
        if seen.engagement and seen.engagement.seen_at is None:
            mark_engagement_seen(engagement=seen.engagement, by=request.actor)
    consult(seen.incident, by=request.actor)
    return item_page(request, seen, row)


@require_http_methods(["GET", "POST"])
@keeps_what_was_typed
def end(request, uuid, item_uuid, name):
    """Mark done, answer, confirm, record a check: one form, one button."""
    action, kind, words = END_ACTIONS[name]
    if request.method == "GET":
        return item(request, uuid, item_uuid)
    seen, row = access.get_item(request.actor, uuid, item_uuid, to=access.can_work)
    if row.kind != kind:
        messages.info(request, f"This is {row.get_kind_display().lower()}, and ends in another way.")
        return redirect(row)
    form = _end_form(request, seen, row, request.POST, request.FILES)
    if not (form.is_valid() and perform(form, action, seen=seen, item=row)):
        return item_page(request, seen, row, form)
    outcome, which = form.result, which_row(request, row)
    if outcome.already:
        messages.info(request, f"{outcome.already}{which}")
    elif outcome.item.done_recorded_at and form.cleaned_data.get("answer") != forms.NOT_KNOWN_YET:
        messages.success(request, f"{words}{which}", extra_tags=f"undo:{url('item-undo', row)}")
    else:
        messages.success(request, f"Not known yet. The question stays open.{which}")
    return redirect(where_next(request, coming_from(came_from(request), row)))


@require_http_methods(["GET", "POST"])
def undo(request, uuid, item_uuid):
    """Take one's own tick back within ten minutes."""
    if request.method == "GET":
        return item(request, uuid, item_uuid)
    seen, row = access.get_item(request.actor, uuid, item_uuid, to=access.can_work)
    form = forms.forms.Form(request.POST)
    if form.is_valid() and perform(form, actions.undo, seen=seen, item=row):
        opened = form.result.is_open and not row.is_open
        messages.info(request, "Undone. The item is open again." if opened else "Undone.")
    else:
        messages.warning(request, " ".join(form.non_field_errors()))
    return redirect(row)


@dataclass(frozen=True)
class Act:
    """An act that has a page of its own: its rule, its form and its words.

    `notes`: of whoever comes second the action keeps what was typed.
    """

    title: str
    submit: str
    rule: Callable
    action: Callable
    form: Callable
    said: str
    lead: str = ""
    away: bool = False
    notes: bool = False


def _reason(**words):
    return lambda seen, item, *data: forms.ReasonForm(*data, **words)


ACTS = {
    "item-not-needed": Act(
        "Not needed here", "Mark not needed", access.can_end, actions.not_needed,
        _reason(label="Why is it not needed?", missing="Say why it is not needed."), "Marked not needed.",
        notes=True,
    ),
    "item-send-back": Act(
        "Not ours, send back", "Send back", access.can_send_back, actions.send_back,
        _reason(label="Why is it not yours?", missing="Say why it is not yours.",
                hint="Say whose it may be, if you know. Do not name anyone."),
        "Sent back. The coordinator is told.", "It goes back to the coordinator, who is told at once.", away=True,
    ),
    "item-assign": Act(
        "Assign", "Assign", access.can_assign, actions.assign,
        lambda seen, item, *data: forms.AssignForm(
            *data, agencies=queries.assignable(seen), initial={"version": item.version}
        ), "Assigned.",
    ),
    "item-due": Act(
        "Move the due time", "Move", access.can_reschedule, actions.set_due,
        lambda seen, item, *data: forms.DueForm(
            *data, initial={"due_at": item.due_at, "version": item.version}
        ), "Due time moved.",
    ),
    "item-note": Act(
        "Add a note", "Add note", access.can_work, actions.add_note,
        lambda seen, item, *data: forms.NoteForm(*data), "Note added.",
    ),
    "item-evidence": Act(
        "Add a photo or file", "Add", access.can_work, actions.add_evidence,
        lambda seen, item, *data: forms.EvidenceForm(*data), "File kept.",
    ),
    "item-reopen": Act(
        "Reopen", "Reopen", access.can_reopen, actions.reopen,
        _reason(label="Why is it open again?", missing="Say why it is open again."), "Reopened.",
    ),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@keeps_what_was_typed
def act(request, uuid, item_uuid, name):
    """Not needed, send back, assign, due time, note, file, reopen: a page with one question each."""
    act = ACTS[name]
    seen, row = access.get_item(request.actor, uuid, item_uuid, to=access.can_work)
    if not act.rule(seen, row) and not (act.notes and request.method == "POST"):
        if typed(request):
            return not_now(request, seen, row, NOT_NOW)
        messages.info(request, NOT_NOW)
        return redirect(row)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = act.form(seen, row, *data)
    if form.is_valid() and perform(form, act.action, seen=seen, item=row):
        already = getattr(form.result, "already", "")
        (messages.info if already else messages.success)(
            request, already or act.said, extra_tags=_undo_tag(name, row, already)
        )
        if act.away and seen.engagement:
            return redirect("my-work")
        return redirect(where_next(request, row.get_absolute_url()))
    return render(
        request,
        "checklists/act.html",
        {
            "title": act.title,
            "caption": f"{seen.incident.reference}: {row.title}",
            "lead_text": act.lead,
            "form": form,
            "submit": act.submit,
            "cancel_url": row.get_absolute_url(),
            "back_url": row.get_absolute_url(),
            "back_text": "Back to the item",
            "marking": seen.incident.marking,
            "exercise": seen.incident.exercise,
        },
    )


def _undo_tag(name, row, already):
    return f"undo:{url('item-undo', row)}" if name == "item-not-needed" and not already else ""


@require_POST
def add_offered(request, uuid):
    """Add a toolkit item that did not fit when the incident was opened."""
    seen = access.get_incident_to_add(request.actor, uuid)
    wanted = request.POST.get("item", "")
    offered = next((row for row in queries.offered_items(seen) if str(row.pk) == wanted), None)
    if offered is None:
        messages.info(request, "This item was already added.")
        return redirect("checklist", uuid=uuid)
    form = forms.forms.Form(request.POST)
    if form.is_valid() and perform(
        form, actions.add_offered, incident=seen.incident, by=request.actor, template_item=offered
    ):
        messages.success(request, "Item added.")
        return redirect(form.result)
    messages.info(request, " ".join(form.non_field_errors()))
    return redirect("checklist", uuid=uuid)
