"""Contact that is not safe: asked for, answered by a manager, and over."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from response import access, actions
from response.forms import PauseAnswerForm, PauseEndForm, PauseForm
from response.views.clocks import form_page
from response.views.people import get_person
from svit.refused import perform
from svit.templatetags.svit import when


@require_http_methods(["GET", "POST"])
def ask_pause(request, uuid, entry_uuid):
    """Say that contact cannot be made safely; the clocks run on until a manager approves it."""
    seen, found = get_person(request, uuid, entry_uuid, work=True)
    form = PauseForm(request.POST or None)
    if form.is_valid() and perform(form, actions.ask_pause, person=found, by=request.actor):
        rests = form.result.rests
        messages.success(request, f"The contact clocks rest until {when(form.result.until_at)}." if rests else
                         "A manager is asked now. Until they approve it, the clocks run on.")  # fmt: skip
        return redirect("person", uuid=uuid, entry_uuid=entry_uuid)
    return form_page(
        request, seen, found, form=form, title=f"{found.label}: contact is not safe", submit="Ask for a pause",
        lead="The clocks rest when a manager has approved it, and run again by themselves.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def pause_act(request, uuid, entry_uuid, pause_uuid, act):
    """A manager's answer; or contact is safe before the time that was set."""
    seen, found = get_person(request, uuid, entry_uuid, work=True)
    pause = access.get_pause(seen, found, pause_uuid)
    answers = act == "answer"
    if not (access.may_answer_pause if answers else access.may_end_pause)(seen, pause):
        raise PermissionDenied
    if not (pause.waits if answers else pause.rests):
        messages.info(request, "This pause was answered, or has ended, already.")
        return redirect("person", uuid=uuid, entry_uuid=entry_uuid)
    form = (PauseAnswerForm if answers else PauseEndForm)(request.POST or None)
    action = actions.answer_pause if answers else actions.end_pause
    if form.is_valid() and perform(form, action, pause=pause, by=request.actor):
        words = "The clocks rest." if form.result.rests else "The clocks run."
        messages.success(request, f"{found.label}: saved. {words}")
        return redirect("person", uuid=uuid, entry_uuid=entry_uuid)
    return form_page(
        request, seen, found, form=form, submit="Save" if answers else "Let the clocks run",
        title=f"{found.label}: {'do the clocks rest?' if answers else 'contact is safe'}",
        lead=f"Until {when(pause.until_at)}, because: {pause.reason}",
    )  # fmt: skip
