"""Two beats and ten workers do what one of each does."""

from reminders.models import Notification
from tests.faults.figures import Figures
from tests.faults.full_mode import until
from tests.faults.world import all_said, said, spread


def run(house, world, size):
    figures = Figures()
    house.start_workers(*(f"worker{n + 1}" for n in range(size.workers)), concurrency=1)
    for n in range(size.beats):
        house.start_beat(f"beat{n + 1}")
    expected = world.fall_due(spread(size.many, seconds=size.many / 40))

    def heard():
        for _ in range(3):
            house.ring()
        return all_said(expected)

    until(heard, seconds=240)
    house.drain(seconds=240)
    figures.count_said(expected, said())
    figures.count_emails(
        house.sink, set(), {str(one) for one in Notification.objects.values_list("uuid", flat=True)}
    )
    return figures
