"""Members of an agency: who joins, in which role, and when that ends."""

from django.db import IntegrityError, transaction

from partners import access, queries
from partners.actions.invitation import invite
from partners.actions.letter import write
from partners.actions.on_call import end_span
from partners.actions.rule import managing
from partners.csv_import import members
from partners.history import sign
from partners.models import INCIDENT_ROLES, LetterKind, Membership, OnCall, Role, User
from partners.reminders import look_at_rotas
from reminders import wake
from svit import clock, engines
from svit.refused import Refused


def _person(email, values):
    """(the person of this address, whether the account was there), made without a password where nobody has it yet."""
    email = User.objects.normalize_email(email).lower()
    user = User.objects.filter(email__iexact=email).first()
    if user is not None:
        return user, True
    try:
        with transaction.atomic():
            return User.objects.create_user(email, **values), False
    except IntegrityError as error:
        raise Refused(
            "Somebody else added this address a moment ago. Send the form again.", "email"
        ) from error


CHANGED = "Members have changed since the file was checked, so nobody was invited. Look at the rows below."


@transaction.atomic
def invite_all(*, by, sheet):
    """Check the sheet again and invite everybody in it. One bad row, and nobody is."""
    plan = members.check(sheet, by)
    if plan.problems:
        raise Refused(CHANGED)
    told = set()
    for row in plan.people:
        add_member(agency=row.agency, by=by, role=row.role, told=told, **row.values)
    return plan


@transaction.atomic
def add_member(*, agency, by, name, email, role, job_title="", telephone="", told=None):
    """A person is invited to act for the agency; whoever has an account is offered the role, and keeps the own name.

    `told` are those who were written to already, where many are added at once: each is told of an agency once.
    Nobody gives a role to themselves, and a role that opens incidents waits for a CSP manager. What is known of an
    account is not told to whoever types its address.
    """
    agency = managing(by, agency)
    if role not in access.roles_to_give(by, agency):
        raise Refused("Choose a role that you can give in this agency", "role")
    if not agency.active:
        raise Refused(f"{agency} is closed, so nobody can join it.")
    user, there_already = _person(email, {"name": name, "job_title": job_title, "telephone": telephone})
    if by.user and user.pk == by.user.pk:
        raise Refused("You cannot give a role to yourself. Ask another administrator", "email")
    if not user.is_active:
        raise Refused("The account of this address is closed. Ask whoever runs the service", "email")
    now = clock.now()
    there = Membership.objects.filter(user=user, agency=agency, role=role)
    if there.filter(until_at__isnull=True).exists() or there.filter(until_at__gt=now).exists():
        raise Refused(f"This address has this role in {agency} already.", "email")
    membership = Membership(
        user=user,
        agency=agency,
        role=role,
        from_at=now,
        picked_at=None if there_already else now,
        confirmed_at=None if role in INCIDENT_ROLES and not by.system else now,
        added_by=by.user,
        added_for=by.partnership if access.can_administer(by) and not by.system else None,
    )
    sign(membership, by=by).save()
    if user.joined_at is None:
        invite(membership=membership, by=by)
    else:
        write(LetterKind.OFFER, membership=membership)
    _tell(membership, set() if told is None else told)
    return membership


def _tell(membership, told):
    """Write to those who confirm the role, and to those who answer for the agency in another borough."""
    letters = []
    if membership.confirmed_at is None:
        letters += [(LetterKind.TO_CONFIRM, address) for address in queries.who_confirms(membership)]
    letters += [(LetterKind.JOINED, address) for address in queries.concerned(membership)]
    for kind, address in letters:
        if (kind, address, membership.agency_id) not in told:
            told.add((kind, address, membership.agency_id))
            write(kind, membership=membership, address=address)


@transaction.atomic
def confirm_member(*, membership, by):
    """A CSP manager says that this person has this role: only now does it open incidents."""
    membership = _waiting(membership, by)
    membership.confirmed_at, membership.confirmed_by = clock.now(), by.user
    sign(membership, by=by, reason="Confirmed").save(update_fields=["confirmed_at", "confirmed_by"])
    return membership


@transaction.atomic
def decline_member(*, membership, by, reason):
    """A CSP manager says that this person has not this role: it ends before it began."""
    membership = _waiting(membership, by)
    membership.until_at = clock.now()
    sign(membership, by=by, reason=f"Not confirmed: {reason}").save(update_fields=["until_at"])
    return membership


def _waiting(membership, by):
    """The membership, held, if it still waits for `by` to confirm it."""
    membership = (
        engines.lock(Membership.objects.filter(pk=membership.pk)).select_related("user", "agency").get()
    )
    if not access.can_confirm(by, membership):
        raise Refused("Another CSP manager of the partnership has to confirm this role.")
    if membership.confirmed_at is not None or not membership.may_act(clock.now()):
        raise Refused("This role no longer waits to be confirmed.")
    return membership


@transaction.atomic
def end_membership(*, membership, by):
    """The person acts for the agency no more, from this minute; the duty that lay ahead ends with it."""
    agency = managing(by, membership.agency)
    membership = Membership.objects.select_related("user", "agency").get(pk=membership.pk)
    now = clock.now()
    if membership.role not in access.roles_to_give(by, agency):
        raise Refused(access.PRACTITIONERS_ONLY)
    if by.user and membership.user_id == by.user.pk:
        raise Refused("You cannot end your own membership. Another administrator can.")
    if membership.until_at is not None and membership.until_at <= now:
        raise Refused(f"{membership.who} left {agency} already.")
    others = Membership.objects.current().filter(agency=agency).exclude(pk=membership.pk)
    if membership.role == Role.ADMINISTRATOR and not others.filter(role=Role.ADMINISTRATOR).exists():
        raise Refused("This is the last administrator. Add another before this one leaves.")
    membership.until_at = now
    sign(membership, by=by, reason="Ended").save(update_fields=["until_at"])
    membership.invitations.filter(used_at=None, revoked_at=None).update(revoked_at=now)
    if not others.filter(user=membership.user).exists():
        for span in OnCall.objects.filter(agency=agency, user=membership.user, until_at__gt=now):
            end_span(span, by=by, at=now, reason="The membership ended")
        look_at_rotas(now, agency=agency)
        wake()
    return membership
