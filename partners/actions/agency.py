"""Agencies: making one with its auth group, changing, sharing, closing."""

import uuid

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from partners import queries
from partners.actions.rule import administering, managing
from partners.actions.saving import merge, save
from partners.history import remark, sign
from partners.models import Agency, AgencyKind, Partnership
from svit.refused import Refused

FIELDS = ("name", "kind", "regime", "telephone", "email", "address")
WORDS = {"regime": "data protection rules"}
TAKEN = "There is already an agency called {}"
ELSEWHERE = "{} serves another borough. Its administrator can share it with yours"


def make(*, by, name, kind, serves, csp_of=None, reason="", **values):
    """The rows of an agency: its auth group first, which will hold the grants of its engagements."""
    identity = uuid.uuid4()
    group = Group.objects.create(name=f"agency {identity}")
    agency = Agency(uuid=identity, name=name, kind=kind, group=group, csp_of=csp_of, **values)
    sign(agency, by=by, reason=reason).save()
    agency.partnerships.set(serves)
    return agency


def free_name(name, partnership, *, but=None):
    """Refuse a name that is taken, and say whether it is taken here or in another borough."""
    found = queries.named(name)
    if found is None or found == but:
        return
    here = partnership is None or found.partnerships.filter(pk=partnership.pk).exists()
    raise Refused((TAKEN if here else ELSEWHERE).format(found.name), "name")


def _write(act, name):
    """Run `act`; a name that somebody else took at the same moment is refused like any taken one."""
    try:
        with transaction.atomic():
            return act()
    except IntegrityError as error:
        raise Refused(TAKEN.format(name), "name") from error


@transaction.atomic
def create_agency(*, by, partnership, name, kind, **values):
    """A new agency that serves the partnership."""
    administering(by, partnership)
    if kind == AgencyKind.COMMUNITY_SAFETY:
        raise Refused("A partnership has one community safety agency, and it is there already", "kind")
    free_name(name, partnership)
    return _write(lambda: make(by=by, name=name, kind=kind, serves=[partnership], **values), name)


@transaction.atomic
def change_agency(*, agency, by, version=None, choice=None, **values):
    """What an agency is called, and how it is reached."""
    agency = managing(by, agency, administer=True)
    changes = {name: values[name] for name in FIELDS if name in values}
    changed = merge(agency, version=version, changes=changes, choice=choice, words=WORDS)
    kind = changed.get("kind", agency.kind)
    if (kind == AgencyKind.COMMUNITY_SAFETY) != bool(agency.csp_of_id):
        raise Refused(
            "Choose what kind of agency it is: the community safety agency stays what it is", "kind"
        )
    if not changed:
        return agency
    name = changed.get("name", agency.name)
    free_name(name, by.partnership, but=agency)
    return _write(lambda: save(agency, by=by, changed=changed), name)


@transaction.atomic
def share_agency(*, agency, by, partnership):
    """The agency serves another partnership as well, whose administrator may then set it up too."""
    agency = managing(by, agency, administer=True)
    if agency.csp_of_id:
        raise Refused("A community safety agency serves its own partnership alone.", "partnership")
    if agency.partnerships.filter(pk=partnership.pk).exists():
        raise Refused(f"{agency} serves {partnership} already", "partnership")
    agency.partnerships.add(partnership)
    remark(agency, by=by, reason=f"Shared with {partnership}")
    return agency


@transaction.atomic
def close_agency(*, agency, by):
    """It serves the partnership no more. Where it serves no other, its members can no longer act for it."""
    agency = managing(by, agency, administer=True)
    if agency.csp_of_id:
        raise Refused("The community safety agency runs the partnership, so it cannot be closed.")
    if agency.partnerships.exclude(pk=by.partnership.pk).exists():
        agency.partnerships.remove(by.partnership)
        remark(agency, by=by, reason=f"Serves {by.partnership} no more")
        remark(
            Partnership.objects.get(pk=by.partnership.pk), by=by, reason=f"{agency} was taken off the list"
        )
    else:
        agency.active = False
        sign(agency, by=by, reason="Taken off the list").save(update_fields=["active"])
    return agency


@transaction.atomic
def reopen_agency(*, agency, by):
    """It is active again, with the members it had."""
    agency = managing(by, agency, administer=True)
    if agency.active:
        raise Refused(f"{agency} is active already.")
    agency.active = True
    sign(agency, by=by, reason="Opened again").save(update_fields=["active"])
    return agency
