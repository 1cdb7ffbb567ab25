from django.apps import AppConfig


class ResponseConfig(AppConfig):
    """What the phases record: people and contact clocks, and the acts that span rooms below (floor 5)."""

    name = "response"
    verbose_name = "Response"

    def ready(self):
        from response import pack, panels, privacy, reminders, set_up  # noqa: F401  registers what this room offers
