"""The set-up hub, the partnership's own page, and what was changed."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from partners import access, actions, changes, queries, undelivered
from partners.forms.setup import PartnershipForm
from partners.offers import set_up_pages
from svit.refused import perform

TABS = [
    ("setup", "Set-up", "setup", access.can_set_up),
    ("partnership", "Partnership", "setup-partnership", access.can_administer),
    ("agencies", "Agencies", "setup-agencies", access.can_set_up),
    ("members", "Members", "setup-members", access.can_set_up),
    ("contacts", "Directory", "setup-contacts", access.can_administer),
    ("on_call", "On call", "setup-on-call", access.can_set_up),
    ("reminders", "Failed messages", "setup-reminders", access.can_set_up),
    ("reach", "Who can be reached", "setup-reach", access.can_set_up),
    ("import", "Import", "setup-import", access.can_administer),
]
HISTORY = ("history", "History", "setup-history")


def frame(request, active):
    """The navigation of the set-up pages: what the actor may open, those of other rooms last; and their history."""
    administers = access.can_administer(request.actor)
    own = [(key, text, route) for key, text, route, may in TABS if may(request.actor)]
    offered = [(key, page.text, page.route) for key, page in set_up_pages(request.actor)]
    return {
        "administers": administers,
        "partnership": request.actor.partnership,
        "tabs": [
            {"text": text, "url": reverse(route), "active": key == active}
            for key, text, route in [*own, *offered, *([HISTORY] if administers else [])]
        ],
        "history_url": history_of(active) if administers and active in changes.SOURCES else "",
    }


def history_of(key):
    """The address of what was changed of one kind."""
    return f"{reverse('setup-history')}?{urlencode({'of': key})}"


@require_safe
def setup(request):
    """What there is to set up, and what wants attention."""
    access.get_set_up(request.actor)
    page = frame(request, "setup") | {
        "numbers": queries.numbers(request.actor) | queries.warnings(request.actor),
        "failed": undelivered.numbers(request.actor),
        "actor": request.actor,
        "added": queries.added_elsewhere(request.actor),
        "may_end": True,
        "offered": [
            {"text": page.text, "url": reverse(page.route), "detail": page.detail(request.actor)}
            for _, page in set_up_pages(request.actor)
        ],
    }
    return render(request, "partners/setup.html", page)


@require_http_methods(["GET", "POST"])
def partnership(request):
    """The partnership's name, area, marking and handling line."""
    own = access.get_partnership(request.actor)
    fields = ("name", "area", "police_command", "marking", "handling", "second_factor_for_all", "version")
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


@require_safe
def history(request):
    """Who changed what in the set-up of the partnership, and when."""
    access.get_partnership(request.actor)
    key = request.GET.get("of", "")
    key = key if key in changes.SOURCES else ""
    rows, older = changes.of_partnership(request.actor, key, request.GET.get("before"))
    kinds = [("", "All"), *((name, source.text) for name, source in changes.SOURCES.items())]
    page = frame(request, "history") | {
        "title": "History",
        "lead": "Who changed what in the set-up, newest first.",
        "rows": rows,
        "older": older,
        "kinds": [
            {"text": text, "url": history_of(name) if name else "?", "active": name == key}
            for name, text in kinds
        ],
    }
    return render(request, "partners/history.html", page)
