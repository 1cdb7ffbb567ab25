"""The inbox, and the page of the demonstration that shows what was mailed."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reminders import access, actions, queries, registry, rooms
from reminders.forms import DigestForm, SnoozeForm
from svit import clock
from svit.refused import Refused, perform
from svit.templatetags.svit import when


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
        return _closed(request)
    actions.open_message(notification=notification)
    return redirect(registry.kind_of(notification).url(notification))


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "reminders/closed.html", status=404)


@require_POST
def acknowledge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The reader has it in hand."""
    actions.acknowledge(notification=access.get_message(request.user, uuid))
    return redirect("inbox")


@require_http_methods(["GET", "POST"])
def snooze(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put off what a message is about, for oneself and with a reason."""
    notification = access.get_message(request.user, uuid)
    if not access.may_open(notification):
        return _closed(request)
    if words := access.why_not_snoozed(notification):
        raise PermissionDenied(words)
    form = SnoozeForm(request.POST or None)
    if form.is_valid() and perform(form, actions.snooze, notification=notification, by=request.actor):
        messages.success(request, f"Snoozed until {when(form.result.until, clock.now())}.")
        return redirect("inbox")
    page = {
        "form": form,
        "line": queries.line_of(notification),
        "submit": "Snooze",
        "cancel_url": reverse("inbox"),
    }
    return render(request, "reminders/snooze.html", page)


@require_POST
def take_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The snooze ends now."""
    notification = access.get_message(request.user, uuid)
    if not access.may_open(notification):
        return _closed(request)
    try:
        actions.take_back(notification=notification, by=request.actor)
        messages.success(request, "Taken back: messages about it come again.")
    except Refused as refusal:
        messages.info(request, refusal.message)
    return redirect("inbox")


@require_http_methods(["GET", "POST"])
def digest(request: HttpRequest) -> HttpResponse:
    """Whether what is not urgent comes as it comes, or once a day."""
    daily = queries.has_digest(request.user)
    form = DigestForm(request.POST or None, initial={"when": "daily" if daily else "as_they_come"})
    if form.is_valid() and perform(form, actions.choose_digest, user=request.user):
        messages.success(request, "Saved.")
        return redirect("account")
    page = {"form": form, "submit": "Save", "cancel_url": reverse("account")}
    return render(request, "reminders/digest.html", page)


@require_safe
def demo_mail(request: HttpRequest) -> HttpResponse:
    """The demonstration: the e-mails that were written to files for people of the reader's partnership."""
    if not queries.demonstration_made():
        raise Http404
    mails = queries.written_mails(rooms.neighbours(request.actor))
    return render(request, "reminders/demo_mail.html", {"mails": mails})
