"""What beat wakes. It may run twice: the chain has one end, and a record is sealed once."""

from celery import shared_task

from incidents import actions


@shared_task(name="incidents.seal_access_record")
def seal_access_record() -> None:
    """Seal what was recorded since the last time."""
    actions.seal_access_record()
