"""What every kind of record has: list, add, read, change, history and reveal."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_safe

from incidents import access, actions, offers, queries
from incidents.access import To
from incidents.forms import AddForm, ChangeForm, form_of
from incidents.frame import frame, slug
from incidents.models import KINDS, PHASES, Sensitivity
from incidents.queries import slug_of
from incidents.sharing import sharing_of
from svit.refused import perform


def _kind(name):
    model = KINDS.get(name.replace("-", ""))
    if model is None or model.page != "record":
        raise Http404
    return model


def _sent(request):
    """What a form was sent with, nothing included."""
    return request.POST if request.method == "POST" else None


def _carried(request):
    """What was sent, for a page that asks once more before it is saved: (name, value) of each input."""
    left = ("csrfmiddlewaretoken", "change", "confirmed")
    return [(name, value) for name, values in request.POST.lists() if name not in left for value in values]


@require_safe
def record_list(request, uuid, kind):
    """The records of a kind that the actor may know of; restricted ones masked."""
    seen, model = access.get_sight(request.actor, uuid), _kind(kind)
    if not seen.sees(model.section):
        raise access.PermissionDenied
    records, older = queries.records(seen, model, request.GET.get("before"))
    open_now = access.revealed_entries(seen.actor, seen.incident)
    for record in records:
        record.masked = access.is_masked(seen, record.entry, open_now)
        hidden = access.masked_fields(seen, record, open_now)
        record.shown = [] if record.masked else record.in_brief(hidden)
    page = frame(request, seen, active=model.tab) | {
        "model": model._meta,
        "records": records,
        "empty": model.empty,
        "kind": kind,
        "older": older,
        "guidance": model.guidance,
        "back": _phase_of(seen, model),
        "contributes": seen.contributes(model.section) and not seen.reading and seen.incident.live,
    }
    actions.consult_all(
        seen.incident, by=request.actor, subject_kind=model.kind(),
        subjects=[record.entry.uuid for record in records if not record.masked],
    )  # fmt: skip
    return render(request, "incidents/records.html", page)


@require_http_methods(["GET", "POST"])
def add_record(request, uuid, kind):
    """A new record of a kind; where its kind asks for it, the answers are checked before they are saved."""
    seen, model = access.get_sight(request.actor, uuid, to=To.CONTRIBUTE, live=True), _kind(kind)
    if not seen.contributes(model.section):
        raise access.PermissionDenied
    item = offers.waiting_for(seen, model.completes)
    form = form_of(model, AddForm, _sent(request), seen=seen, item=item)
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        if model.checked and "confirmed" not in request.POST:
            page = frame(request, seen, active=model.tab) | {
                "form": form,
                "rows": form.shown_back(),
                "sent": _carried(request),
                "model": model._meta,
            }
            return render(request, "incidents/record_check.html", page)
        ends = form.cleaned_data.pop("ends_item", False)
        if perform(form, actions.create_record, seen=seen, model=model, item=item if ends else None):
            messages.success(request, f"{capfirst(model._meta.verbose_name)} added.")
            return redirect("record", uuid=uuid, entry_uuid=form.result.uuid)
    page = frame(request, seen, active=model.tab) | {
        "form": form,
        "model": model._meta,
        "guidance": model.guidance,
        "cancel_url": reverse("records", args=[uuid, kind]),
    }
    return render(request, "incidents/record_form.html", page | {"title": f"Add {model._meta.verbose_name}"})


def _phase_of(seen, model):
    """Where the page of a kind leads back to: (words, address) of its phase."""
    if not model.phase:
        return None
    return {
        "text": dict(PHASES)[model.phase],
        "url": reverse("phase", args=[seen.incident.uuid, slug(model.phase)]),
    }


def _record(request, uuid, entry_uuid, to=To.VIEW, *, live=False):
    seen = access.get_sight(request.actor, uuid, to=to, live=live)
    entry = access.get_entry(seen, entry_uuid)
    return seen, queries.record_of(entry)


def _about(seen, entry):
    """Whom a record is about, for a link: (label, address)."""
    if entry.about_id is None or entry.about.kind != "person":
        return None
    return {"text": entry.about.title, "url": reverse("person", args=[seen.incident.uuid, entry.about.uuid])}


def _back(seen, model):
    """Where a record leads back to: the list of its kind."""
    return {
        "text": capfirst(model._meta.verbose_name_plural),
        "url": reverse("records", args=[seen.incident.uuid, slug_of(model)]),
    }


@require_safe
def record(request, uuid, entry_uuid):
    """One record; one with a page of its own is shown there."""
    seen, found = _record(request, uuid, entry_uuid)
    if found.page != "record":
        return redirect(found.page, uuid=uuid, entry_uuid=entry_uuid)
    masked = access.is_masked(seen, found.entry)
    if not masked:
        actions.consult(seen.incident, by=request.actor, subject_kind=found.kind(), subject=found.entry.uuid)
    hidden = access.masked_fields(seen, found)
    page = frame(request, seen, active=found.tab) | {
        "record": found,
        "masked": masked,
        "groups": [] if masked else found.in_groups(hidden),
        "hidden": bool(hidden),
        "about": _about(seen, found.entry) if not masked else None,
        "back": _back(seen, type(found)),
        "history": [] if masked else found.changes(seen, hidden),
        **sharing_of(seen, found.entry),
        "hears_reveals": found.entry.sensitivity == Sensitivity.RESTRICTED
        and access.may_stop_reveals(seen, found.entry),
        "contributes": seen.contributes(found.entry.section) and not seen.reading and not masked,
    }
    return render(request, "incidents/record.html", page)


@require_http_methods(["GET", "POST"])
def change_record(request, uuid, entry_uuid):
    """Change a record; what another person changed meanwhile is merged or asked about."""
    seen, found = _record(request, uuid, entry_uuid, To.CONTRIBUTE, live=True)
    if (
        found.page != "record"
        or access.is_masked(seen, found.entry)
        or not seen.contributes(found.entry.section)
    ):
        raise access.PermissionDenied
    masked = access.masked_fields(seen, found)
    form = form_of(
        type(found), ChangeForm, _sent(request), seen=seen, instance=found, masked=masked,
        initial={"version": found.version},
    )  # fmt: skip
    if form.is_valid() and perform(
        form, actions.change_record, seen=seen, record=queries.record_of(found.entry)
    ):
        messages.success(request, "Saved.")
        return redirect("record", uuid=uuid, entry_uuid=entry_uuid)
    page = frame(request, seen, active=found.tab) | {
        "form": form,
        "model": found._meta,
        "guidance": found.guidance,
        "title": f"Change {found._meta.verbose_name}",
        "cancel_url": reverse("record", args=[uuid, entry_uuid]),
    }
    return render(request, "incidents/record_form.html", page)
