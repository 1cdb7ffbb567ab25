"""For whom somebody acts: settled at sign-in, kept in the session, changed by that person alone.

Nobody else's act moves a person. A membership that an administrator adds later is one more choice, and a choice
that is over leads to the page that asks, never to what happens to come next in a list.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.middleware.csrf import rotate_token

from partners import actions
from partners.actor import actor_for
from partners.models import Membership, Partnership
from partners.queries import memberships_of

SAFE = ("GET", "HEAD", "OPTIONS")
MEMBERSHIP, PARTNERSHIP = "acting_membership", "acting_partnership"


@dataclass
class Way:
    """One way in which somebody may act: a membership and, where its agency serves several boroughs, one of them."""

    membership: Membership
    partnership: Partnership | None

    @property
    def key(self):
        parts = [self.membership.uuid, self.partnership and self.partnership.uuid]
        return ":".join(str(part) for part in parts if part)

    @property
    def label(self):
        label = actor_for(self.membership, self.partnership).full_label
        return label if self.membership.picked_at else f"{label} (offered to you)"

    @property
    def open_as(self):
        return f"Open as {self.label}"


def ways(memberships):
    """Every way in which the person of these memberships may act; what waits to be confirmed is none."""
    return [
        Way(membership, partnership)
        for membership in memberships
        if membership.confirmed_at
        for partnership in (membership.serves if len(membership.serves) > 1 else [None])
    ]


def acting(request):
    """The actor of this request, or None where the person has to choose first.

    What the session holds, while it lasts. Where it holds nothing, the only membership there is. One that is
    offered counts once it is picked.
    """
    kept = request.session.get(MEMBERSHIP)
    picked = [one for one in request.memberships if one.counts]
    membership = next((one for one in picked if one.pk == kept), None)
    if membership is None and len(picked) == 1 and (kept is None or request.method in SAFE):
        membership = picked[0]
        if (
            kept is not None
        ):  # the one of before is over: say so once, and take no form that was begun under it
            _keep(request, membership, None)
            messages.info(request, f"You now act as {actor_for(membership).full_label}.")
    if membership is None:
        return None
    borough = request.session.get(PARTNERSHIP)
    return actor_for(membership, next((one for one in membership.serves if one.pk == borough), None))


def choose(request, way):
    """The person acts so from now on, and at the next sign-in. A form that was begun before is not taken."""
    actions.pick(membership=way.membership, by=request.user)
    rotate_token(request)
    _keep(request, way.membership, way.partnership)
    actions.remember(user=request.user, membership=way.membership, partnership=way.partnership)


def settle(sender, request, user, **kwargs):
    """At sign-in: the membership used last, or the only one. Else nothing, and the next page asks."""
    memberships = [one for one in memberships_of(user.pk) if one.counts]
    last = next((one for one in memberships if one.pk == user.last_membership_id), None)
    membership = last or (memberships[0] if len(memberships) == 1 else None)
    if membership is None:
        return
    borough = next((one for one in membership.serves if one.pk == user.last_partnership_id), None)
    _keep(request, membership, borough)
    actions.remember(user=user, membership=membership, partnership=borough)


def _keep(request, membership, partnership):
    request.session[MEMBERSHIP] = membership.pk
    request.session[PARTNERSHIP] = partnership.pk if partnership else None
