from django.apps import AppConfig


class ChecklistsConfig(AppConfig):
    """The toolkit and local templates, an incident's items, assignment, ticks, evidence, mobilising (floor 4)."""

    name = "checklists"
    verbose_name = "Checklists"

    def ready(self):
        from checklists import pack, panels, privacy, reminders, set_up  # noqa: F401  registers what this room offers
