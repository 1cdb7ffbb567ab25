"""What beat and writes wake. Nothing is handed over: what is due is in the database, and each may run twice."""

from celery import shared_task

from reminders import actions, ring


@shared_task(name="reminders.sweep")
def sweep() -> None:
    """Say what is due, and send what is urgent without waiting for beat."""
    if actions.sweep():
        ring("reminders.deliver")


@shared_task(name="reminders.deliver")
def deliver() -> None:
    """Send what waits."""
    actions.deliver()
