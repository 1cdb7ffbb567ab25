from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class PartnersConfig(AppConfig):
    """Users, agencies, partnerships, membership and roles, the Actor, directory, on-call (floor 2)."""

    name = "partners"
    verbose_name = "Partners"

    def ready(self):
        from allauth.account.signals import authentication_step_completed
        from allauth.mfa.signals import authenticator_added

        # Registers figures, traces, reminders, who can be reached, and what the door tells the log
        from partners import (  # noqa: F401
            door_log,
            figures,
            invitations,
            on_call,
            privacy,
            reach,
            reminders,
            second_factor,
            sessions,
        )
        from partners.acting import settle
        from partners.queries import addresses_near, called
        from reminders import rooms

        rooms.who_is_near(addresses_near)
        rooms.who_is(called)
        rooms.way_in(invitations.way_in)
        user_logged_in.connect(settle, dispatch_uid="partners.acting")
        user_logged_in.connect(sessions.begin, dispatch_uid="partners.sessions")
        authentication_step_completed.connect(second_factor.on_step, dispatch_uid="partners.second_factor")
        door_log.listen()
        authenticator_added.connect(second_factor.on_added, dispatch_uid="partners.second_factor.added")
