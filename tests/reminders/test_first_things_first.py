"""Whatever goes out at night is spoken of first: a sweep that catches up on much must not make it wait."""

from checklists.models import ClockKind
from reminders.models import Notification
from tests.reminders.conftest import DAY, H24, HOUR, make_clock, make_item, make_person, sweep


def test_a_contact_clock_is_spoken_of_before_items_that_are_overdue(engaged):
    make_item(engaged, DAY, due_at=DAY + HOUR)
    make_clock(make_person(engaged), ClockKind.CONTACT_MADE, DAY)
    sweep(DAY + H24)
    kinds = list(dict.fromkeys(Notification.objects.order_by("pk").values_list("kind", flat=True)))
    assert kinds == ["contact_made", "item_due"]
