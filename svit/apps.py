from django.apps import AppConfig


class SvitConfig(AppConfig):
    """The ground floor: no model of its own, but checks, base classes and template tags."""

    name = "svit"
    verbose_name = "SVIT"

    def ready(self) -> None:
        from svit import health, wording  # noqa: F401  registers the checks of the ground floor

        wording.use_ours()
