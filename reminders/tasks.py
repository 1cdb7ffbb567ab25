"""What beat and writes wake. Nothing is handed over: what is due is in the database, and each may run twice."""

from typing import TYPE_CHECKING

from celery import shared_task, signals

from reminders import actions, ring

if TYPE_CHECKING:
    from celery import Task


@shared_task(name="reminders.sweep")
def sweep() -> None:
    """Say what is due, and send what is urgent without waiting for beat."""
    if actions.sweep():
        ring("reminders.deliver")


@shared_task(name="reminders.deliver")
def deliver() -> None:
    """Send what waits."""
    actions.deliver()


@shared_task(name="reminders.follow_up")
def follow_up() -> None:
    """Ask what became of what GOV.UK Notify took."""
    actions.follow_up()


@signals.task_failure.connect
def remember(sender: "Task", **_: object) -> None:
    """A job of any room that ended in an error shows in the figures; the log says what it was."""
    actions.job_failed(sender.name)
