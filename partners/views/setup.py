"""The set-up hub and the partnership's own page."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from partners import access, actions, queries
from partners.forms.setup import PartnershipForm
from svit.refused import perform

TABS = [
    ("setup", "Set-up", "setup", False),
    ("partnership", "Partnership", "setup-partnership", True),
    ("agencies", "Agencies", "setup-agencies", False),
    ("members", "Members", "setup-members", False),
    ("contacts", "Directory", "setup-contacts", True),
    ("on_call", "On call", "setup-on-call", False),
    ("import", "Import", "setup-import", True),
]


def frame(request, active):
    """The navigation of the set-up pages: what the actor may open."""
    all_of_it = access.can_administer(request.actor)
    return {
        "administers": all_of_it,
        "partnership": request.actor.partnership,
        "tabs": [
            {"text": text, "url": reverse(name), "active": key == active}
            for key, text, name, administrators in TABS
            if all_of_it or not administrators
        ],
    }


@require_safe
def setup(request):
    """What there is to set up, and what wants attention."""
    access.get_set_up(request.actor)
    page = frame(request, "setup") | {
        "numbers": queries.numbers(request.actor),
        "actor": request.actor,
        "added": queries.added_elsewhere(request.actor),
        "may_end": True,
    }
    return render(request, "partners/setup.html", page)


@require_http_methods(["GET", "POST"])
def partnership(request):
    """The partnership's name, area, marking and handling line."""
    own = access.get_partnership(request.actor)
    fields = ("name", "area", "police_command", "marking", "handling")
    form = PartnershipForm(request.POST or None, initial={field: getattr(own, field) for field in fields})
    if form.is_valid() and perform(form, actions.change_partnership, partnership=own, by=request.actor):
        messages.success(request, "Partnership changed.")
        return redirect("setup-partnership")
    page = frame(request, "partnership") | {
        "form": form,
        "title": "Partnership",
        "submit": "Save",
        "prefix": own.code,
    }
    return render(request, "partners/partnership.html", page)
