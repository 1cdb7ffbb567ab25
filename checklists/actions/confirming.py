"""How a partnership reaches what the toolkit names: confirmed by an administrator, changed, withdrawn."""

from django.db import transaction

from checklists.models import ConfirmedContact
from partners.actions.rule import administering
from partners.history import sign
from partners.models import Partnership
from svit import clock, engines
from svit.refused import Refused

NOTHING = "Enter a telephone number or a web address"


def _held(partnership, **subject):
    """What is confirmed about the subject; the partnership is held, so that two confirm one after the other."""
    engines.lock(Partnership.objects.filter(pk=partnership.pk)).get()
    return ConfirmedContact.objects.filter(partnership=partnership, **subject).first()


def _confirm(*, by, partnership, telephone, address, **subject):
    administering(by, partnership)
    row = _held(partnership, **subject) or ConfirmedContact(partnership=partnership, **subject)
    row.telephone, row.address = telephone, address
    row.confirmed_at, row.confirmed_by = clock.now(), by.user
    sign(row, by=by).save()
    return row


@transaction.atomic
def confirm_organisation(*, organisation, partnership, by, telephone, address):
    """Somebody rang, or looked: this is how the organisation is reached."""
    if not telephone and not address:
        raise Refused(NOTHING, "telephone")
    return _confirm(
        by=by, partnership=partnership, organisation=organisation, telephone=telephone, address=address
    )


@transaction.atomic
def confirm_resource(*, name, partnership, by, address):
    """This is where the resource is found, for each phase that names it."""
    return _confirm(
        by=by, partnership=partnership, resource=name, organisation=None, telephone="", address=address
    )


@transaction.atomic
def withdraw_confirmation(*, partnership, by, organisation=None, resource=""):
    """It is not known any more how it is reached: incidents stop showing it at once."""
    administering(by, partnership)
    row = _held(partnership, organisation=organisation, resource=resource)
    if row is None:
        raise Refused(f"{organisation or resource} is not confirmed.")
    sign(row, by=by).delete()
