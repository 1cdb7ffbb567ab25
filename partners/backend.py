"""Who is signed in, with the memberships in force and the boroughs they serve, in one query."""

from allauth.account.auth_backends import AuthenticationBackend

from partners.models import User
from partners.queries import memberships_of


class Backend(AuthenticationBackend):
    """allauth's way of checking a password; the user of a session comes with the current memberships."""

    def get_user(self, user_id):
        memberships = memberships_of(user_id)
        user = memberships[0].user if memberships else User.objects.filter(pk=user_id, is_active=True).first()
        if user is not None:
            user.current_memberships = memberships
        for membership in memberships:  # one object for one person, and not Django's lazy stand-in for it
            membership.user = user
        return user
