from django.apps import AppConfig


class RemindersConfig(AppConfig):
    """What is due and what was said: kinds, notifications, delivery, escalation, the sweep (floor 1)."""

    name = "reminders"
    verbose_name = "Reminders"

    def ready(self):
        from reminders import checks, figures, privacy, reach  # noqa: F401  registers the health check and the figures
