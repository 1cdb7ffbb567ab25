"""The mail server is down for two hours; then it refuses one address for a while, and then for ever."""

import time

from reminders.models import Delivery, DeliveryState, Notification
from svit import engines
from tests.faults.figures import Figures
from tests.faults.full_mode import until
from tests.faults.world import addresses, all_said, said

A_SWEEP = 60  # seconds


def run(house, world, size):
    figures = Figures()
    faster = 7200 / size.two_hours
    house.start_workers()
    house.start_beat()
    _two_hours_down(figures, house, world, size, faster)
    _refused(figures, house, world, size, house.sink.temporarily, for_ever=False)
    _refused(figures, house, world, size, house.sink.for_ever, for_ever=True)
    return figures


def _pass(house, seconds):
    """One second in which so many pass for whatever waits for its next try."""
    house.ring("reminders.deliver")
    time.sleep(1)
    house.no_holding()
    house.ask(
        "UPDATE reminders_delivery SET next_try_at = next_try_at - make_interval(secs => %s)"
        " WHERE state = 'pending' AND attempts > 0",
        seconds,
    )


def _due_now(house, world, number):
    """Things that are due are said, and their messages may go."""
    world.silence()
    house.sink.forget()
    expected = world.items_due([engines.now()] * number)

    def heard():
        house.ring("reminders.sweep")
        time.sleep(0.5)
        return all_said(expected)

    until(heard, seconds=120)
    return expected


def _links(**where):
    return {str(one) for one in Notification.objects.filter(**where).values_list("uuid", flat=True)}


def _two_hours_down(figures, house, world, size, faster):
    with house.sink.down():
        expected = _due_now(house, world, size.mail)
        house.no_holding()
        for _ in range(round(size.two_hours)):
            _pass(house, faster)
        tried = Delivery.objects.exclude(outcome="").count()
        sent = Delivery.objects.filter(state=DeliveryState.SENT).count()
        figures.hold(tried, "nobody tried while it was down, so nothing is proved")
        figures.hold(not sent, "something is marked as sent that nobody can have taken")

    def empty():
        _pass(house, faster)
        return house.waiting() == 0

    until(empty, seconds=120 + size.two_hours)
    figures.count_said(expected, said())
    figures.count_emails(house.sink, set(), _links())
    failed = Delivery.objects.filter(state=DeliveryState.FAILED).count()
    figures.hold(not failed, f"{failed} were given up")
    figures.notes.append(
        f"two hours without mail: {tried} e-mails tried while it was down, {failed} given up"
    )


def _refused(figures, house, world, size, addresses_of_sink, *, for_ever):
    """One address is refused; everybody else hears within a sweep of what is due, and nothing is lost."""
    who = world.hands[0][1]
    address = addresses()[who.pk]
    addresses_of_sink.add(address)
    expected = _due_now(house, world, size.mail)
    others = _links() - _links(recipient=who)
    house.no_holding()
    began = time.time()

    def others_heard():
        house.ring("reminders.deliver")
        time.sleep(0.3)
        return others <= {link for *_, links in house.sink.got for link in links}

    until(others_heard, seconds=A_SWEEP * 2)
    took = max(at for at, *_ in house.sink.got) - began
    figures.hold(took <= A_SWEEP, f"others waited {took:.0f} s beside a refused address")
    figures.hold(house.sink.tried, "the address was not tried, so nothing is proved")
    if not for_ever:
        addresses_of_sink.clear()

    def over():
        _pass(house, 3600)  # each second another try
        return house.waiting() == 0

    until(over, seconds=120)
    addresses_of_sink.clear()
    figures.count_said(expected, said())
    figures.count_emails(house.sink, set(), others if for_ever else others | _links(recipient=who))
    given_up = Delivery.objects.filter(state=DeliveryState.FAILED)
    if for_ever:
        theirs = Delivery.objects.filter(notification__recipient=who)
        figures.hold(
            theirs.count() == given_up.exclude(outcome="").count(),
            "not all of the refused say that they failed",
        )
    figures.hold(not given_up.exclude(notification__recipient=who).exists(), "others were given up")
    figures.hold(for_ever or not given_up.exists(), "what was refused for a while was given up")
    figures.notes.append(
        f"refused {'for ever' if for_ever else 'for a while'}: {len(house.sink.tried)} tries at the address, "
        f"the others had all theirs within {took:.1f} s"
    )
