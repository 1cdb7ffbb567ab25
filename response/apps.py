from django.apps import AppConfig


class ResponseConfig(AppConfig):
    """What the phases record: people and contact clocks, and the acts that span rooms below (floor 5)."""

    name = "response"
    verbose_name = "Response"

    def ready(self):
        from response import (  # noqa: F401  registers what this room offers
            date_pack,
            date_reminders,
            meeting_pack,
            pack,
            panels,
            privacy,
            reminders,
            set_up,
        )
