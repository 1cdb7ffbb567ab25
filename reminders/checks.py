"""The health of the sweep: a beat or a worker that stopped is seen before somebody misses a reminder."""

from datetime import timedelta

from reminders.models import SweepMark
from svit import clock, health

TOO_LONG = timedelta(minutes=5)


@health.check("sweep")
def swept_lately() -> None:
    """The last whole sweep ended within five minutes."""
    mark = SweepMark.objects.filter(name="sweep").first()
    if mark is None:
        raise health.Unwell("there was no sweep yet")
    if clock.now() - mark.at > TOO_LONG:
        raise health.Unwell("the last sweep is too long ago")
