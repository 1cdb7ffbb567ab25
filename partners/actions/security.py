"""What others do to how somebody signs in: a new way in for whoever lost phone and codes; a new key for secrets."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialApp
from allauth.usersessions.models import UserSession
from django.db import transaction

from partners import access
from partners.actions.letter import write
from partners.actions.rule import managing
from partners.history import remark
from partners.models import LetterKind, Membership
from svit import clock, encryption
from svit.refused import Refused

OTHER_ROLES = (
    "This person has another role too, which is not yours to give. Only whoever gives each of them does this."
)


@transaction.atomic
def reset_second_factor(*, membership, by):
    """Take a person's second factors away and end the sessions; the password stays, and a new factor is asked for.

    Factors and sessions are the account's: whoever may not do this for each role that the person has taken up, in
    whichever agency, may not do it at all. An offered role is none yet, for anybody can be offered one.
    """
    agency = managing(by, membership.agency)
    membership = Membership.objects.select_related("user", "agency").get(pk=membership.pk)
    user = membership.user
    if membership.role not in access.roles_to_give(by, agency):
        raise Refused(access.PRACTITIONERS_ONLY)
    if by.user and user.pk == by.user.pk:
        raise Refused("You cannot do this for yourself. Another administrator can.")
    if not membership.may_act(clock.now()):
        raise Refused(f"{membership.who} left {agency} already.")
    if membership.picked_at is None:
        raise Refused(
            f"{membership.who} has not taken this role up, so it gives you no say over the account."
        )
    others = Membership.objects.may_act().filter(user=user, picked_at__isnull=False).exclude(pk=membership.pk)
    if any(one.role not in access.roles_to_give(by, one.agency) for one in others.select_related("agency")):
        raise Refused(OTHER_ROLES)
    if not Authenticator.objects.filter(user=user).exists():
        raise Refused(f"{membership.who} has no second factor, so there is nothing to take away.")
    Authenticator.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    write(LetterKind.SECURITY, address=user.email)
    remark(membership, by=by, reason="Second factors taken away: phone and codes were lost")


@transaction.atomic
def renew_secrets():
    """Write every secret of the database anew with the present key; how many there were."""
    count = 0
    for row in Authenticator.objects.select_for_update().exclude(type=Authenticator.Type.WEBAUTHN):
        for name in ("secret", "seed"):
            if name in row.data:
                row.data[name] = encryption.renewed(row.data[name])
                count += 1
        row.save(update_fields=["data"])
    for app in SocialApp.objects.select_for_update().exclude(secret=""):
        app.secret = encryption.renewed(app.secret)
        app.save(update_fields=["secret"])
        count += 1
    return count
