"""Contact with people, and the clocks that measure it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from incidents.access import reads_restricted
from incidents.frame import frame
from response import access, actions, queries
from response.family import family_rules
from response.forms import (
    AssignClockForm,
    ClockKindForm,
    ContactForm,
    HandOverForm,
    MissForm,
    ReferralForm,
    StartForm,
    ToldForm,
)
from response.models import AttemptOutcome, ReferredTo
from response.views.people import get_person
from svit import clock
from svit.refused import perform


def form_page(request, seen, person, **page):
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


def family_words(seen, person):
    """What binds whoever goes to this person, in words that this reader may have; "" where nothing does."""
    rules = family_rules(seen, person)
    words = [f"The next of kin of {rules.names[one.pk]} have not been told yet." for one in rules.not_told]
    for one in rules.only_through:
        named = reads_restricted(seen, one.entry)
        words.append(
            f"Family contact only through: {one.family_contact if named else 'ask the coordinator'}."
        )
    return " ".join(words)


@require_http_methods(["GET", "POST"])
def record_contact(request, uuid, entry_uuid):
    """An attempt, or contact made; a miss also asks for its cause and a new plan."""
    seen, found = get_person(request, uuid, entry_uuid, work=True)
    if found.died_at:
        return _ended(request, found)
    rows = list(found.clocks.select_related("rule"))
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
    return form_page(
        request, seen, found, form=form,
        title=f"Record attempt to reach {found.label}" if attempt else f"Record contact with {found.label}",
        submit="Record attempt" if attempt else "Record contact", family=family_words(seen, found),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def refer(request, uuid, entry_uuid):
    """To MASH, to specialist support, or to another service."""
    seen, found = get_person(request, uuid, entry_uuid, work=True)
    to = request.GET.get("to")
    form = ReferralForm(request.POST or None, initial={"to": to} if to in ReferredTo.values else {})
    if form.is_valid() and perform(form, actions.refer, person=found, by=request.actor):
        messages.success(request, queries.referral_words(found, form.result))
        return redirect("person", uuid=uuid, entry_uuid=entry_uuid)
    title = f"Record a referral of {found.label}"
    return form_page(request, seen, found, form=form, title=title, submit="Record referral")


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
    form = AssignClockForm(
        data, agencies=queries.whom_for_clocks(seen), family=family_words(seen, row.person),
        initial={"whom": queries.whom_of(row.agency, row.worker)},
    )  # fmt: skip
    return form, actions.assign_clock, "who makes contact", "Assign"


def _told(data, seen, row):
    form = ToldForm(data, missed=queries.asks_cause(seen, [row], clock.now()))
    done = "it is done" if row.rule_id else "MASH or the emergency duty team was told"
    return form, actions.meet_by_word, done, "Record it"


ACTS = {
    "start": (access.may_manage, _start),
    "miss": (access.may_manage, _miss),
    "assign": (access.may_assign, _assign),
    "told": (lambda seen, row: access.may_work(seen, row.person), _told),
}


@require_http_methods(["GET", "POST"])
def clock_act(request, uuid, entry_uuid, clock_uuid, act):
    """Move the start, explain a miss, say who makes contact, or that what a clock asks for was done."""
    seen, found = get_person(request, uuid, entry_uuid, work=True)
    row = found.clocks.select_related("agency", "worker", "rule").filter(uuid=clock_uuid).first()
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
    title = f"{found.label}, {row.name}: {title}"
    return form_page(request, seen, found, form=form, title=title, submit=submit)


@require_http_methods(["GET", "POST"])
def add_clock(request, uuid, entry_uuid):
    """One more clock, such as the golden hour of a child that was booked in."""
    seen, found = get_person(request, uuid, entry_uuid, work=True)
    if found.died_at:
        return _ended(request, found)
    form = ClockKindForm(request.POST or None, rules=access.rules_of(seen.incident.partnership))
    if form.is_valid() and perform(form, actions.start_clock, person=found, by=request.actor):
        messages.success(request, queries.act_words("start", found, form.result))
        return redirect("person", uuid=uuid, entry_uuid=entry_uuid)
    title = f"Start a clock for {found.label}"
    return form_page(request, seen, found, form=form, title=title, submit="Start the clock")


@require_http_methods(["GET", "POST"])
def hand_over(request, uuid, entry_uuid):
    """The person, and where wanted everybody whom the same worker has, to somebody else; the clocks run on."""
    seen, found = get_person(request, uuid, entry_uuid, work=True)
    if not access.may_hand_over(seen, found):
        raise PermissionDenied
    others = queries.others_of(seen, found)
    form = HandOverForm(
        request.POST or None, agencies=queries.whom_for_clocks(seen), family=family_words(seen, found),
        scopes=queries.hand_over_scopes(seen, found, others), initial={"scope": queries.ONE},
    )  # fmt: skip
    if form.is_valid():
        form.cleaned_data["also"] = queries.handed_over(seen, others, form.cleaned_data.pop("scope"))
        if perform(form, actions.hand_over, person=found, by=request.actor):
            messages.success(request, queries.handed_over_words(form.result))
            return redirect("person", uuid=uuid, entry_uuid=entry_uuid)
    title = f"Hand {found.label} over"
    return form_page(
        request, seen, found, form=form, title=title, submit="Hand over",
        lead="The clocks run on as they stand, whoever has them.",
    )  # fmt: skip
