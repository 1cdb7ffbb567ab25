"""For whom somebody acted last, so that the next sign-in need not ask."""

from partners.models import User


def remember(*, user, membership, partnership):
    """Keep the choice on the user. It opens nothing: whether the membership is in force is asked at each request."""
    kept = (user.last_membership_id, user.last_partnership_id)
    chosen = (membership.pk, partnership.pk if partnership else None)
    if kept != chosen:
        user.last_membership_id, user.last_partnership_id = chosen
        User.objects.filter(pk=user.pk).update(last_membership=chosen[0], last_partnership=chosen[1])
