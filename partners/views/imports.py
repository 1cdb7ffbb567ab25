"""Importing a partner directory: choose a file, look at what it would make, confirm."""

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners import access, actions, csv_import
from partners.csv_import import Unreadable
from partners.forms.setup import ImportForm
from partners.models import AgencyKind
from partners.views.setup import frame
from svit.refused import Refused

SALT = "partners.import"
MINUTES = 60


@require_http_methods(["GET", "POST"])
def directory(request):
    """Choose a file; then a dry run, which writes nothing."""
    own = access.get_partnership(request.actor)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            sheet = csv_import.read(file.read(csv_import.LARGEST + 1))
        except Unreadable as reason:
            form.add_error("file", str(reason))
        else:
            return _dry_run(request, own, sheet, file.name)
    return _choose(request, form)


@require_POST
def confirm(request):
    """Import the very text of the dry run: signed, and for this person and partnership alone."""
    own = access.get_partnership(request.actor)
    try:
        checked = signing.loads(request.POST.get("checked", ""), salt=SALT, max_age=MINUTES * 60)
        mine = checked["user"] == request.user.pk and checked["partnership"] == own.pk
    except (signing.BadSignature, UnicodeError):
        mine = False
    if not mine:
        messages.error(request, "The check is too old, so nothing was imported. Choose the file again.")
        return redirect("setup-import")
    sheet = csv_import.read_text(checked["text"])
    try:
        plan = actions.import_directory(by=request.actor, partnership=own, sheet=sheet)
    except Refused as refusal:
        return _dry_run(request, own, sheet, checked["name"], refusal.message)
    messages.success(
        request,
        f"Imported {_count(plan.agencies, 'agency', 'agencies')} and"
        f" {_count(plan.contacts, 'contact', 'contacts')}.",
    )
    return redirect("setup-agencies" if plan.agencies else "setup-contacts")


@require_safe
def sample(request):
    """A file with the columns and three rows, to be filled in."""
    access.get_partnership(request.actor)
    return HttpResponse(
        csv_import.sample(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="partner-directory.csv"'},
    )


def _count(rows, one, many):
    return f"{len(rows)} {one if len(rows) == 1 else many}"


def _choose(request, form):
    page = frame(request, "import") | {
        "form": form,
        "title": "Import a partner directory",
        "submit": "Check the file",
        "columns": csv_import.COLUMNS.items(),
        "kinds": [kind.label for kind in AgencyKind if kind != AgencyKind.COMMUNITY_SAFETY],
        "most_rows": csv_import.MOST_ROWS,
    }
    return render(request, "partners/import.html", page)


def _dry_run(request, partnership, sheet, name, refusal=""):
    """What an import would make and which lines cannot be taken."""
    plan = csv_import.check(sheet, partnership)
    checked = ""
    if plan.makes_something and not plan.problems:
        whose = {"user": request.user.pk, "partnership": partnership.pk, "name": name[:100]}
        checked = signing.dumps({**whose, "text": sheet.text}, salt=SALT, compress=True)
    page = frame(request, "import") | {
        "plan": plan,
        "agencies": plan.listed_agencies(),
        "contacts": plan.listed_contacts(),
        "notes": sheet.notes,
        "name": name,
        "checked": checked,
        "refusal": refusal,
        "back_url": reverse("setup-import"),
        "problem_lines": len({line for line, _ in plan.problems}),
    }
    return render(request, "partners/import_check.html", page)
