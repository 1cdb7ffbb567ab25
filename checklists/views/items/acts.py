"""Everything that is done to an item."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.forms import Form
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from checklists import access, actions, forms, queries
from checklists.views.back import came_from, coming_from
from checklists.views.items.page import END_ACTIONS, end_form, item, item_page
from checklists.views.kept import keeps_what_was_typed, not_now, typed
from incidents.actions import NO_FURTHER, consult
from svit.coming_back import where_next
from svit.refused import perform

NOT_NOW = "That is not possible for this item as it stands now."


def url(name, item):
    return reverse(name, args=[item.incident.uuid, item.uuid])


def which_row(request, item):
    """Said from a list, where the page itself does not say which item it was."""
    return f" {item.title}, {item.incident.reference}." if request.POST.get("next") else ""


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
    form = end_form(request, seen, row, request.POST, request.FILES)
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
    form = Form(request.POST)
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
    "item-no-further": Act(
        "Do not share further", "Confirm", access.can_stop_sharing, actions.stop_sharing,
        _reason(missing="Say why it is not to be shared."), "Marked. It is not shared further.", NO_FURTHER,
    ),
    "item-share-again": Act(
        "May be shared again", "Confirm", access.can_share_again, actions.share_again,
        _reason(missing="Say why it may be shared."), "Taken back.",
        "It shows again to every agency whose part in the incident opens it.",
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
    consult(seen.incident, by=request.actor)
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
    form = Form(request.POST)
    if form.is_valid() and perform(
        form, actions.add_offered, incident=seen.incident, by=request.actor, template_item=offered
    ):
        messages.success(request, "Item added.")
        return redirect(form.result)
    messages.info(request, " ".join(form.non_field_errors()))
    return redirect("checklist", uuid=uuid)
