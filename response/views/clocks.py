"""Contact with people, and the clocks that measure it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from checklists.models import ClockKind
from incidents.access import reads_restricted
from incidents.frame import frame
from response import access, actions, queries
from response.forms import AssignClockForm, ClockKindForm, ContactForm, GoldenForm, MissForm, StartForm
from response.models import AttemptOutcome
from response.views.people import get_person
from svit import clock
from svit.refused import perform


def _form_page(request, seen, person, **page):
    back = reverse("person", args=[seen.incident.uuid, person.uuid])
    page = frame(request, seen, active="people") | {"cancel_url": back} | page
    return render(request, "response/person_form.html", page)


def _ended(request, person):
    """Nothing is offered that a death forbids: back to the person, and why."""
    messages.info(
        request,
        f"{person.label} has died: contact clocks have ended. Record contact with the family instead.",
    )
    return redirect("person", uuid=person.incident.uuid, entry_uuid=person.uuid)


@require_http_methods(["GET", "POST"])
def record_contact(request, uuid, entry_uuid):
    """An attempt, or contact made; a miss also asks for its cause and a new plan."""
    seen, found = get_person(request, uuid, entry_uuid, work=True)
    if found.died_at:
        return _ended(request, found)
    rows = list(found.clocks.exclude(kind=ClockKind.GOLDEN_HOUR))
    for row in rows:
        row.person = found
    outcome = request.GET.get("outcome")
    initial = {"outcome": outcome} if outcome in AttemptOutcome.values else {}
    form = ContactForm(
        request.POST or None, missed=queries.asks_cause(seen, rows, clock.now()), initial=initial
    )
    if form.is_valid() and perform(form, actions.record_contact, person=found, by=request.actor):
        messages.success(request, queries.contact_words(found, form.result))
        return redirect("person", uuid=uuid, entry_uuid=entry_uuid)
    attempt = outcome == AttemptOutcome.ATTEMPTED
    return _form_page(
        request, seen, found, form=form,
        title=f"Record attempt to reach {found.label}" if attempt else f"Record contact with {found.label}",
        submit="Record attempt" if attempt else "Record contact",
        family_contact=found.family_contact if reads_restricted(seen, found.entry) else "",
    )  # fmt: skip


def _start(data, seen, row):
    initial = {"event": row.event, "started_at": row.started_at}
    return StartForm(data, initial=initial), actions.move_start, "put the start right", "Save the start"


def _miss(data, seen, row):
    initial = {"missed_cause": row.missed_cause, "new_plan": row.new_plan}
    return (
        MissForm(data, initial=initial),
        actions.explain_miss,
        "why it was missed, and the new plan",
        "Save",
    )


def _assign(data, seen, row):
    agency, worker = row.agency, row.worker
    whom = f"person:{agency.uuid}:{worker.uuid}" if worker else f"agency:{agency.uuid}" if agency else ""
    form = AssignClockForm(data, agencies=queries.whom_for_clocks(seen), initial={"whom": whom})
    return form, actions.assign_clock, "who makes contact", "Assign"


def _golden(data, seen, row):
    form = GoldenForm(data, missed=queries.asks_cause(seen, [row], clock.now()))
    return form, actions.meet_golden_hour, "MASH or the emergency duty team was told", "Record it"


ACTS = {
    "start": (access.may_manage, _start),
    "miss": (access.may_manage, _miss),
    "assign": (access.may_assign, _assign),
    "golden": (lambda seen, row: access.may_work(seen, row.person), _golden),
}


@require_http_methods(["GET", "POST"])
def clock_act(request, uuid, entry_uuid, clock_uuid, act):
    """Move the start, explain a miss, say who makes contact, or that MASH was told."""
    seen, found = get_person(request, uuid, entry_uuid, work=True)
    row = found.clocks.select_related("agency", "worker").filter(uuid=clock_uuid).first()
    if row is None:
        raise Http404
    row.person = found
    may, build = ACTS[act]
    if not may(seen, row):
        raise PermissionDenied
    form, action, title, submit = build(request.POST or None, seen, row)
    if form.is_valid() and perform(form, action, clock_row=row, by=request.actor):
        messages.success(request, queries.act_words(act, found, form.result))
        return redirect("person", uuid=uuid, entry_uuid=entry_uuid)
    title = f"{found.label}, {row.get_kind_display()}: {title}"
    return _form_page(request, seen, found, form=form, title=title, submit=submit)


@require_http_methods(["GET", "POST"])
def add_clock(request, uuid, entry_uuid):
    """One more clock, such as the golden hour of a child that was booked in."""
    seen, found = get_person(request, uuid, entry_uuid, work=True)
    if found.died_at:
        return _ended(request, found)
    form = ClockKindForm(request.POST or None)
    if form.is_valid() and perform(form, actions.start_clock, person=found, by=request.actor):
        messages.success(request, queries.act_words("start", found, form.result))
        return redirect("person", uuid=uuid, entry_uuid=entry_uuid)
    title = f"Start a clock for {found.label}"
    return _form_page(request, seen, found, form=form, title=title, submit="Start the clock")
