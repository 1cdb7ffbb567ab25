"""What goes out by e-mail: when, and to whom that is still so when it goes."""

from datetime import UTC, datetime

import pytest

from checklists.models import ChecklistItem, ClockKind
from incidents.actions import stand_down
from incidents.models import Engagement
from partners.models import User
from reminders import actions
from reminders.models import Notification
from svit import clock
from tests.reminders.conftest import (
    DAY,
    H24,
    HOUR,
    MINUTE,
    NIGHT,
    item_for,
    make_clock,
    make_incident,
    make_item,
    make_person,
    mobilise,
    states,
    sweep,
)

SEVEN = NIGHT.replace(hour=6, minute=0)  # on the wall


def test_what_is_not_urgent_is_held_for_two_minutes(engaged, agencies, cast, mailoutbox):
    item_for(engaged, agencies, cast)
    sweep(DAY)
    actions.deliver(DAY + MINUTE)
    assert mailoutbox == []
    actions.deliver(DAY + 2 * MINUTE)
    assert [mail.to for mail in mailoutbox] == [["police@northmere.example"]]
    assert states() == ["sent"]


def test_what_is_urgent_goes_at_once(matter, agencies, actors, mailoutbox):
    mobilise(matter, agencies.youth, actors["coordinator"], DAY)
    sweep(DAY)
    assert actions.deliver(DAY) == 1
    assert mailoutbox[0].to == ["youth@northmere.example"]


def test_at_night_what_is_not_urgent_waits_for_seven(actors, agencies, cast, mailoutbox):
    incident = make_incident(actors["coordinator"], NIGHT)
    engagement = mobilise(incident, agencies.police, actors["coordinator"], NIGHT)
    Engagement.objects.filter(pk=engagement.pk).update(seen_at=NIGHT, remind_at=None)
    item_for(incident, agencies, cast, NIGHT)
    sweep(NIGHT)
    actions.deliver(SEVEN - MINUTE)
    assert mailoutbox == []
    actions.deliver(SEVEN)
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    ("evening", "hours"),
    [
        (datetime(2026, 3, 28, 22, tzinfo=UTC), 8),
        (datetime(2026, 10, 24, 21, tzinfo=UTC), 10),
        (datetime(2027, 3, 27, 22, tzinfo=UTC), 8),
        (datetime(2027, 10, 30, 21, tzinfo=UTC), 10),
    ],
)
def test_over_a_clock_change_held_mail_goes_at_seven_on_the_wall(
    actors, agencies, cast, mailoutbox, evening, hours
):
    incident = make_incident(actors["coordinator"], evening)
    engagement = mobilise(incident, agencies.police, actors["coordinator"], evening)
    Engagement.objects.filter(pk=engagement.pk).update(seen_at=evening, remind_at=None)
    item_for(incident, agencies, cast, evening)
    sweep(evening)
    morning = evening + hours * HOUR
    actions.deliver(morning - MINUTE)
    assert mailoutbox == []
    actions.deliver(morning)
    assert len(mailoutbox) == 1
    assert clock.local(morning).hour == 7


@pytest.mark.parametrize(
    "start", [datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)]
)
def test_a_contact_clock_counts_elapsed_hours_through_a_clock_change(actors, start):
    incident = make_incident(actors["coordinator"], start)
    make_clock(make_person(incident), ClockKind.CONTACT_MADE, start)
    assert sweep(start + 24 * HOUR - MINUTE) == set()
    assert {step for _, step, _ in sweep(start + 24 * HOUR)} == {"24h"}
    assert {step for _, step, _ in sweep(start + 48 * HOUR)} == {"due"}


@pytest.mark.parametrize(
    ("due", "hours"),
    [(datetime(2026, 3, 29, 9, tzinfo=UTC), 23), (datetime(2026, 10, 25, 9, tzinfo=UTC), 25)],
)
def test_an_item_s_day_before_is_the_same_time_on_the_wall(actors, due, hours):
    opened = due - 4 * H24
    incident = make_incident(actors["coordinator"], opened)
    make_item(incident, opened, due_at=due)
    before = due - hours * HOUR
    assert clock.local(before).time() == clock.local(due).time()
    assert sweep(before - MINUTE) == set()
    assert {step for _, step, _ in sweep(before)} == {"before"}


def test_what_was_undone_within_two_minutes_sends_nothing(engaged, agencies, cast, mailoutbox):
    item = item_for(engaged, agencies, cast)
    sweep(DAY)
    ChecklistItem.objects.filter(pk=item.pk).update(agency=None, assignee=None, assigned_at=None)
    actions.deliver(DAY + 2 * MINUTE)
    assert mailoutbox == []
    assert states() == ["not_due"]
    assert Notification.objects.get().over_at == DAY + 2 * MINUTE


def test_an_item_that_was_done_meanwhile_is_not_mailed(engaged, agencies, cast, mailoutbox):
    item = item_for(engaged, agencies, cast, due_at=DAY + 4 * HOUR, seen_at=DAY)
    sweep(DAY + 4 * HOUR)
    ChecklistItem.objects.filter(pk=item.pk).update(state="done", done_at=DAY)
    actions.deliver(DAY + 5 * HOUR)
    assert mailoutbox == []
    assert states() == ["not_due"]


def test_somebody_whose_agency_was_stood_down_receives_nothing(matter, agencies, actors, cast, mailoutbox):
    engagement = mobilise(matter, agencies.police, actors["coordinator"], DAY)
    Engagement.objects.filter(pk=engagement.pk).update(seen_at=DAY, remind_at=None)
    item_for(matter, agencies, cast)
    sweep(DAY)
    with clock.at(DAY + MINUTE):
        stand_down(engagement=engagement, by=actors["coordinator"], reason="Not needed.")
    actions.deliver(DAY + 2 * MINUTE)
    assert mailoutbox == []
    assert states() == ["refused"]


def test_somebody_who_was_deactivated_receives_nothing(engaged, agencies, cast, mailoutbox):
    item_for(engaged, agencies, cast)
    sweep(DAY)
    User.objects.filter(pk=cast["partner"].pk).update(is_active=False)
    actions.deliver(DAY + 2 * MINUTE)
    assert mailoutbox == []
    assert states() == ["refused"]
