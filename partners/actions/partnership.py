"""A partnership: opening one with its CSP agency, and changing what it is called."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from partners.actions.agency import make
from partners.actions.rule import administering
from partners.actions.saving import merge, save
from partners.history import sign
from partners.models import AgencyKind, Partnership
from svit import engines
from svit.refused import Refused

FIELDS = ("name", "area", "police_command", "marking", "handling", "second_factor_for_all")


@transaction.atomic
def open_partnership(*, by, name, code, area, csp_name, police_command="", **contact):
    """A new partnership and its one CSP agency, whose members will coordinate. A command's act alone."""
    if not by.system:
        raise PermissionDenied("A partnership is opened by whoever runs the service.")
    if (
        Partnership.objects.filter(name__iexact=name).exists()
        or Partnership.objects.filter(code=code).exists()
    ):
        raise Refused(f"There is already a partnership called {name}, or with the prefix {code}.")
    partnership = Partnership(name=name, code=code, area=area, police_command=police_command)
    sign(partnership, by=by).save()
    make(
        by=by,
        name=csp_name,
        kind=AgencyKind.COMMUNITY_SAFETY,
        serves=[partnership],
        csp_of=partnership,
        **contact,
    )
    return partnership


@transaction.atomic
def change_partnership(*, partnership, by, version=None, choice=None, **values):
    """Its name, area, police command, marking and handling line. The reference prefix stays."""
    administering(by, partnership)
    partnership = engines.lock(Partnership.objects.filter(pk=partnership.pk)).get()
    changes = {name: values[name] for name in FIELDS if name in values}
    changed = merge(partnership, version=version, changes=changes, choice=choice)
    others = Partnership.objects.exclude(pk=partnership.pk)
    if "name" in changed and others.filter(name__iexact=changed["name"]).exists():
        raise Refused("Another partnership has this name", "name")
    return save(partnership, by=by, changed=changed) if changed else partnership
