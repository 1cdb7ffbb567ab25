"""Retention: what is due for review, the decisions on it, holds, and the schedule."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents import actions, retention
from incidents.models import DisposalState, Kept, ReportState
from partners.views.setup import frame
from reminders import ring
from reports import access, due
from reports.actions import withdraw_old_packs
from reports.forms import DecisionForm, ProposalForm, RuleForm, WhyForm
from svit import clock
from svit.refused import perform


@require_safe
def retention_list(request):
    """What is due for review, what waits for a decision, what is held, and what was decided."""
    own = access.get_retention(request.actor)
    waiting, decided = due.disposals(own)
    page = {
        "rows": due.for_review(own),
        "waiting": waiting,
        "decided": decided,
        "holds": due.on_hold(own),
        "old_packs": due.old_packs(own).count(),
        "proposes": not request.actor.governs,
        "now": clock.now(),
    }
    return render(request, "reports/retention/list.html", page)


@require_safe
def retention_of(request, uuid):
    """One incident: when its period ends and why, the holds on it, and what was proposed."""
    incident = access.get_kept_incident(request.actor, uuid)
    actions.consult(incident, by=request.actor)
    parts = retention.whole(incident)
    rules = retention.rules_of(incident.partnership)
    rule = rules[retention.kind_of(incident)]
    holds = list(incident.holds.select_related("by", "lifted_by"))
    held = any(one.lifted_at is None for one in holds) or retention.holds_on(parts[1:]).exists()
    page = _about(incident) | {
        "rule": rule,
        "due_at": retention.due_of(incident, rules),
        "holds": holds,
        "parts": parts[1:],
        "disposal": due.open_disposal(incident),
        "sealed": access.sealed_records(request.actor, parts),
        "may_propose": _may_propose(request.actor, incident) and not held,
        "joined": incident.report_state == ReportState.JOINED,
        "now": clock.now(),
    }
    return render(request, "reports/retention/of.html", page)


def _about(incident):
    return {"incident": incident, "marking": incident.marking, "exercise": incident.exercise}


def _may_propose(actor, incident):
    joined = incident.report_state == ReportState.JOINED
    return retention.may_propose(actor, incident) and not incident.live and not joined


@require_http_methods(["GET", "POST"])
def place_hold(request, uuid):
    """Nothing of the incident is disposed of from now on, and why."""
    incident = access.get_kept_incident(request.actor, uuid)
    form = WhyForm(request.POST or None)
    if form.is_valid() and perform(form, actions.hold, incident=incident, by=request.actor):
        messages.success(request, "Held. Nothing of it is disposed of until the hold is lifted.")
        return redirect("retention-of", uuid=uuid)
    return _form(request, incident, form, title="Place a legal hold", submit="Place the hold")


@require_http_methods(["GET", "POST"])
def lift_hold(request, uuid, hold_uuid):
    """The hold ends, and why."""
    incident = access.get_kept_incident(request.actor, uuid)
    found = access.get_hold(incident, hold_uuid)
    form = WhyForm(request.POST or None)
    if form.is_valid() and perform(form, actions.lift, found=found, by=request.actor):
        messages.success(request, "Lifted. The retention period counts again.")
        return redirect("retention-of", uuid=uuid)
    return _form(request, incident, form, title="Lift the legal hold", submit="Lift the hold")


@require_http_methods(["GET", "POST"])
def propose_disposal(request, uuid):
    """A CSP manager proposes that an incident goes."""
    incident = access.get_kept_incident(request.actor, uuid)
    form = ProposalForm(request.POST or None)
    if form.is_valid() and perform(form, actions.propose, incident=incident, by=request.actor):
        messages.success(request, "Proposed. The governance officer decides; nothing goes before that.")
        return redirect(form.result)
    return _form(request, incident, form, title="Propose disposal", submit="Propose")


def _form(request, incident, form, **words):
    page = _about(incident) | {"form": form, "caption": incident.reference, **words}
    page["cancel_url"] = page["back_url"] = reverse("retention-of", args=[incident.uuid])
    page["back_text"] = "Retention"
    return render(request, "reports/retention/form.html", page)


@require_http_methods(["GET", "POST"])
def disposal(request, uuid):
    """A proposal, which the governance officer decides on; afterwards the record of what went."""
    found = access.get_disposal(request.actor, uuid)
    form = DecisionForm(request.POST or None)
    decides = found.state == DisposalState.PROPOSED and retention.may_decide(request.actor, found)
    if decides and form.is_valid() and _decide(request, found, form):
        return redirect(found)
    page = {
        "disposal": found,
        "parts": found.parts.all(),
        "form": form if decides else None,
        "counts": sorted(found.counts.items()),
        "sealed": access.sealed_records(request.actor, due.incidents_of(found)),
        "held": retention.holds_on(due.incidents_of(found)).exists(),
    }
    return render(request, "reports/retention/disposal.html", page)


def _decide(request, found, form):
    decision, reason = form.cleaned_data.pop("decision"), form.cleaned_data.pop("reason")
    if decision == "refuse":
        done = perform(
            form, partial(actions.refuse_disposal, reason=reason), disposal=found, by=request.actor
        )
    else:
        done = perform(form, actions.confirm_disposal, disposal=found, by=request.actor)
        if done:
            transaction.on_commit(partial(ring, "reports.dispose"))
    if done:
        messages.success(request, "Refused. It stays." if decision == "refuse" else "Confirmed. It goes now.")
    return done


@require_POST
def remove_old_packs(request):
    """The files of packs that are older than the schedule says."""
    own = access.get_retention(request.actor)
    count = withdraw_old_packs(partnership=own, by=request.actor)
    removed = "1 file of packs is removed." if count == 1 else f"{count} files of packs are removed."
    messages.success(request, f"{removed} What was recorded with them stays.")
    return redirect("retention")


@require_safe
def schedule(request):
    """How long each kind of record is kept, and which of that nobody decided yet."""
    own = access.get_schedule(request.actor)
    page = frame(request, "retention") | {"rules": list(retention.rules_of(own).values())}
    return render(request, "reports/retention/schedule.html", page)


@require_http_methods(["GET", "POST"])
def change_rule(request, kind):
    """One period of the schedule."""
    own = access.get_schedule(request.actor)
    rule = access.get_rule(own, kind)
    initial = {name: getattr(rule, name) for name in ("length", "unit", "runs_from", "version")}
    initial["source"] = rule.source if rule.confirmed else ""
    form = RuleForm(request.POST or None, initial=initial, events=retention.CHOICES[Kept(kind)])
    if form.is_valid() and perform(
        form, actions.set_rule, partnership=own, kind=Kept(kind), by=request.actor
    ):
        messages.success(request, f"{rule}: the period is set.")
        return redirect("setup-retention")
    back = reverse("setup-retention")
    page = frame(request, "retention") | {
        "form": form, "title": f"{rule}: how long", "submit": "Save", "cancel_url": back, "back_url": back,
    }  # fmt: skip
    return render(request, "reports/retention/rule.html", page)
