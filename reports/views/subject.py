"""Subject access: looking for a person, choosing what is theirs, and the file of it."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from incidents.actions import consult_each
from reports import access, gathering
from reports.forms import EndForm, GatherForm, PersonForm
from reports.models import PackState
from svit import clock
from svit.refused import perform

WAITS = (PackState.QUEUED, PackState.RENDERING)


@never_cache
@require_http_methods(["GET", "POST"])
def subject_access(request):
    """Look for a person; the requests that were made before."""
    own = access.get_governance(request.actor)
    form = PersonForm(request.POST or None)
    if form.is_valid() and perform(form, gathering.search, by=request.actor):
        return redirect("subject-request", uuid=form.result.uuid)
    page = {"form": form, "submit": "Search", "requests": access.subject_requests(own), "now": clock.now()}
    return render(request, "reports/subject/list.html", page)


@never_cache
@require_http_methods(["GET", "POST"])
def subject_request(request, uuid):
    """Where the person may stand, which may have become more since the search; what is chosen goes into the file."""
    row = access.get_subject_request(request.actor, uuid)
    found, hidden = ([], []) if row.ended_at else gathering.found_for(row)
    form = GatherForm(request.POST or None, found=found, initial={"chosen": row.chosen})
    if form.is_valid() and perform(form, gathering.gather, request=row, by=request.actor):
        messages.success(request, "The file is being made.")
        return redirect("subject-request", uuid=uuid)
    incidents = gathering.incidents_of([*found, *hidden])
    consult_each(by=request.actor, subject_kind="subject_access", subjects=incidents)
    page = {
        "request_row": row,
        "form": form,
        "found": found,
        "hidden": hidden,
        "sealed": len(hidden),
        "making": row.state in WAITS,
        "submit": "Make the file",
        "now": clock.now(),
    }
    return render(request, "reports/subject/request.html", page)


@require_POST
def subject_file(request, uuid):
    """The file for review; taking it is recorded as a disclosure."""
    row = access.get_subject_request(request.actor, uuid)
    if row.state != PackState.READY or not row.file:
        raise Http404
    try:
        content = row.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    gathering.take(request=row, by=request.actor)
    response = FileResponse(
        content, as_attachment=True, filename="for-review.pdf", content_type="application/pdf"
    )
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_http_methods(["GET", "POST"])
def end_subject_request(request, uuid):
    """It was answered: the file and the name go."""
    row = access.get_subject_request(request.actor, uuid)
    form = EndForm(request.POST or None)
    if form.is_valid() and perform(form, gathering.end, request=row, by=request.actor):
        messages.success(request, "Closed. The file and whom it was about are gone.")
        return redirect("subject-access")
    back = reverse("subject-request", args=[uuid])
    page = {
        "form": form,
        "title": "Close the request",
        "submit": "Close it",
        "cancel_url": back,
        "back_url": back,
    }
    return render(request, "reports/subject/end.html", page)
