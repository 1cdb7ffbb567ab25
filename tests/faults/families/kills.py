"""Everything is killed with signal 9 while reminders fall due and agencies tick."""

import random
import time

from django.db import connection

from checklists.models import ChecklistItem
from incidents.models import LogEntry
from reminders.models import Notification
from tests.faults.families.common import finished, signed_in
from tests.faults.figures import Figures
from tests.faults.full_mode import WEBS, WORKERS, until
from tests.faults.ticking import Ticking
from tests.faults.world import all_said, said, spread


def run(house, world, size):
    figures = Figures()
    acts = _acts(house, size.kills)
    people = signed_in(house)
    items = world.to_tick(size.ticks)
    house.start_workers()
    house.start_beat()
    expected = world.fall_due(spread(size.reminders, seconds=len(acts) * size.pace))
    ticking = Ticking(people, world.incident.uuid, items.values())
    with ticking:
        for act in acts:
            began = time.monotonic()
            act()
            time.sleep(max(size.pace - (time.monotonic() - began), 0.3))
    connection.close()  # to the server that was killed
    until(lambda: all_said(expected), seconds=180)
    finished(house, size)
    figures.kills = house.kills
    figures.count_said(expected, said())
    figures.count_emails(
        house.sink, house.in_flight, {str(one) for one in Notification.objects.values_list("uuid", flat=True)}
    )
    asked = LogEntry.objects.filter(about_uuid__in=ticking.asked).values_list("about_uuid", flat=True)
    done = ChecklistItem.objects.filter(uuid__in=ticking.asked, done_recorded_at__isnull=False)
    ticking.count(figures, asked, set(done.values_list("uuid", flat=True)))
    for person in people:
        person.leave()
    return figures


def _acts(house, kills):
    """Each kill as something to call, in any order: of a web and a worker in turn all of it, and one process."""
    webs, workers = list(WEBS), list(WORKERS)
    acts = [house.kill_redis] * kills.redis + [house.kill_postgres] * kills.postgres
    for number in range(kills.each):
        whole = (house.kill, house.kill_child)[number % 2]
        acts.append(lambda whole=whole, name=webs[number // 2 % 2]: whole(name))
        acts.append(lambda whole=whole, name=workers[number // 2 % 2]: whole(name))
        acts.append(lambda: house.kill("beat"))
    random.shuffle(acts)
    return acts
