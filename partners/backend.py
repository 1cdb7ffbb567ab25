"""Who is signed in, with the memberships in force, in one query."""

from allauth.account.auth_backends import AuthenticationBackend

from partners.models import Membership, User


class Backend(AuthenticationBackend):
    """allauth's way of checking a password; the user of a session comes with the current memberships."""

    def get_user(self, user_id):
        memberships = list(
            Membership.objects.current().filter(user_id=user_id).select_related("user", "agency__csp_of")
        )
        user = memberships[0].user if memberships else User.objects.filter(pk=user_id, is_active=True).first()
        if user is not None:
            user.current_memberships = memberships
        return user
