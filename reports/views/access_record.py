"""The access record: acts, reveals, the disclosure register and the export for its officer; for all, their own."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from incidents.actions import oversee
from incidents.forms import GovernanceReasonForm, RevealForm
from reports.access_record import access, actions, queries
from reports.access_record.forms import ActsForm, ExportForm
from svit import clock
from svit.asked import ask
from svit.refused import perform

REASONS = dict(RevealForm.base_fields["reason"].choices) | dict(
    GovernanceReasonForm.base_fields["reason"].choices
)


def _in_words(page, name):
    """A page of rows, with the reason that was chosen from a list as the list says it."""
    rows, older = page
    for row in rows:
        row.why = REASONS.get(getattr(row, name), getattr(row, name))
    return rows, older


def _partnership(request):
    """The officer's partnership; that they read its access record is recorded before anything is shown."""
    partnership = access.get_oversight(request.actor)
    oversee(partnership, by=request.actor, subject_kind=actions.KIND)
    return partnership


@require_http_methods(["GET", "HEAD", "POST"])
def acts(request):
    """Who did what on which record, the latest first; by person, record, agency, act and day."""
    partnership = _partnership(request)
    asked = ask(request, ActsForm, partnership=partnership)
    if asked.onward:
        return asked.onward
    form, rows, older = asked.form, [], None
    if not form.errors:
        found = queries.matching(access.visible_acts(partnership), **asked.answers)
        rows, older = _in_words(queries.acts(found, request.GET.get("before")), "purpose")
    page = {
        "form": form,
        "rows": rows,
        "older": older,
        "filtered": any(asked.answers.values()),
        "open": asked.open,
        "chosen": _chosen(request, asked.answers),
    }
    return render(request, "reports/access_record/acts.html", page)


def _chosen(request, asked):
    """What was chosen by a link, and how to take it off: one person, one record."""
    said = []
    for name, words in (("by", f"Person: {asked.get('by')}"), ("record", "One record")):
        if asked.get(name):
            rest = request.GET.copy()
            rest.pop(name, None)
            rest.pop("before", None)
            said.append({"text": words, "remove_url": f"{request.path}?{rest.urlencode()}"})
    return said


@require_safe
def reveals(request):
    """Reasons that were given to read what is restricted, and engagements that an agency gave itself."""
    partnership = _partnership(request)
    before = request.GET.get("before")
    rows, older = _in_words(queries.reveals(partnership, before), "reason")
    broken = [] if before else queries.break_glass(partnership)
    page = {"rows": rows, "older": older, "broken": broken, "now": clock.now()}
    return render(request, "reports/access_record/reveals.html", page)


@require_safe
def disclosures(request):
    """The disclosure register: what went to whom, what for, and the hash of each file that was taken away."""
    rows, older = queries.disclosures(_partnership(request), request.GET.get("before"))
    return render(request, "reports/access_record/disclosures.html", {"rows": rows, "older": older})


@require_http_methods(["GET", "POST"])
def export(request):
    """For whom and what for; then the file, which is recorded with its hash."""
    partnership = _partnership(request)
    form = ExportForm(request.POST or None)
    if form.is_valid() and perform(form, actions.hand_on, by=request.actor):
        answer = HttpResponse(form.result, content_type="application/zip")
        name = f"access-record-{partnership.code}-{clock.today().isoformat()}.zip"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer
    page = {"form": form, "cancel_url": reverse("access-record")}
    return render(request, "reports/access_record/export.html", page)


@require_safe
def own(request):
    """What is recorded of whoever is signed in, wherever they did it."""
    own_acts = queries.acts(access.own_acts(request.actor), request.GET.get("before"))
    rows, older = _in_words(own_acts, "purpose")
    return render(request, "reports/access_record/own.html", {"rows": rows, "older": older})
