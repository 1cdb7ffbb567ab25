"""How signing in works here: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):
    """Closed to sign-up; people are added by an administrator."""

    def is_open_for_signup(self, request):
        return False
