"""Beat and workers were off for three days; what fell due meanwhile is said once, late, the urgent and
the oldest first.
"""

import statistics
import time
from datetime import timedelta

from checklists.models import ChecklistItem
from partners.models import Membership, Role
from reminders.actions.saying import CLAIMED
from reminders.models import Notification
from svit import engines
from tests.faults.figures import Figures
from tests.faults.full_mode import until
from tests.faults.world import HOUR, all_said, said

# Hours past the due time: the step that is said then, and when it was last to be looked at before they went off
PAST = {1.5: ("due", 25.5), 24.5: ("overdue1", 48.5), 48.5: ("overdue2", 48.5)}


def run(house, world, size):
    figures = Figures()
    expected, urgent = _asleep(world, size.past)
    began = time.monotonic()
    house.start_workers()
    house.start_beat()
    until(lambda: all_said(expected), seconds=size.catch_up)
    said_after = time.monotonic() - began
    house.drain(seconds=max(size.catch_up - said_after, 30))
    took = time.monotonic() - began
    house.stop_workers()
    figures.count_said(expected, said())
    links = {str(one) for one in Notification.objects.values_list("uuid", flat=True)}
    figures.count_emails(house.sink, set(), links)
    figures.notes.append(
        f"{size.past:,} items and {len({subject for subject, *_ in urgent})} clocks: "
        f"all said after {said_after:.0f} s, the last e-mail after {took:.0f} s"
    )
    figures.hold(took <= size.catch_up, f"it took {took:.0f} s")
    figures.hold(not Notification.objects.filter(late=False).exists(), "some are not marked late")
    _in_order(figures, house, urgent)
    return figures


def _asleep(world, number):
    """Items past their time, and contact clocks in their twenty-first hour. (all that is to be said, the urgent)."""
    now = engines.now()
    rows, expected = [], set()
    managers = {
        agency: _holding(agency=agency, role=Role.AGENCY_MANAGER) for agency in world.agencies.values()
    }
    coordinators = _holding(agency=world.coordinator.agency, role=Role.COORDINATOR)
    for n in range(number):
        agency, user = world.hands[n % len(world.hands)]
        past = list(PAST)[n % 3]
        step, looked = PAST[past]
        rows.append(
            world.item(
                agency,
                assignee=user,
                due_at=now - past * HOUR,
                remind_at=now - looked * HOUR + timedelta(seconds=n),
            )
        )
        people = {user.pk}
        if step != "due":
            people |= managers[agency] or coordinators
        if step == "overdue2":
            people |= coordinators
        expected |= {(rows[-1].uuid, step, person) for person in people}
    ChecklistItem.objects.bulk_create(rows, batch_size=1000)
    clocks = world.clocks_due([now - 9 * HOUR] * (number // 50))
    urgent = {(subject, "20h", who) for subject, _, user in clocks for who in {user, *coordinators}}
    return expected | urgent, urgent


def _holding(**where):
    return set(Membership.objects.current().filter(**where).values_list("user", flat=True))


def _in_order(figures, house, urgent):
    """The oldest first, but for the batches that eight processes take at once; and before all the urgent.

    In short form there is no more than such batches: that all of it is said in this order, the full form alone proves.
    """
    subjects = {subject for subject, *_ in urgent}
    order = list(dict.fromkeys(Notification.objects.order_by("pk").values_list("subject", flat=True)))
    items = [subject for subject in order if subject not in subjects]
    places = [place for place, subject in enumerate(order) if subject in subjects]
    before = max(places) + 1 - len(places)
    figures.notes.append(f"{before:,} that are not urgent were said before the last that is")
    figures.hold(before <= 8 * CLAIMED, "something urgent was said after much that is not")
    opened = dict(ChecklistItem.objects.filter(uuid__in=items).values_list("uuid", "due_at"))
    ages = sorted(opened[subject] > engines.now() - 20 * HOUR for subject in items)
    young = [place for place, subject in enumerate(items) if opened[subject] > engines.now() - 20 * HOUR]
    old = len(items) - sum(ages)
    figures.hold(
        min(young) >= old - 8 * CLAIMED,
        "something of this morning was said before much that is older",
    )
    sent = {link: place for place, (*_, links) in enumerate(house.sink.got) for link in links}
    by_kind = {True: [], False: []}
    for uuid, subject in Notification.objects.values_list("uuid", "subject"):
        if str(uuid) in sent:
            by_kind[subject in subjects].append(sent[str(uuid)])
    figures.hold(
        by_kind[True] and max(by_kind[True]) <= statistics.median(by_kind[False]),
        "e-mails: the urgent came late",
    )
