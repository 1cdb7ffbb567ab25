"""What a write and beat wake: letters that wait. It may run twice; the row says whose turn it is."""

from celery import shared_task

from partners import actions


@shared_task(name="partners.send_letters")
def send_letters() -> None:
    """Send what waits."""
    actions.send_letters()
