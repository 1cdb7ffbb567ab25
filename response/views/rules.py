"""The clocks that a partnership keeps: the referral to MASH, kinds of its own, and working hours."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.access import get_agency, get_partnership
from partners.views.setup import frame
from response import access, actions, queries
from response.forms import ClockRuleForm, MashRuleForm, WorkingHoursForm
from svit.refused import Refused, perform


@require_safe
def rules(request):
    """What each clock gives here, and by whose working hours."""
    own = get_partnership(request.actor)
    page = frame(request, "clocks") | queries.clock_rules(request.actor, own)
    return render(request, "response/rules.html", page)


def _form(request, form, **page):
    back = reverse("setup-clocks")
    page = frame(request, "clocks") | {"form": form, "back_url": back, "cancel_url": back} | page
    return render(request, "partners/setup_form.html", page)


@require_http_methods(["GET", "POST"])
def mash(request):
    """How long a referral to MASH may take."""
    own = get_partnership(request.actor)
    rule = queries.mash_rule_of(own)
    form = MashRuleForm(
        request.POST or None, agencies=queries.calendars(request.actor), initial=queries.rule_answers(rule)
    )
    if form.is_valid() and perform(form, actions.keep_mash_rule, partnership=own, by=request.actor):
        messages.success(request, "Referral to MASH: saved. Clocks that run keep the time they started with.")
        return redirect("setup-clocks")
    return _form(request, form, title="Referral to MASH", submit="Save")


@require_http_methods(["GET", "POST"])
def new_rule(request):
    """A kind of clock that the partnership adds."""
    own = get_partnership(request.actor)
    form = ClockRuleForm(request.POST or None, agencies=queries.calendars(request.actor))
    if form.is_valid() and perform(form, actions.add_clock_rule, partnership=own, by=request.actor):
        messages.success(request, f"{form.result} added.")
        return redirect("setup-clocks")
    return _form(request, form, title="Add a clock", submit="Add clock")


@require_http_methods(["GET", "POST"])
def change_rule(request, uuid):
    """What a kind is called, how long it gives and for whom it starts."""
    rule = access.get_rule(request.actor, uuid)
    if rule.retired_at:
        messages.info(request, f"{rule} is retired.")
        return redirect("setup-clocks")
    form = ClockRuleForm(
        request.POST or None, agencies=queries.calendars(request.actor), initial=queries.rule_answers(rule)
    )
    if form.is_valid() and perform(form, actions.change_clock_rule, rule=rule, by=request.actor):
        messages.success(request, f"{form.result} changed.")
        return redirect("setup-clocks")
    return _form(request, form, title=f"Change {rule}", submit="Save")


@require_POST
def retire_rule(request, uuid):
    """No new clock of this kind starts."""
    rule = access.get_rule(request.actor, uuid)
    try:
        actions.retire_clock_rule(rule=rule, by=request.actor)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{rule} is retired. Clocks that run go on.")
    return redirect("setup-clocks")


@require_http_methods(["GET", "POST"])
def working_hours(request, uuid):
    """When an agency works."""
    agency = get_agency(request.actor, uuid, administer=True)
    form = WorkingHoursForm(request.POST or None, initial=queries.working_hours_of(agency))
    if form.is_valid() and perform(form, actions.keep_working_hours, agency=agency, by=request.actor):
        messages.success(request, f"Working hours of {agency}: saved.")
        return redirect("setup-clocks")
    return _form(request, form, title="Working hours", caption=agency.name, submit="Save")
