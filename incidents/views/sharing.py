"""‘Do not share further’, said of a record."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from incidents import access, actions
from incidents.access import To
from incidents.forms import ReasonForm
from incidents.frame import frame
from incidents.models import KINDS
from svit.refused import perform


@require_http_methods(["GET", "POST"])
def stop_sharing(request, uuid, entry_uuid):
    """The record goes to no agency that has not got it."""
    seen, entry, back = _record(request, uuid, entry_uuid)
    if not access.may_stop_sharing(seen, entry):
        raise access.PermissionDenied
    if entry.not_further:
        return redirect(back)
    return _asked(
        request, seen, entry, back, action=actions.stop_sharing, title="Do not share further",
        lead_text=actions.NO_FURTHER, done="Marked. It is not shared further.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def share_again(request, uuid, entry_uuid):
    """The agency that said so takes it back."""
    seen, entry, back = _record(request, uuid, entry_uuid)
    stop = access.stop_on(entry)
    if stop is None:
        return redirect(back)
    if not access.may_share_again(seen, stop):
        raise access.PermissionDenied(f"Only {stop.agency} takes this back. Ask them.")
    return _asked(
        request, seen, entry, back, action=actions.share_again, title="May be shared again", done="Taken back.",
        lead_text="It shows again to every agency whose part in the incident opens it.",
    )  # fmt: skip


def _record(request, uuid, entry_uuid):
    seen = access.get_sight(request.actor, uuid, to=To.CONTRIBUTE, live=True)
    entry = access.get_entry(seen, entry_uuid)
    return seen, entry, reverse(KINDS[entry.kind].page, args=[uuid, entry_uuid])


def _asked(request, seen, entry, back, *, action, title, lead_text, done):
    form = ReasonForm(request.POST or None)
    form.fields["reason"].help_text = "Do not name anyone: the agencies that have it read this."
    person = access.person_of(entry)
    if form.is_valid() and perform(form, action, seen=seen, about=entry, person=person):
        messages.success(request, done)
        return redirect(back)
    page = frame(request, seen, active=KINDS[entry.kind].tab) | {
        "form": form, "title": title, "submit": "Confirm", "cancel_url": back,
        "lead_text": f"{entry.title}. {lead_text}",
    }  # fmt: skip
    return render(request, "incidents/act.html", page)
