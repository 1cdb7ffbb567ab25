"""The link of an invitation: a signed number, good for one membership, that tells nothing to whoever reads it."""

from urllib.parse import urlencode
from uuid import UUID

from django.core.signing import BadSignature, Signer

from partners.adapter import address
from partners.models import Invitation

SIGNER = Signer(salt="partners.invitation")


def address_of(invitation, onward=""):
    """The full address for a message; `onward` is the page at which setting up ends."""
    link = address("invitation", token=SIGNER.sign(invitation.uuid.hex))
    return f"{link}?{urlencode({'next': onward})}" if onward else link


def found(token):
    """The invitation of a link, or None where nobody ever sent it."""
    try:
        uuid = UUID(SIGNER.unsign(token))
    except (BadSignature, ValueError):
        return None
    rows = Invitation.objects.select_related(
        "membership__user", "membership__agency__csp_of", "membership__agency__single_sign_on"
    )
    return rows.filter(uuid=uuid).first()


def way_in(user, path):
    """The full address of a page for a message to `user`: by the invitation, for somebody who has not set up yet."""
    if user.joined_at is None:
        rows = Invitation.objects.filter(membership__user=user, used_at=None).order_by("-pk")
        if latest := rows.first():
            return address_of(latest, onward=path)
    return None
