from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IncidentsConfig(AppConfig):
    """The incident, engagement and access, the log, the access record, Record, Entry and stored files (floor 3)."""

    name = "incidents"
    verbose_name = "Incidents"

    def ready(self):
        from incidents import pack, panels, privacy, reminders  # noqa: F401  registers what this room offers

        post_migrate.connect(install_guards, sender=self)


def install_guards(**kwargs):
    """After each migrate: on SQLite a table that is rebuilt loses its triggers without a word."""
    from svit import engines

    engines.install_guards()
