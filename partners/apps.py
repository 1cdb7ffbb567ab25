from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class PartnersConfig(AppConfig):
    """Users, agencies, partnerships, membership and roles, the Actor, directory, on-call (floor 2)."""

    name = "partners"
    verbose_name = "Partners"

    def ready(self):
        from partners.acting import settle
        from partners.queries import addresses_near
        from reminders import registry

        registry.who_is_near(addresses_near)
        user_logged_in.connect(settle, dispatch_uid="partners.acting")
