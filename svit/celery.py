"""Celery only wakes; the truth is in the database.

A task takes identifiers, calls one action and may run twice. No result is kept, and no schedule
is stored: what beat rings is listed in the settings.
"""

import os

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "svit.settings")

app = Celery("svit")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Having a receiver is all it takes: Celery then leaves the logging to the settings."""


@signals.worker_ready.connect
def catch_up(**_: object) -> None:
    """What fell due while nobody worked is said now, not a minute from now."""
    app.send_task("reminders.sweep", expires=60)
