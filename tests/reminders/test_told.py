"""Who was told of an item or of a person's clocks, as coordinators see it."""

import pytest
from django.urls import reverse

from checklists.models import ClockKind
from reminders import actions
from reminders.models import Notification
from reminders.queries import told_about
from svit import clock
from tests.reminders.conftest import DAY, H24, HOUR, MINUTE, item_for, make_clock, make_person, sweep


@pytest.fixture
def item(engaged, agencies, cast):
    return item_for(engaged, agencies, cast, due_at=DAY + 4 * HOUR, seen_at=DAY, tell_at=None)


def states_of(item):
    return [(one.name, one.text, one.at) for one in told_about([item.uuid])]


def test_each_person_stands_there_once_with_what_they_did_with_the_latest_message(item, cast, actors):
    name = cast["partner"].name
    sweep(DAY + 2 * HOUR)
    sweep(DAY + 4 * HOUR)
    assert states_of(item) == [(name, "Told", DAY + 4 * HOUR)]
    one = Notification.objects.latest("pk")
    with clock.at(DAY + 5 * HOUR):
        actions.open_message(notification=one)
        assert states_of(item) == [(name, "Seen", DAY + 5 * HOUR)]
        actions.acknowledge(notification=one)
        assert states_of(item) == [(name, "In hand", DAY + 5 * HOUR)]
        actions.snooze(notification=one, by=actors["partner"], until=DAY + H24, reason="In court until then.")
    assert states_of(item) == [(name, "Snoozed until", DAY + H24)]


def test_it_costs_one_query_however_many_were_told(item, django_assert_num_queries):
    for hours in (4, 28, 52):
        sweep(DAY + hours * HOUR)
    with django_assert_num_queries(1):
        assert len(told_about([item.uuid])) > 2


@pytest.mark.parametrize(("who", "reads"), [("coordinator", True), ("partner", False)])
def test_on_the_pages_the_coordinators_alone_see_it(client, engaged, item, cast, agencies, who, reads):
    person = make_person(engaged)
    make_clock(person, ClockKind.CONTACT_MADE, DAY, agency=agencies.police, worker=cast["partner"])
    sweep(DAY + H24 + MINUTE)
    client.force_login(cast[who])
    for url in (item.get_absolute_url(), reverse("person", args=[engaged.uuid, person.entry.uuid])):
        assert ("Who was told" in client.get(url).content.decode()) is reads
