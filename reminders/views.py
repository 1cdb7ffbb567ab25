"""The inbox, and the page of the demonstration that shows what was mailed."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from reminders import access, actions, queries, registry
from svit import clock


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The person's messages, newest first."""
    lines, older = queries.inbox(request.user, before=request.GET.get("before", ""))
    older_url = f"?before={older}" if older else ""
    return render(
        request,
        "reminders/inbox.html",
        {
            "lines": lines,
            "older_url": older_url,
            "now": clock.now(),
            "demonstration": queries.demonstration_made(),
        },
    )


@require_safe
def message(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Where a message's link leads: to the thing itself, if the door still lets the reader know of it.

    Opening it after signing in is what 'seen' means; a mail scanner is not signed in.
    """
    notification = access.get_message(request.user, uuid)
    if not access.may_open(notification):
        return render(request, "reminders/closed.html", status=404)
    actions.open_message(notification=notification)
    return redirect(registry.kind_of(notification).url(notification))


@require_POST
def acknowledge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The reader has it in hand."""
    actions.acknowledge(notification=access.get_message(request.user, uuid))
    return redirect("inbox")


@require_safe
def demo_mail(request: HttpRequest) -> HttpResponse:
    """The demonstration: the e-mails that were written to files for people of the reader's partnership."""
    if not queries.demonstration_made():
        raise Http404
    mails = queries.written_mails(registry.neighbours(request.actor))
    return render(request, "reminders/demo_mail.html", {"mails": mails})
