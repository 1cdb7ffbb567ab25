"""Opening what is restricted with a reason, and the owner's no to it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents import access, actions, queries
from incidents.forms import ReasonForm, RevealForm
from incidents.frame import frame
from incidents.models import KINDS
from svit.refused import perform


@require_http_methods(["GET", "POST"])
def reveal(request, uuid, entry_uuid):
    """A reason opens this record's restricted content for 15 minutes, to this person."""
    seen = access.get_sight(request.actor, uuid)
    entry = access.get_entry(seen, entry_uuid)
    back = reverse(KINDS[entry.kind].page, args=[uuid, entry_uuid])
    form = RevealForm(request.POST or None)
    if form.is_valid() and perform(form, actions.reveal, seen=seen, entry=entry):
        return redirect(back)
    page = frame(request, seen, active=KINDS[entry.kind].tab) | {
        "form": form,
        "entry": entry,
        "back_url": back,
    }
    return render(request, "incidents/reveal.html", page)


def _entry(request, uuid, entry_uuid):
    """The record for whoever may refuse that it is opened."""
    seen = access.get_sight(request.actor, uuid)
    entry = access.get_entry(seen, entry_uuid)
    if not access.may_stop_reveals(seen, entry):
        raise access.PermissionDenied
    return seen, entry


@require_safe
def reveals(request, uuid, entry_uuid):
    """Who opened the record's restricted content, with which reason; and who was refused."""
    seen, entry = _entry(request, uuid, entry_uuid)
    page = frame(request, seen, active=KINDS[entry.kind].tab) | {
        "entry": entry,
        "rows": queries.reveals(seen, entry),
        "back_url": reverse(KINDS[entry.kind].page, args=[uuid, entry_uuid]),
    }
    return render(request, "incidents/reveals.html", page)


@require_http_methods(["GET", "POST"])
def stop_reveals(request, uuid, entry_uuid, reveal_uuid):
    """Refuse it to this person from now on, with a reason."""
    seen = access.get_sight(request.actor, uuid)
    row = access.get_reveal(seen, entry_uuid, reveal_uuid)
    back = reverse("reveals", args=[uuid, row.entry.uuid])
    form = ReasonForm(request.POST or None)
    if form.is_valid() and perform(form, actions.stop_reveals, seen=seen, row=row):
        messages.success(request, "Refused. What was open is closed.")
        return redirect(back)
    who = access.as_told(seen, row.user, acted_for=row.agency_id, otherwise="Somebody")
    page = frame(request, seen, active=KINDS[row.entry.kind].tab) | {
        "form": form, "title": "Refuse to open it", "submit": "Refuse", "cancel_url": back,
        "lead_text": f"{who}, {row.agency}, no longer reads what is restricted in {row.entry.title}.",
    }  # fmt: skip
    return render(request, "incidents/act.html", page)


@require_POST
def allow_reveals(request, uuid, entry_uuid, reveal_uuid):
    """Take the no back."""
    seen = access.get_sight(request.actor, uuid)
    row = access.get_reveal(seen, entry_uuid, reveal_uuid)
    actions.allow_reveals(seen=seen, row=row)
    messages.success(request, "They may give a reason again.")
    return redirect("reveals", uuid=uuid, entry_uuid=row.entry.uuid)
