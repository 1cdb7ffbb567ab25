"""Clocks that are wrong, go back, and show an hour twice: nothing is said early, and nothing twice."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from checklists.models import ChecklistItem
from reminders import actions
from reminders.models import Notification
from svit import clock, engines
from tests.faults.figures import Figures
from tests.faults.full_mode import until
from tests.faults.world import DAY, all_said, said, spread

LONDON = ZoneInfo("Europe/London")
MINUTES = timedelta(minutes=1)


def run(house, world, size):
    figures = Figures()
    for hours in (1, -1):
        _an_hour_wrong(figures, house, world, size, hours)
    _step_back(figures, house, world, size)
    for night in change_nights(engines.now()):
        world.silence()
        _folds(figures, world, night, size.folds)
    return figures


def _an_hour_wrong(figures, house, world, size, hours):
    """One worker (and, ahead, the beat that wakes it) an hour wrong: half falls due now, half within the hour."""
    world.silence()
    wrong = house.wrong_clock(3600 * hours)
    house.start_workers("worker1", clock=wrong)
    if hours > 0:
        house.start_workers("worker2")
    house.start_beat(clock=wrong if hours > 0 else None)
    expected = world.items_due(spread(size.clocks, seconds=8))
    later = world.items_due([engines.now() + (20 + n % 35) * MINUTES for n in range(size.clocks)])

    def heard():
        house.ring()
        time.sleep(0.5)
        return _early(figures, later) or all_said(expected)

    until(heard, seconds=150)
    house.drop_workers()
    figures.count_said(expected, said())


def _early(figures, later):
    found = later & set(said())
    figures.early += len(found)
    figures.hold(not found, f"{len(found)} said early")
    return found


def _step_back(figures, house, world, size):
    """The machine of the workers goes back by ten minutes, while things fall due."""
    world.silence()
    hands = house.wrong_clock()
    house.start_workers(clock=hands)
    house.start_beat()
    expected = world.items_due(spread(size.clocks, seconds=12))

    def heard():
        house.ring()
        time.sleep(0.5)
        return all_said(expected)

    until(lambda: said() or heard(), seconds=60)
    hands.set(-600)
    until(heard, seconds=120)
    house.drain(seconds=60)
    house.drop_workers()
    figures.count_said(expected, said())
    figures.count_emails(
        house.sink, set(), {str(one) for one in Notification.objects.values_list("uuid", flat=True)}
    )


def change_nights(now):
    """The days of the next two changes of the clock in London."""
    day, found = now.astimezone(LONDON).date() + timedelta(days=2), []
    while len(found) < 2:
        noon, before = (
            datetime(d.year, d.month, d.day, 12, tzinfo=LONDON) for d in (day, day - timedelta(days=1))
        )
        if noon.utcoffset() != before.utcoffset():
            found.append(day)
        day += timedelta(days=1)
    return found


def _folds(figures, world, night, number):
    """Deadlines all through the night of a change: a day before on the wall, at the time itself, a day after."""
    midnight = datetime(night.year, night.month, night.day, tzinfo=UTC)
    rows, expected = [], {}
    for n in range(number):
        due = midnight + n * timedelta(hours=3) / number  # through both folds of 01:00 to 02:00, or the gap
        agency, user = world.hands[n % len(world.hands)]
        row = world.item(
            agency, assignee=user, due_at=due, remind_at=due - 30 * timedelta(hours=1), assigned_at=due - 5 * DAY,
        )  # fmt: skip
        row.opened_at = due - 6 * DAY
        rows.append(row)
        expected |= {
            (row.uuid, "before", user.pk): on_the_wall(due, -1),
            (row.uuid, "due", user.pk): due,
            (row.uuid, "overdue1", user.pk): on_the_wall(due, 1),
        }
    ChecklistItem.objects.bulk_create(rows)
    second = timedelta(seconds=1)
    for moment in sorted({at - second for at in expected.values()} | {*expected.values()}):
        with clock.at(moment):
            actions.sweep()
    mine = {(one.uuid, one.assignee_id) for one in rows}
    heard = [
        one
        for one in Notification.objects.all()
        if (one.subject, one.recipient_id) in mine and one.step in STEPS
    ]
    keys = Counter((one.subject, one.step, one.recipient_id) for one in heard)
    figures.count_said(set(expected), keys)
    early = [one for one in heard if one.said_at < expected[one.subject, one.step, one.recipient_id]]
    late = [one for one in heard if one.said_at > expected[one.subject, one.step, one.recipient_id]]
    figures.early += len(early)
    figures.hold(not early, f"{len(early)} said early in the night of {night}")
    figures.hold(not late, f"{len(late)} said late in the night of {night}")
    ChecklistItem.objects.filter(uuid__in=[one.uuid for one in rows]).delete()


STEPS = ("before", "due", "overdue1")


def on_the_wall(moment, days):
    """The same time on the wall so many days later. What spring leaves out comes an hour later, by the wall."""
    wall = moment.astimezone(LONDON)
    day = wall.date() + timedelta(days=days)
    return datetime.combine(day, wall.timetz()).astimezone(UTC)
