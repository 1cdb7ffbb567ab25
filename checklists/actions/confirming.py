"""How a partnership reaches what the toolkit names: confirmed by an administrator, changed, withdrawn."""

from django.db import transaction

from checklists.models import ConfirmedContact
from partners.actions.rule import administering
from partners.actions.saving import merge, save
from partners.history import sign
from partners.models import Partnership
from svit import clock, engines
from svit.refused import Refused

NOTHING = "Enter a telephone number or a web address"


def _held(partnership, **subject):
    """What is confirmed about the subject; the partnership is held, so that two confirm one after the other."""
    engines.lock(Partnership.objects.filter(pk=partnership.pk)).get()
    return ConfirmedContact.objects.filter(partnership=partnership, **subject).first()


def _confirm(changes, *, by, partnership, version, choice, **subject):
    administering(by, partnership)
    row = _held(partnership, **subject)
    if row is None:
        row = ConfirmedContact(partnership=partnership, confirmed_by=by.user, **changes, **subject)
        sign(row, by=by).save()
        return row
    changed = merge(row, version=version, changes=changes, choice=choice, blank=ConfirmedContact())
    reached = {"telephone": row.telephone, "address": row.address} | changed
    if not any(reached.values()):
        raise Refused(NOTHING, "telephone")
    row.confirmed_at, row.confirmed_by = clock.now(), by.user
    return save(row, by=by, changed=changed, also=["confirmed_at", "confirmed_by"])


@transaction.atomic
def confirm_organisation(*, organisation, partnership, by, telephone, address, version=None, choice=None):
    """Somebody rang, or looked: this is how the organisation is reached. Version 0: nothing was confirmed yet."""
    if not telephone and not address:
        raise Refused(NOTHING, "telephone")
    return _confirm(
        {"telephone": telephone, "address": address},
        by=by,
        partnership=partnership,
        organisation=organisation,
        version=version,
        choice=choice,
    )


@transaction.atomic
def confirm_resource(*, name, partnership, by, address, version=None, choice=None):
    """This is where the resource is found, for each phase that names it."""
    return _confirm(
        {"address": address},
        by=by,
        partnership=partnership,
        resource=name,
        organisation=None,
        version=version,
        choice=choice,
    )


@transaction.atomic
def withdraw_confirmation(*, partnership, by, organisation=None, resource=""):
    """It is not known any more how it is reached: incidents stop showing it at once."""
    administering(by, partnership)
    row = _held(partnership, organisation=organisation, resource=resource)
    if row is None:
        raise Refused(f"{organisation or resource} is not confirmed.")
    sign(row, by=by).delete()
