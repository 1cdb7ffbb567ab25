"""Members of an agency: who joins, in which role, and when that ends."""

from django.db import IntegrityError, transaction

from partners import access
from partners.actions.on_call import end_span
from partners.actions.rule import managing
from partners.history import sign
from partners.models import Membership, OnCall, Role, User
from svit import clock
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


@transaction.atomic
def add_member(*, agency, by, name, email, role, job_title="", telephone=""):
    """A person acts for the agency from now on; whoever has an account is offered the role, and keeps the own name.

    Nobody gives a role to themselves. What is known of an account is not told to whoever types its address.
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
        added_for=by.partnership if access.can_administer(by) and not by.system else None,
    )
    sign(membership, by=by).save()
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
    if not others.filter(user=membership.user).exists():
        for span in OnCall.objects.filter(agency=agency, user=membership.user, until_at__gt=now):
            end_span(span, by=by, at=now, reason="The membership ended")
    return membership
