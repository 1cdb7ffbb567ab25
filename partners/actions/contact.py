"""The directory: people, networks and forums to ring, and whom they represent."""

from django.db import IntegrityError, transaction

from partners import access
from partners.actions.rule import administering
from partners.actions.saving import merge, save
from partners.history import sign
from partners.models import Contact
from partners.reminders import next_confirm_remind_at
from reminders.actions import over
from svit import clock, engines
from svit.refused import Refused

FIELDS = ("kind", "name", "represents", "agency", "telephone", "email")
THERE = "The directory already has this name for the same people or place"


def _held(by, contact):
    """The entry as it stands now, held until the transaction ends; somebody else may have removed it."""
    administering(by, contact.partnership)
    held = engines.lock(Contact.objects.filter(pk=contact.pk)).first()
    if held is None:
        raise Refused(f"Somebody else has removed {contact} from the directory.")
    return held


def _check(by, partnership, values, *, but=None):
    """Refuse a second entry of the same name and an agency that the partnership does not have."""
    same = Contact.objects.filter(
        partnership=partnership, name__iexact=values["name"], represents__iexact=values["represents"]
    )
    if same.exclude(pk=but.pk if but else None).exists():
        raise Refused(THERE, "name")
    agency = values.get("agency")
    if agency is not None and not access.can_manage(by, agency):
        raise Refused("Choose an agency of the partnership", "agency")


def _write(act):
    try:
        with transaction.atomic():
            return act()
    except IntegrityError as error:
        raise Refused(THERE, "name") from error


@transaction.atomic
def add_contact(*, by, partnership, **values):
    """A new entry, confirmed by whoever writes it."""
    administering(by, partnership)
    _check(by, partnership, values)
    contact = _confirmed(Contact(partnership=partnership, **values))
    _write(sign(contact, by=by).save)
    return contact


@transaction.atomic
def change_contact(*, contact, by, version=None, choice=None, **values):
    """What an entry says; whoever changes it confirms it."""
    contact = _held(by, contact)
    changes = {name: values[name] for name in FIELDS}
    changed = merge(contact, version=version, changes=changes, choice=choice)
    _check(by, contact.partnership, {name: getattr(contact, name) for name in FIELDS} | changed, but=contact)
    also = ["confirmed_at", "remind_at"]
    return _write(lambda: save(_confirmed(contact), by=by, changed=changed, also=also))


@transaction.atomic
def confirm_contact(*, contact, by):
    """Somebody rang, and the entry is right."""
    contact = _held(by, contact)
    sign(_confirmed(contact), by=by, reason="Confirmed").save(update_fields=["confirmed_at", "remind_at"])
    return contact


def _confirmed(contact):
    """Confirmed now: the year begins anew, and what was said of the entry is over."""
    contact.confirmed_at = clock.now()
    contact.remind_at = next_confirm_remind_at(contact, contact.confirmed_at)
    over(contact.uuid)
    return contact


@transaction.atomic
def remove_contact(*, contact, by):
    """The entry goes."""
    over(contact.uuid)
    sign(_held(by, contact), by=by).delete()
