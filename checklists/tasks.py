"""What beat wakes: engagements whose end has passed. It may run twice."""

from celery import shared_task

from checklists import actions


@shared_task(name="checklists.end_lapsed")
def end_lapsed() -> None:
    """The door closed at the end itself; this takes the grant and gives back what the agency held."""
    actions.end_lapsed()
