from django.apps import AppConfig


class CommsConfig(AppConfig):
    """The communications phase: what is said, by whom and with whose agreement (floor 6)."""

    name = "comms"
    verbose_name = "Communications"

    def ready(self):
        from comms import privacy  # noqa: F401  registers what this room holds
