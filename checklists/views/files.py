"""Evidence through the door: the original as a download, a picture made new as a preview."""

from django.http import FileResponse, Http404, HttpResponse
from django.views.decorators.http import require_safe

from checklists import access
from checklists.actions.evidence import preview as make_preview
from incidents.actions import consult


@require_safe
def download(request, uuid, file_uuid):
    """The original, always as an attachment: nothing that somebody sent us opens within our pages."""
    seen, stored = access.get_file(request.actor, uuid, file_uuid)
    consult(seen.incident, by=request.actor, subject_kind="storedfile", subject=stored.uuid)
    try:
        content = stored.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        content, as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_safe
def preview(request, uuid, file_uuid):
    """A picture, made new from the original: no place, no camera, nothing hidden."""
    seen, stored = access.get_file(request.actor, uuid, file_uuid)
    consult(seen.incident, by=request.actor, subject_kind="storedfile", subject=stored.uuid)
    picture = make_preview(stored)
    if picture is None:
        raise Http404
    response = HttpResponse(picture, content_type="image/jpeg")
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
