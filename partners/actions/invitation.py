"""Invitations: sent by whoever adds a member, renewed by whoever holds the link, used once."""

from datetime import timedelta

from django.db import transaction

from partners import access
from partners.actions.letter import write
from partners.actions.rule import managing
from partners.history import remark
from partners.models import Invitation, LetterKind, Membership, User
from svit import clock, engines
from svit.refused import Refused

GOOD_FOR = timedelta(hours=72)
AGAIN_AFTER = timedelta(minutes=5)  # so that nobody's mailbox is filled from an old link


@transaction.atomic
def invite(*, membership, by, onward=""):
    """Send the person a way in that replaces those sent before. The address is the one the membership was made for."""
    membership = (
        engines.lock(Membership.objects.filter(pk=membership.pk)).select_related("user", "agency").get()
    )
    now = clock.now()
    if membership.user.joined_at is not None:
        raise Refused(f"{membership.who} has set up already, and can ask for a new password at sign-in.")
    if not membership.may_act(now):
        raise Refused("This membership has ended, so nobody is invited to it.")
    again = membership.invitations.exists()
    membership.invitations.filter(used_at=None, revoked_at=None).update(revoked_at=now)
    invitation = Invitation.objects.create(
        membership=membership, made_at=now, made_by=by.user, expires_at=now + GOOD_FOR
    )
    write(LetterKind.INVITATION, membership=membership, onward=onward)
    if again:
        remark(membership, by=by, reason="Invited again")
    return invitation


@transaction.atomic
def invite_again(*, membership, by):
    """Whoever gives the role sends a new way in. Of an account that it is only offered to, nothing is told."""
    agency = managing(by, membership.agency)
    membership = Membership.objects.select_related("user", "agency").get(pk=membership.pk)
    if membership.role not in access.roles_to_give(by, agency):
        raise Refused(access.PRACTITIONERS_ONLY)
    if membership.picked_at is None:
        raise Refused(f"{membership.who} has not taken this role up, so there is nothing to send again.")
    return invite(membership=membership, by=by)


@transaction.atomic
def renew(*, invitation, by, onward=""):
    """Whoever holds a link that is too old has a new one sent to the same address, and to no other."""
    latest = engines.lock(Invitation.objects.filter(membership=invitation.membership)).last()
    if latest.state(clock.now()) not in ("open", "expired"):
        raise Refused("This invitation can no longer be used. Ask whoever invited you.")
    if clock.now() - latest.made_at < AGAIN_AFTER:
        raise Refused("A new invitation was sent a few minutes ago. Look for it in your mailbox.")
    return invite(membership=invitation.membership, by=by, onward=onward)


@transaction.atomic
def accept(*, invitation, password=None):
    """The person sets up: from now on the account is theirs. `password` is None where another service signs them in."""
    invitation = engines.lock(Invitation.objects.filter(pk=invitation.pk)).get()
    membership = Membership.objects.select_related("user", "agency").get(pk=invitation.membership_id)
    invitation.membership = membership
    now = clock.now()
    if invitation.state(now) != "open":
        raise Refused("This invitation can no longer be used.")
    user = engines.lock(User.objects.filter(pk=membership.user_id)).get()
    user.joined_at = now
    if password is not None:
        user.set_password(password)
    user.save(update_fields=["joined_at", "password"])
    invitation.used_at = now
    invitation.save(update_fields=["used_at"])
    # Any other that waits for the same person is taken up with this one
    Invitation.objects.filter(membership__user=user, used_at=None, revoked_at=None).update(revoked_at=now)
    return user
