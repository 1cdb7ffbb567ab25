"""Mobilisation templates: a partnership's own are added, changed, retired, and taken up again.

A built-in template has no row until a partnership changes it. Each act holds the partnership, so that two people who
keep its templates come one after the other.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from checklists import access
from checklists.models import MobilisationTemplate
from partners.actions.saving import merge
from partners.actor import system_actor
from partners.history import sign
from partners.models import Partnership
from svit import clock, engines
from svit.refused import Refused

FIELDS = ("name", "categories", "kinds", "items")
WORDS = {
    "categories": "for which categories it is chosen first",
    "kinds": "which kinds of agency it asks",
    "items": "which items it gives out",
}


def _held(by, partnership):
    """All templates of the partnership by key, which is held; go on only if `by` keeps them."""
    if not access.can_keep_templates(by) or by.partnership.pk != partnership.pk:
        raise PermissionDenied(access.TEMPLATES_ONLY)
    engines.lock(Partnership.objects.filter(pk=partnership.pk)).get()
    return access.templates_of(partnership, retired=True)


def _live(templates, *, but=None):
    return [row for row in templates.values() if row.retired_at is None and row.key != but]


def _own(template, partnership):
    """The partnership's row of a template. A built-in one gets one as it stood, so that its history begins there."""
    if template.pk is not None:
        return template
    values = {name: getattr(template, name) for name in FIELDS}
    row = MobilisationTemplate(partnership=partnership, key=template.key, **values)
    return _write(row, system_actor("built in"))


def _write(row, by, reason=""):
    row.version += row.pk is not None
    sign(row, by=by, reason=reason).save()
    return row


def _free_name(name, templates, *, but=None):
    for row in _live(templates, but=but):
        if row.name.lower() == name.lower():
            raise Refused(f"There is already a template called {row.name}", "name")


def _take_categories(row, templates, by):
    """A category chooses one template first: what `row` has now, no other has."""
    for other in _live(templates, but=row.key):
        if set(other.categories) & set(row.categories):
            other = _own(other, row.partnership)
            other.categories = [one for one in other.categories if one not in row.categories]
            _write(other, by, f"Its categories moved to {row}")


@transaction.atomic
def add_template(*, partnership, by, name, categories, kinds, items):
    """One more template; the categories that it is chosen first for, no other is chosen first for."""
    templates = _held(by, partnership)
    _free_name(name, templates)
    row = MobilisationTemplate(
        partnership=partnership, name=name, categories=categories, kinds=kinds, items=items
    )
    _take_categories(row, templates, by)
    return _write(row, by)


@transaction.atomic
def change_template(*, template, partnership, by, version=None, choice=None, **values):
    """What it is called, when it is chosen first, whom it asks and what it gives out."""
    templates = _held(by, partnership)
    row = templates[template.key]
    if row.retired_at is not None:
        raise Refused(f"{row} is retired. Use it again first.")
    changes = {name: values[name] for name in FIELDS}
    changed = merge(row, version=version, changes=changes, choice=choice, words=WORDS)
    if not changed:
        return row
    row = _own(row, partnership)
    for name, value in changed.items():
        setattr(row, name, value)
    _free_name(row.name, templates, but=row.key)
    _take_categories(row, templates, by)
    return _write(row, by)


@transaction.atomic
def retire_template(*, template, partnership, by):
    """Nobody is offered it any more. Its categories choose another; incidents mobilised with it stay as they are."""
    templates = _held(by, partnership)
    row = _own(templates[template.key], partnership)
    if row.retired_at is not None:
        raise Refused(f"{row} is retired already.")
    if not _live(templates, but=row.key):
        raise Refused("This is the last template. Add another before it is retired.")
    row.retired_at, row.categories = clock.now(), []
    return _write(row, by, "Retired")


@transaction.atomic
def restore_template(*, template, partnership, by):
    """It is offered again, as it was; for which categories it is chosen first has to be said anew."""
    templates = _held(by, partnership)
    row = _own(templates[template.key], partnership)
    if row.retired_at is None:
        raise Refused(f"{row} is in use already.")
    _free_name(row.name, templates, but=row.key)
    row.retired_at = None
    return _write(row, by, "In use again")
