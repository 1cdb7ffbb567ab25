"""Packs: asking for one, seeing what is in and what is withheld, and taking it away."""

from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from incidents.actions import consult
from incidents.frame import frame
from reports import access, actions, queries
from reports.audiences import withheld
from reports.forms import PackForm
from reports.models import Audience, PackState
from reports.pack import parts
from svit import clock
from svit.refused import perform


@require_safe
def pack_list(request, uuid):
    """The packs that were made of the incident, and the way to a new one."""
    seen = access.get_pack_sight(request.actor, uuid)
    page = frame(request, seen, active="packs") | {"packs": queries.packs(seen)}
    return render(request, "reports/packs.html", page)


@require_http_methods(["GET", "POST"])
def new_pack(request, uuid):
    """For whom and what for; then what is in and what is withheld; then it is queued."""
    seen = access.get_pack_sight(request.actor, uuid)
    form = PackForm(request.POST or None, audiences=access.audiences(seen))
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        if "confirmed" in request.POST:
            if perform(form, actions.request_pack, seen=seen):
                return redirect("pack", uuid=uuid, pack_uuid=form.result.uuid)
        else:
            audience = Audience(form.cleaned_data["audience"])
            page = frame(request, seen, active="packs") | {
                "form": form,
                "audience": audience,
                "parts": parts(seen, audience, clock.now()),
                "withheld": withheld(seen, audience),
            }
            return render(request, "reports/pack_preview.html", page)
    page = frame(request, seen, active="packs") | {"form": form}
    return render(request, "reports/new_pack.html", page)


@require_safe
def pack(request, uuid, pack_uuid):
    """How far one pack is, what was recorded with it, and the download."""
    seen, found = access.get_pack(request.actor, uuid, pack_uuid)
    waiting = found.state in (PackState.QUEUED, PackState.RENDERING)
    here = {"pack": found, "waiting": waiting, "incident": seen.incident, "now": clock.now()}
    here["may_take"] = access.may_take(seen, found)
    consult(seen.incident, by=request.actor, subject_kind="pack", subject=found.uuid)
    if request.htmx:
        return render(request, "reports/_pack.html", here)
    page = frame(request, seen, active="packs") | here
    page["newer"] = queries.latest_pack(seen, found) if found.replaced_at else None
    page["stamped"] = queries.replaced_file(found) if found.replaced_at else None
    return render(request, "reports/pack.html", page)


@require_safe
def download(request, uuid, pack_uuid):
    """The PDF, named by reference and audience; a replaced pack says so on its first page."""
    seen, found = access.get_pack(request.actor, uuid, pack_uuid, to_take=True)
    stored = queries.replaced_file(found) if found.replaced_at else found.file
    if found.state != PackState.READY or found.withdrawn_at or stored is None or not stored.file:
        raise Http404
    try:
        content = stored.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    actions.take_pack(seen=seen, pack=found, stored=stored)
    name = f"{seen.incident.reference}-{found.audience}.pdf"
    response = FileResponse(content, as_attachment=True, filename=name, content_type="application/pdf")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
