"""The log: reading it, adding to it, and the three acts on an entry."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from incidents import access, actions, offers, queries
from incidents.access import To
from incidents.forms import ConfirmForm, CorrectionForm, LogFilterForm, NoteForm, ReasonForm
from incidents.frame import frame
from svit.asked import ask
from svit.refused import perform


@require_http_methods(["GET", "HEAD", "POST"])
def log_page(request, uuid):
    """The log, newest first, filtered by kind, agency and words."""
    seen = access.get_sight(request.actor, uuid)
    page = frame(request, seen, active="log")
    asked = ask(request, LogFilterForm, agencies=queries.writers(seen, page["engagements"]))
    if asked.onward:
        return asked.onward
    filters = asked.answers
    entries, older = queries.log_page(
        seen,
        kind=filters.get("kind", ""),
        agency=filters.get("agency"),
        words=filters.get("q", ""),
        before=request.GET.get("before"),
    )
    page |= {
        "form": asked.form,
        "open": asked.open,
        "entries": entries,
        "older": older,
        "filtered": any(filters.values()),
    }
    return render(request, "incidents/log.html", page)


@require_http_methods(["GET", "POST"])
def add_note(request, uuid):
    """Write an entry by hand."""
    seen = access.get_sight(request.actor, uuid, to=To.CONTRIBUTE)
    form = NoteForm(request.POST or None, sections=seen.sections)
    if form.is_valid() and perform(form, actions.add_note, seen=seen):
        messages.success(request, "Added to the log.")
        return redirect("incident-log", uuid=uuid)
    return render(request, "incidents/add_note.html", frame(request, seen, active="log") | {"form": form})


def _entry(request, uuid, entry_uuid, to=To.VIEW):
    seen = access.get_sight(request.actor, uuid, to=to)
    entry = (
        access.visible_log(seen)
        .select_related("words__withheld_by", "agency", "corrects")
        .filter(uuid=entry_uuid)
        .first()
    )
    if entry is None:
        raise Http404
    return seen, queries.show(seen, entry)


@require_safe
def entry_page(request, uuid, entry_uuid):
    """One entry of the log, by its own address."""
    seen, entry = _entry(request, uuid, entry_uuid)
    corrections = [
        queries.show(seen, one)
        for one in access.visible_log(seen).filter(corrects=entry).select_related("words", "agency")
    ]
    page = frame(request, seen, active="log") | {
        "entry": entry,
        "corrections": corrections,
        "may_correct": access.may_correct(seen, entry),
        "may_confirm": access.may_confirm_redaction(seen, entry),
        "elsewhere": offers.places_of(seen, entry) if seen.coordinates and entry.is_withheld else [],
    }
    return render(request, "incidents/log_entry.html", page)


SAID = {
    "correct": "Correction added. The entry that it corrects stays.",
    "withhold": "Withheld: nobody but coordinators reads these words now.",
    "redact": "Asked for. Withheld from now on, and gone when a second person confirms.",
}
ACTS = {
    "correct": (actions.correct, CorrectionForm, "Correct this entry", "Add the correction", To.CONTRIBUTE),
    "withhold": (actions.withhold, ReasonForm, "Withhold this entry", "Withhold it now", To.COORDINATE),
    "redact": (
        actions.ask_redaction,
        ReasonForm,
        "Ask for a redaction",
        "Ask a second person",
        To.COORDINATE,
    ),
}


@require_http_methods(["GET", "POST"])
def entry_act(request, uuid, entry_uuid, act):
    """Correct, withhold, or ask for a redaction."""
    action, form_class, title, submit, to = ACTS[act]
    seen, entry = _entry(request, uuid, entry_uuid, to)
    form = form_class(request.POST or None)
    if form.is_valid() and perform(form, action, seen=seen, entry=entry):
        messages.success(request, SAID[act])
        return redirect("log-entry", uuid=uuid, entry_uuid=entry_uuid)
    page = frame(request, seen, active="log") | {
        "entry": entry,
        "form": form,
        "title": title,
        "submit": submit,
        "cancel_url": reverse("log-entry", args=[uuid, entry_uuid]),
    }
    return render(request, "incidents/entry_act.html", page)


@require_http_methods(["GET", "POST"])
def confirm_redaction(request, uuid, entry_uuid):
    """The second person confirms a redaction."""
    seen, entry = _entry(request, uuid, entry_uuid, To.COORDINATE)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and perform(form, actions.redact, seen=seen, entry=entry):
        messages.success(request, "Redacted. The original is kept under seal for disclosure.")
        return redirect("log-entry", uuid=uuid, entry_uuid=entry_uuid)
    page = frame(request, seen, active="log") | {
        "entry": entry,
        "form": form,
        "title": "Confirm the redaction",
        "submit": "Redact for good",
        "cancel_url": reverse("log-entry", args=[uuid, entry_uuid]),
    }
    return render(request, "incidents/entry_act.html", page)
