from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """What looks across rooms: the PDF pack, search, home (floor 7)."""

    name = "reports"
    verbose_name = "Reports"

    def ready(self):
        from reports import figures, lines, panels, privacy, reminders, set_up  # noqa: F401  registers what it offers
