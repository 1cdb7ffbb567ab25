"""Nothing that somebody typed is lost: where an act is no longer possible, the answer still holds the words."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from checklists import forms
from incidents.access import ReasonNeeded
from incidents.actions import consult

TYPED = ("answer", "reason", "note", "title", "details", "told_by", "who")
PASSED_ON = (
    "It was passed on, or the incident was closed, while you wrote. Ask the coordinator of the incident."
)
GONE = "The page that you wrote on is not here for you. It may have been passed on while you wrote."


def typed(request):
    """The words of the form as they were typed, one below the other."""
    if request.method != "POST":
        return ""
    words = (request.POST.get(name, "").replace("\0", "").strip() for name in TYPED)
    return "\n\n".join(part for part in words if part)


def keeps_what_was_typed(view):
    """A view whose door closed while somebody wrote answers as the door does, and holds what they typed.

    To a stranger the words are the same whether there is such a page or not.
    """

    @wraps(view)
    def kept(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except ReasonNeeded:
            raise
        except (Http404, PermissionDenied) as refusal:
            words = typed(request)
            if not words:
                raise
            gone = isinstance(refusal, Http404)
            page = {"title": "This was not saved", "why": GONE if gone else PASSED_ON, "words": words}
            page["files"] = bool(request.FILES)
            return render(request, "checklists/kept.html", page, status=404 if gone else 403)

    return kept


def not_now(request, seen, item, why):
    """The act is not possible as the item stands now: what was typed may be kept as a note."""
    consult(seen.incident, by=request.actor)
    return render(
        request,
        "checklists/kept.html",
        {
            "title": "This was not saved", "why": why, "files": bool(request.FILES),
            "caption": f"{seen.incident.reference}: {item.title}", "item_url": item.get_absolute_url(),
            "form": forms.NoteForm(initial={"note": typed(request)}),
            "note_url": reverse("item-note", args=[seen.incident.uuid, item.uuid]),
            "marking": seen.incident.marking, "exercise": seen.incident.exercise,
        },
    )  # fmt: skip
