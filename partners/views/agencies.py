"""Agencies: the list, one agency's page, and what an administrator changes about it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from partners import access, actions, changes, queries
from partners.forms.setup import AgencyForm, AgreementForm, ChangeAgencyForm, ShareForm
from partners.offers import live_work_of
from partners.views.setup import frame
from svit.refused import Refused, perform


@require_safe
def agencies(request):
    """All agencies that the actor sets up."""
    access.get_set_up(request.actor)
    rows, number, more = queries.page_of(queries.agencies(request.actor), request.GET.get("page", 1))
    page = frame(request, "agencies") | {"rows": rows, "page": number, "more": more}
    return render(request, "partners/agencies.html", page)


@require_http_methods(["GET", "POST"])
def new_agency(request):
    """A new agency for the partnership."""
    own = access.get_partnership(request.actor)
    form = AgencyForm(request.POST or None)
    if form.is_valid() and perform(form, actions.create_agency, by=request.actor, partnership=own):
        messages.success(request, f"{form.result} added.")
        return redirect("setup-agency", uuid=form.result.uuid)
    return _form(request, form, title="Add an agency", submit="Add agency", back=reverse("setup-agencies"))


@require_safe
def agency(request, uuid):
    """One agency: how it is reached, who acts for it, who is on call, what was signed."""
    found = access.get_agency(request.actor, uuid)
    current, ended = queries.members(found)
    roles = access.roles_to_give(request.actor, found)
    for member in current:
        member.may_end = member.role in roles and member.user_id != request.user.pk
    page = frame(request, "agencies") | {
        "agency": found,
        "served": list(found.partnerships.all()),
        "members": current,
        "ended": ended,
        "spans": queries.spans(found),
        "rota": queries.rota_of(found)[0],
        "agreements": list(access.visible_agreements(request.actor).filter(agency=found)),
        "is_csp": found.csp_of_id is not None,
        "history_url": reverse("setup-agency-history", args=[uuid]),
    }
    return render(request, "partners/agency.html", page)


@require_safe
def agency_history(request, uuid):
    """Who changed what about the agency, its members, its duty and its agreements, and when."""
    found = access.get_agency(request.actor, uuid)
    rows, older = changes.of_agency(request.actor, found, request.GET.get("before"))
    page = frame(request, "agencies") | {
        "title": "History",
        "caption": found.name,
        "lead": "Who changed what about the agency, its members, who is on call and its agreements, newest first.",
        "rows": rows,
        "older": older,
        "back_url": reverse("setup-agency", args=[uuid]),
        "history_url": "",
    }
    return render(request, "partners/history.html", page)


@require_http_methods(["GET", "POST"])
def change_agency(request, uuid):
    """What an agency is called and how it is reached."""
    found = access.get_agency(request.actor, uuid, administer=True)
    fields = ("name", "kind", "regime", "telephone", "email", "address", "version")
    form = ChangeAgencyForm(
        request.POST or None,
        csp=found.csp_of_id is not None,
        initial={field: getattr(found, field) for field in fields},
    )
    if form.is_valid() and perform(form, actions.change_agency, agency=found, by=request.actor):
        messages.success(request, "Agency changed.")
        return redirect("setup-agency", uuid=uuid)
    return _form(request, form, title="Change agency", submit="Save", agency=found)


@require_http_methods(["GET", "POST"])
def share_agency(request, uuid):
    """Let the agency serve another partnership as well."""
    found = access.get_agency(request.actor, uuid, administer=True)
    form = ShareForm(request.POST or None, agency=found)
    if form.is_valid() and perform(form, actions.share_agency, agency=found, by=request.actor):
        messages.success(request, f"{found} now serves {form.cleaned_data['partnership']} as well.")
        return redirect("setup-agency", uuid=uuid)
    page = {
        "title": "Share with another partnership",
        "submit": "Share",
        "lead": "The other administrator can then set the agency up too, and its coordinators can mobilise it.",
        "others": form.fields["partnership"].queryset.exists(),
    }
    return _form(request, form, agency=found, template="partners/share_agency.html", **page)


@require_http_methods(["GET", "POST"])
def agreement(request, uuid):
    """Record a signed sharing agreement."""
    found = access.get_agency(request.actor, uuid, administer=True)
    form = AgreementForm(request.POST or None)
    done = form.is_valid() and perform(
        form, actions.record_agreement, agency=found, partnership=request.actor.partnership, by=request.actor
    )
    if done:
        messages.success(request, "Sharing agreement recorded.")
        return redirect("setup-agency", uuid=uuid)
    return _form(request, form, title="Record a sharing agreement", submit="Record agreement", agency=found)


@require_http_methods(["GET", "POST"])
def close_agency(request, uuid):
    """Ask first, then take the agency off the list."""
    found = access.get_agency(request.actor, uuid, administer=True)
    others = list(found.partnerships.exclude(pk=request.actor.partnership.pk))
    if request.method == "POST":
        return _do(request, actions.close_agency, found, f"{found} was taken off the list.", "setup-agencies")
    page = frame(request, "agencies") | {
        "title": f"Take {found} off the list?",
        "agency": found,
        "others": others,
        "live": live_work_of(found, request.actor.partnership),
        "back_url": reverse("setup-agency", args=[uuid]),
    }
    return render(request, "partners/close_agency.html", page)


@require_http_methods(["POST"])
def reopen_agency(request, uuid):
    """Make a closed agency active again."""
    found = access.get_agency(request.actor, uuid, administer=True)
    return _do(request, actions.reopen_agency, found, f"{found} is active again.", "setup-agency", uuid=uuid)


def _do(request, action, found, words, onward, **kwargs):
    """Do what takes no form; a refusal is said on the agency's page."""
    try:
        action(agency=found, by=request.actor)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("setup-agency", uuid=found.uuid)
    messages.success(request, words)
    return redirect(onward, **kwargs)


def _form(request, form, *, agency=None, back="", template="partners/setup_form.html", **words):
    """A form page of the agencies."""
    back = back or reverse("setup-agency", args=[agency.uuid])
    page = frame(request, "agencies") | {
        "form": form,
        "caption": agency.name if agency else "",
        "back_url": back,
        "cancel_url": back,
        **words,
    }
    return render(request, template, page)
