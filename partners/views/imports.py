"""Importing a CSV file: choose it, look at what it would make, confirm. A partner directory, or people to invite."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners import access, actions
from partners.csv_import import directory as directories
from partners.csv_import import members as people
from partners.csv_import.sheet import LARGEST, Unreadable
from partners.forms.setup import ImportForm
from partners.models import AgencyKind, Role
from partners.views.setup import frame
from svit.refused import Refused
from svit.templatetags.svit import plural

SALT = "partners.import"
MINUTES = 60


@dataclass(frozen=True)
class Import:
    """One kind of file: who may import it, what reads it, what it makes, and the words around it."""

    key: str
    title: str
    tab: str
    door: Callable
    reader: ModuleType
    check: Callable
    act: Callable
    done: Callable
    lead: str
    button: str
    route: str

    @property
    def confirm_url(self):
        return reverse(f"{self.route}-confirm")

    @property
    def sample_url(self):
        return reverse(f"{self.route}-sample")


def _imported(plan):
    """What to say of an imported directory, and where to go."""
    made = [plural(len(plan.agencies), "agency,agencies"), plural(len(plan.contacts), "contact,contacts")]
    return f"Imported {' and '.join(made)}.", "setup-agencies" if plan.agencies else "setup-contacts"


def _invited(plan):
    """The same of people."""
    people = plural(len(plan.people), "person was,people were")
    return f"{people} added. Invitations go out.", "setup-members"


DIRECTORY = Import(
    key="directory",
    title="Import a partner directory",
    tab="import",
    door=access.get_partnership,
    reader=directories,
    check=lambda sheet, by: directories.check(sheet, by.partnership),
    act=lambda sheet, by: actions.import_directory(by=by, partnership=by.partnership, sheet=sheet),
    done=_imported,
    lead="What is there already stays as it is.",
    button="Import all of it",
    route="setup-import",
)
MEMBERS = Import(
    key="members",
    title="Invite people by a file",
    tab="members",
    door=access.get_set_up,
    reader=people,
    check=people.check,
    act=lambda sheet, by: actions.invite_all(by=by, sheet=sheet),
    done=_invited,
    button="Invite them all",
    lead="Whoever has the role already is left alone. Each of the others gets an invitation.",
    route="setup-invite",
)


@require_http_methods(["GET", "POST"])
def directory(request):
    """A partner directory: choose a file; then a dry run, which writes nothing."""
    return _choose(request, DIRECTORY)


@require_POST
def confirm(request):
    return _confirm(request, DIRECTORY)


@require_safe
def sample(request):
    return _sample(request, DIRECTORY)


@require_http_methods(["GET", "POST"])
def members(request):
    """People to invite: choose a file; then a dry run, which writes nothing."""
    return _choose(request, MEMBERS)


@require_POST
def confirm_members(request):
    return _confirm(request, MEMBERS)


@require_safe
def sample_of_members(request):
    return _sample(request, MEMBERS)


def _choose(request, kind):
    kind.door(request.actor)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            sheet = kind.reader.read(file.read(LARGEST + 1))
        except Unreadable as reason:
            form.add_error("file", str(reason))
        else:
            return _dry_run(request, kind, sheet, file.name)
    page = frame(request, kind.tab) | {
        "form": form,
        "kind": kind,
        "title": kind.title,
        "submit": "Check the file",
        "columns": kind.reader.COLUMNS.items(),
        "kinds": [each.label for each in AgencyKind if each != AgencyKind.COMMUNITY_SAFETY],
        "roles": [role.label for role in Role],
        "most_rows": kind.reader.TABLE.most_rows,
    }
    return render(request, "partners/import.html", page)


def _confirm(request, kind):
    """Import the very text of the dry run: signed, and for this person, membership and kind of file alone."""
    kind.door(request.actor)
    try:
        checked = signing.loads(request.POST.get("checked", ""), salt=SALT, max_age=MINUTES * 60)
        mine = checked["by"] == [request.actor.membership.pk, kind.key]
    except (signing.BadSignature, UnicodeError):
        mine = False
    if not mine:
        messages.error(request, "The check is too old, so nothing was imported. Choose the file again.")
        return redirect(kind.route)
    sheet = kind.reader.read_text(checked["text"])
    try:
        plan = kind.act(sheet, request.actor)
    except Refused as refusal:
        return _dry_run(request, kind, sheet, checked["name"], refusal.message)
    words, onward = kind.done(plan)
    messages.success(request, words)
    return redirect(onward)


def _sample(request, kind):
    """A file with the columns and some rows, to be filled in."""
    kind.door(request.actor)
    return HttpResponse(
        kind.reader.sample(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{kind.key}.csv"'},
    )


def _dry_run(request, kind, sheet, name, refusal=""):
    """What an import would make and which lines cannot be taken."""
    plan = kind.check(sheet, request.actor)
    checked = ""
    if plan.makes_something and not plan.problems:
        whose = {"by": [request.actor.membership.pk, kind.key], "name": name[:100]}
        checked = signing.dumps({**whose, "text": sheet.text}, salt=SALT, compress=True)
    page = frame(request, kind.tab) | {
        "plan": plan,
        "kind": kind,
        "notes": sheet.notes,
        "name": name,
        "checked": checked,
        "refusal": refusal,
        "back_url": reverse(kind.route),
        "problem_lines": len({line for line, _ in plan.problems}),
    }
    return render(request, "partners/import_check.html", page)
