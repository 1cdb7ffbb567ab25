"""The mobilisation templates of the partnership: list, add, change, retire, use again."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checklists import access, actions, forms, queries
from checklists.mobilising import categories_in_words, items_in_words, kinds_in_words
from partners import changes
from partners.views.setup import frame
from svit.refused import Refused, perform


@require_safe
def templates(request):
    """The templates in the order in which the mobilise page offers them, and those that are retired."""
    own = access.get_templates(request.actor)
    rows = [_dress(row) for row in queries.templates_of(own, retired=True).values()]
    page = frame(request, "templates") | {
        "rows": [row for row in rows if row["template"].retired_at is None],
        "retired": [row for row in rows if row["template"].retired_at],
    }
    return render(request, "checklists/templates.html", page)


def _dress(template):
    return {
        "template": template,
        "first_for": categories_in_words(template.categories),
        "asks": kinds_in_words(template.kinds),
        "gives": items_in_words(template.items),
    }


@require_http_methods(["GET", "POST"])
def new_template(request):
    """One more template."""
    own = access.get_templates(request.actor)
    form = forms.TemplateForm(request.POST or None, phases=queries.items_to_choose())
    if form.is_valid() and perform(form, actions.add_template, partnership=own, by=request.actor):
        messages.success(request, f"{form.result} added.")
        return redirect("setup-templates")
    return _form(request, form, title="Add a template", submit="Add template")


@require_http_methods(["GET", "POST"])
def change_template(request, key):
    """What a template is called, when it is chosen first, whom it asks and what it gives out."""
    found = access.get_template(request.actor, key)
    if found.retired_at:
        messages.info(request, f"{found} is retired. Use it again first.")
        return redirect("setup-templates")
    initial = {name: getattr(found, name) for name in ("name", "categories", "kinds", "items", "version")}
    form = forms.ChangeTemplateForm(request.POST or None, phases=queries.items_to_choose(), initial=initial)
    if form.is_valid() and perform(
        form, actions.change_template, template=found, partnership=request.actor.partnership, by=request.actor
    ):
        messages.success(request, f"{form.result} changed.")
        return redirect("setup-templates")
    return _form(request, form, title="Change template", submit="Save", caption=found.name, template=found)


@require_safe
def template_history(request, key):
    """Who changed what about a template, and when. A built-in one has no history until it is changed."""
    found = access.get_template(request.actor, key)
    rows, older = changes.of_row("templates", found, request.GET.get("before"))
    back = reverse("setup-templates") if found.retired_at else reverse("setup-change-template", args=[key])
    page = frame(request, "templates") | {
        "title": "History",
        "caption": found.name,
        "lead": "Who changed what about this template, newest first.",
        "rows": rows,
        "older": older,
        "back_url": back,
        "history_url": "",
    }
    return render(request, "partners/history.html", page)


@require_http_methods(["GET", "POST"])
def retire_template(request, key):
    """Ask first, then take it off the mobilise page."""
    found = access.get_template(request.actor, key)
    if request.method == "POST":
        return _do(request, actions.retire_template, found, f"{found} is retired.")
    left = queries.templates_of(request.actor.partnership)
    left.pop(key, None)
    page = frame(request, "templates") | {
        "title": f"Retire {found}?",
        "first_for": categories_in_words(found.categories),
        "instead": next(iter(left.values()), None),
        "back_url": reverse("setup-templates"),
    }
    return render(request, "checklists/retire_template.html", page)


@require_POST
def restore_template(request, key):
    """A retired template is offered again."""
    found = access.get_template(request.actor, key)
    return _do(request, actions.restore_template, found, f"{found} is in use again.")


def _do(request, action, found, words):
    try:
        action(template=found, partnership=request.actor.partnership, by=request.actor)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, words)
    return redirect("setup-templates")


def _form(request, form, **words):
    back = reverse("setup-templates")
    page = frame(request, "templates") | {"form": form, "back_url": back, "cancel_url": back, **words}
    return render(request, "checklists/template_form.html", page)
