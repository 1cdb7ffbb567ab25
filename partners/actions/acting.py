"""Taking up a role that was offered, and for whom somebody acted last."""

from partners.actor import actor_for
from partners.history import sign
from partners.models import User
from svit import clock


def remember(*, user, membership, partnership):
    """Keep the choice on the user. It opens nothing: whether the membership is in force is asked at each request."""
    kept = (user.last_membership_id, user.last_partnership_id)
    chosen = (membership.pk, partnership.pk if partnership else None)
    if kept != chosen:
        user.last_membership_id, user.last_partnership_id = chosen
        User.objects.filter(pk=user.pk).update(last_membership=chosen[0], last_partnership=chosen[1])


def pick(*, membership, by):
    """The person takes up a role that somebody offered: from now on it counts, and the name is shown."""
    if membership.picked_at is None and membership.user_id == by.pk:
        membership.picked_at = clock.now()
        sign(membership, by=actor_for(membership), reason="Taken up").save(update_fields=["picked_at"])
