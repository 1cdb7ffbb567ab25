from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Users, agencies, partnerships, membership and roles, the Actor, directory, on-call (floor 2)."""

    name = "partners"
    verbose_name = "Partners"
