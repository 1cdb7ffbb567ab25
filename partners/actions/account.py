"""What somebody changes of the own account."""

from partners.models import User


def text_me(*, by, mobile):
    """Send texts to this number when something urgent is due; to none where it is empty."""
    User.objects.filter(pk=by.user.pk).update(mobile=mobile)
