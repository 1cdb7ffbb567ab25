"""The checklist of an incident, its nine phases, and items of the partnership's own."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_safe

from checklists import access, actions, forms, queries
from checklists.views.back import coming_from
from checklists.views.kept import keeps_what_was_typed
from incidents import actions as incident_actions
from incidents.access import To, as_told, get_sight
from incidents.frame import frame, slug
from incidents.models import PHASES
from incidents.queries import kinds_of_phase, slug_of
from incidents.sharing import NOT_FURTHER
from svit import clock
from svit.refused import perform
from svit.templatetags.svit import due_state, due_words, when_short

KEYS = {slug(key): key for key, _ in PHASES}
WHICH = [("", "All"), ("mine", "Ours"), ("overdue", "Overdue"), ("unassigned", "Nobody's")]
STATES = {"not_started": "Not started", "seen": "Seen", "in_progress": "In progress"}


def _sentence(words):
    return words if words.rstrip().endswith((".", "?", "!")) else f"{words}."


def _row(item, now, came):
    """An item as a row of a task list: whose, by when, how far. `came` is the page to which its own leads back."""
    if item.masked:
        return {
            "title": "Restricted item",
            "hint": f"Ask {item.agency or 'the coordinator'}.",
            "status": "Restricted",
        }
    holder = f"{item.whose}, {item.worker}" if item.worker else item.whose
    row = {"title": item.title, "url": coming_from(came, item), "item": item}
    if not item.is_open:
        word = "Done" if item.state == "done" else "Not needed"
        answer = f" {_sentence(item.answer)}" if item.answer else ""
        by = f"{item.done_for}, " if item.done_for else ""
        return row | {
            "status": word, "state": "done" if item.state == "done" else "open",
            "hint": f"{by}{when_short(item.done_at, now)}.{answer}",
        }  # fmt: skip
    how_far = "Checked" if item.checked_at else STATES[item.progress]
    hint = f"{holder}. {how_far}."
    if item.not_further:
        hint += f" {NOT_FURTHER}."
    if item.answer:
        hint += f" {_sentence(item.answer)}"
    if item.rests:
        return row | {"status": "Resting", "state": "open", "hint": hint}
    if item.due_at is None:
        return row | {"status": "No due time", "state": "open", "hint": hint}
    return row | {"status": due_words(item.due_at, now), "state": due_state(item.due_at, now), "hint": hint}


def _by_heading(items, now):
    """Rows under their headings, in the order in which they came."""
    groups = {}
    for item in items:
        groups.setdefault(item.heading or "Added here", []).append(_row(item, now, "phase"))
    return [
        {"heading": heading, "rows": rows, "id": f"group-{number}"}
        for number, (heading, rows) in enumerate(groups.items())
    ]


def _summary(counts, phase, engagements, items):
    """How far the phase is and who leads it, in one line."""
    parts = [f"{counts['done']} of {counts['total']} done" if counts["total"] else "Nothing to finish here"]
    if counts["overdue"]:
        parts.append(f"{counts['overdue']} overdue")
    checks = sum(1 for item in items if item.kind == "recurring" and item.sensitivity != "sealed")
    if checks:
        parts.append("1 recurring check" if checks == 1 else f"{checks} recurring checks")
    words = ", ".join(parts) + "."
    if phase.lead_agency_id:
        agencies = {row.agency_id: row.agency for row in engagements}
        lead = agencies.get(phase.lead_agency_id) or phase.lead_agency
        words += f" Led by {lead}."
    return words


def _kind(seen, now, model, count, latest):
    """A kind of record as a row of a task list: how many there are, and where to read or add them."""
    url = reverse("records", args=[seen.incident.uuid, slug_of(model)])
    return {
        "title": capfirst(model._meta.verbose_name_plural),
        "url": url,
        "hint": f"Latest {when_short(latest, now)}." if latest else "",
        "status": f"{count} recorded" if count else "None yet",
    }


def _key(phase_slug):
    if phase_slug not in KEYS:
        raise Http404
    return KEYS[phase_slug]


def _offered(seen):
    rows = queries.offered_items(seen)
    for row in rows:
        row.hidden = f": {row.title}"
    return rows


@require_safe
def checklist(request, uuid):
    """All items by phase; what is overdue, what is nobody's, and what did not fit."""
    seen = get_sight(request.actor, uuid)
    page = frame(request, seen, active="checklist")
    which = request.GET.get("show", "")
    which = which if which in dict(WHICH) else ""
    items = queries.incident_items(seen, which)
    names, guides = dict(PHASES), queries.resources(seen.incident.partnership_id)
    groups = [
        {
            "name": names[key],
            "url": reverse("phase", args=[uuid, slug(key)]),
            "rows": rows,
            "id": slug(key),
            "resources": guides.get(key, []) if not which else [],
        }
        for key, _ in PHASES
        if (rows := [_row(item, page["now"], "checklist") for item in items if item.phase == key])
    ]
    tabs = [
        {"text": text, "url": f"?show={key}" if key else "?", "active": key == which} for key, text in WHICH
    ]
    page |= {
        "groups": groups,
        "show_tabs": tabs,
        "which": which,
        "offered": _offered(seen) if not which else [],
        "offered_url": reverse("add-offered", args=[uuid]),
        "support": queries.support_organisations(seen.incident.partnership_id) if not which else [],
        "can_add": access.can_add(seen),
        "add_url": reverse("new-item", args=[uuid]),
        "empty": "No items." if which else "No items that you can see.",
    }
    return render(request, "checklists/checklist.html", page)


@require_safe
def phase(request, uuid, phase_slug):
    """One phase: what is left, and whose."""
    key = _key(phase_slug)
    seen = get_sight(request.actor, uuid)
    page = frame(request, seen, active="checklist", current_phase=key)
    items = queries.phase_items(seen, key)
    counts = next(row for row in page["phases"] if row["key"] == key)
    kinds = kinds_of_phase(seen, key)
    row = counts["phase"]
    can_end = [item for item in items if item.kind != "recurring" and item.sensitivity != "sealed"]
    page |= {
        "title": dict(PHASES)[key],
        "phase": row,
        "closed_by": as_told(seen, row.closed_by, acted_for=None, otherwise=""),
        "slug": phase_slug,
        "groups": _by_heading(items, page["now"]),
        "counts": counts,
        "ready_to_close": bool(can_end)
        and all(not item.is_open for item in can_end)
        and not (row.closed_at or row.not_applicable_reason),
        "can_add": access.can_add(seen),
        "can_change": seen.coordinates,
        "add_url": f"{reverse('new-item', args=[uuid])}?phase={phase_slug}",
        "kinds": [_kind(seen, page["now"], *kind) for kind in kinds],
        "summary": _summary(counts, row, page["engagements"], items),
    }
    return render(request, "checklists/phase.html", page)


def _change(request, uuid, phase_slug, *, title, submit, make_form, action, said, lead=""):
    """A page with one question about a phase, for the coordinator."""
    key = _key(phase_slug)
    seen = get_sight(request.actor, uuid, to=To.COORDINATE)
    closed = "" if seen.incident.live else f"{seen.incident.reference} is closed. Reopen it first."
    if closed and request.method == "GET":
        messages.info(request, closed)
        return redirect("phase", uuid=uuid, phase_slug=phase_slug)
    row = seen.incident.phases.get(key=key)
    form = make_form(seen, row, *((request.POST,) if request.method == "POST" else ()))
    if closed:
        form.add_error(None, closed)
    elif form.is_valid() and perform(form, action, phase=row, by=request.actor):
        messages.success(request, said)
        return redirect("phase", uuid=uuid, phase_slug=phase_slug)
    back = reverse("phase", args=[uuid, phase_slug])
    incident_actions.consult(seen.incident, by=request.actor)
    return render(
        request,
        "checklists/act.html",
        {
            "title": title, "caption": f"{seen.incident.reference}: {row}", "form": form, "submit": submit,
            "lead_text": lead, "cancel_url": back, "back_url": back, "back_text": str(row),
            "marking": seen.incident.marking, "exercise": seen.incident.exercise,
        },
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@keeps_what_was_typed
def phase_lead(request, uuid, phase_slug):
    """Name the agency that leads the phase."""

    def make_form(seen, row, *data):
        agencies = [agency for agency, _ in queries.assignable(seen)]
        return forms.PhaseLeadForm(
            *data,
            agencies=agencies,
            initial={"lead_agency": str(row.lead_agency.uuid) if row.lead_agency else ""},
        )

    return _change(
        request, uuid, phase_slug, title="Lead of this phase", submit="Save", make_form=make_form,
        action=incident_actions.set_phase_lead, said="Lead of the phase saved.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@keeps_what_was_typed
def phase_not_applicable(request, uuid, phase_slug):
    """The phase has no place in this incident, or applies again."""

    def make_form(seen, row, *data):
        form = forms.ReasonForm(
            *data, label="Why does it not apply?", missing="Say why it does not apply.",
            hint="Leave this empty to say that it applies again." if row.not_applicable_reason else forms.DISCREET,
            initial={"reason": row.not_applicable_reason},
        )  # fmt: skip
        form.fields["reason"].required = not row.not_applicable_reason
        return form

    return _change(
        request, uuid, phase_slug, title="Phase not applicable", submit="Save", make_form=make_form,
        action=incident_actions.set_not_applicable, said="Saved.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@keeps_what_was_typed
def phase_close(request, uuid, phase_slug):
    """Close the phase; what is still open in it is said."""

    def make_form(seen, row, *data):
        left = queries.left_in_phase(seen, row.key)
        form = forms.ReasonForm(
            *data, label="Anything to say about it? (optional)" if not left else "Why close it with items open?",
            missing="Say why it is closed with items open.",
            hint=f"Still open: {left}. They stay open. Recurring checks rest." if left else "Recurring checks rest.",
        )  # fmt: skip
        form.fields["reason"].required = bool(left)
        return form

    return _change(
        request, uuid, phase_slug, title="Close this phase", submit="Close phase", make_form=make_form,
        action=incident_actions.close_phase, said="Phase closed.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@keeps_what_was_typed
def phase_reopen(request, uuid, phase_slug):
    """The phase is worked on again."""
    return _change(
        request, uuid, phase_slug, title="Reopen this phase", submit="Reopen phase",
        make_form=lambda seen, row, *data: forms.ReasonForm(
            *data, label="Why is it open again?", missing="Say why it is open again."
        ),
        action=incident_actions.reopen_phase, said="Phase reopened.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@keeps_what_was_typed
def new_item(request, uuid):
    """Add an item of the partnership's own."""
    seen = get_sight(request.actor, uuid, to=To.COORDINATE)
    if not access.can_add(seen):
        raise PermissionDenied
    data = (request.POST,) if request.method == "POST" else ()
    asked = KEYS.get(request.GET.get("phase", ""), "reporting")
    form = forms.LocalItemForm(
        *data, agencies=queries.assignable(seen), initial={"phase": asked, "kind": "action"}
    )
    if form.is_valid() and perform(form, actions.add_local_item, seen=seen):
        messages.success(request, "Item added.")
        return redirect(form.result)
    back = reverse("phase", args=[uuid, slug(asked)])
    incident_actions.consult(seen.incident, by=request.actor)
    return render(
        request,
        "checklists/act.html",
        {
            "title": "Add an item", "caption": f"{seen.incident.reference}, {seen.incident.title}", "form": form,
            "submit": "Add item", "cancel_url": back, "back_url": back, "back_text": dict(PHASES)[asked],
            "marking": seen.incident.marking, "exercise": seen.incident.exercise, "now": clock.now(),
        },
    )  # fmt: skip
