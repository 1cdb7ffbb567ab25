"""What is not urgent as one e-mail a day at 8am, where somebody chose that; and what goes into one e-mail at all."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from incidents.models import Engagement
from reminders import actions
from reminders.actions.queueing import BATCH
from reminders.models import DailyDigest, Delivery, Notification
from reminders.times import next_post
from svit import clock
from tests.reminders.conftest import (
    DAY,
    H24,
    HOUR,
    MINUTE,
    item_for,
    make_incident,
    make_item,
    mobilise,
    states,
    sweep,
)

EIGHT = DAY + H24 - 2 * HOUR  # 8am on the wall of the next day


@pytest.fixture
def daily(cast):
    """The partner reads once a day."""
    actions.choose_digest(user=cast["partner"], daily=True)


def seen_by(agency):
    Engagement.objects.filter(agency=agency).update(seen_at=DAY, remind_at=None)


def test_what_is_not_urgent_waits_for_eight_and_arrives_as_one(daily, engaged, agencies, cast, mailoutbox):
    for hours in (0, 3, 11):
        item_for(engaged, agencies, cast, DAY + hours * HOUR)
        sweep(DAY + hours * HOUR)
        actions.deliver(DAY + (hours + 1) * HOUR)
    actions.deliver(EIGHT - MINUTE)
    assert not [mail for mail in mailoutbox if mail.to == ["police@northmere.example"]]
    actions.deliver(EIGHT)
    mine = [mail for mail in mailoutbox if mail.to == ["police@northmere.example"]]
    assert [mail.subject for mail in mine] == ["SVIT: 3 items, NM-26-0001"]


def test_others_get_theirs_as_it_comes(daily, engaged, agencies, cast, mailoutbox):
    make_item(engaged, DAY, agency=agencies.police)
    sweep(DAY)
    actions.deliver(DAY + 2 * MINUTE)
    assert {mail.to[0] for mail in mailoutbox} == {
        "police.two@northmere.example",
        "police.manager@northmere.example",
    }


def test_real_and_exercise_stay_apart(daily, engaged, agencies, actors, cast, mailoutbox):
    exercise = make_incident(actors["coordinator"], DAY, exercise=True)
    mobilise(exercise, agencies.police, actors["coordinator"], DAY)
    seen_by(agencies.police)
    for incident in (engaged, exercise):
        item_for(incident, agencies, cast)
    sweep(DAY)
    actions.deliver(EIGHT)
    assert sorted(mail.subject for mail in mailoutbox) == [
        "EXERCISE SVIT: 1 item, EX-NM-26-0001", "SVIT: 1 item, NM-26-0001",
    ]  # fmt: skip


def test_what_is_urgent_goes_at_once_and_takes_along_what_waits_about_the_same_incident(
    matter, agencies, actors, cast, mailoutbox
):
    actions.choose_digest(user=cast["youth"], daily=True)
    other = make_incident(actors["coordinator"], DAY)
    mobilise(other, agencies.youth, actors["coordinator"], DAY)
    seen_by(agencies.youth)
    mobilise(matter, agencies.youth, actors["coordinator"], DAY)
    for incident in (matter, other):
        make_item(incident, DAY, by=actors["coordinator"], agency=agencies.youth)
    sweep(DAY)
    actions.deliver(DAY)
    assert [mail.subject for mail in mailoutbox] == ["SVIT: 1 request to respond, 1 item, NM-26-0001"]
    actions.deliver(EIGHT)
    assert [mail.subject for mail in mailoutbox[1:]] == ["SVIT: 1 item, NM-26-0002"]


def test_in_the_inbox_it_is_at_once(daily, engaged, agencies, cast):
    item_for(engaged, agencies, cast)
    sweep(DAY)
    assert Notification.objects.get(recipient=cast["partner"]).said_at == DAY
    assert Delivery.objects.get().next_try_at == EIGHT


def test_what_ended_meanwhile_is_not_in_it(daily, engaged, agencies, cast, mailoutbox):
    item = item_for(engaged, agencies, cast, due_at=DAY + 4 * HOUR, seen_at=DAY, tell_at=None)
    sweep(DAY + 4 * HOUR)
    type(item).objects.filter(pk=item.pk).update(state="done", done_at=DAY + 5 * HOUR)
    actions.deliver(EIGHT)
    assert mailoutbox == []
    assert states() == ["not_due"]


def test_a_failed_digest_is_tried_again_after_a_minute_and_not_the_next_day(
    daily, engaged, agencies, cast, mailoutbox, monkeypatch
):
    item_for(engaged, agencies, cast)
    sweep(DAY)
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda *args, **more: 1 / 0)
    actions.deliver(EIGHT)
    monkeypatch.undo()
    actions.deliver(EIGHT + MINUTE)
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    ("said", "goes"),
    [
        # in the night, in the minutes before 8am, at 8am, after it
        (datetime(2026, 6, 6, 1, tzinfo=UTC), datetime(2026, 6, 6, 7, tzinfo=UTC)),
        (datetime(2026, 6, 6, 6, 59, 30, tzinfo=UTC), datetime(2026, 6, 6, 7, tzinfo=UTC)),
        (datetime(2026, 6, 6, 7, tzinfo=UTC), datetime(2026, 6, 7, 7, tzinfo=UTC)),
        (datetime(2026, 6, 6, 22, 30, tzinfo=UTC), datetime(2026, 6, 7, 7, tzinfo=UTC)),  # 23:30 on the wall
        (datetime(2026, 6, 5, 23, 30, tzinfo=UTC), datetime(2026, 6, 6, 7, tzinfo=UTC)),  # 00:30 on the wall
        # both clock changes of two years: 8am on the wall of the Sunday, and the day after
        (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (datetime(2026, 3, 28, 8, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 8, tzinfo=UTC)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 8, tzinfo=UTC)),  # the first 1:30am
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 8, tzinfo=UTC)),  # the second
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), datetime(2027, 3, 28, 7, tzinfo=UTC)),
        (datetime(2027, 10, 31, 7, 59, tzinfo=UTC), datetime(2027, 10, 31, 8, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_eight_is_eight_on_the_wall(said, goes):
    assert next_post(said) == goes
    assert clock.local(goes).hour == 8


def test_over_a_clock_change_the_digest_goes_at_eight_on_the_wall(actors, agencies, cast, daily, mailoutbox):
    evening = datetime(2026, 10, 24, 17, tzinfo=UTC)
    incident = make_incident(actors["coordinator"], evening)
    mobilise(incident, agencies.police, actors["coordinator"], evening)
    seen_by(agencies.police)
    item_for(incident, agencies, cast, evening)
    sweep(evening)
    actions.deliver(datetime(2026, 10, 25, 7, 59, tzinfo=UTC))
    assert mailoutbox == []
    actions.deliver(datetime(2026, 10, 25, 8, tzinfo=UTC))
    assert len(mailoutbox) == 1


def test_what_comes_back_from_a_snooze_does_not_wait_for_the_next_day(
    daily, engaged, agencies, actors, cast, mailoutbox
):
    item_for(engaged, agencies, cast, due_at=DAY + 4 * HOUR, seen_at=DAY, tell_at=None)
    sweep(DAY + 4 * HOUR)
    with clock.at(DAY + 5 * HOUR):
        one = Notification.objects.get()
        actions.snooze(notification=one, by=actors["partner"], until=EIGHT, reason="In court.")
    sweep(EIGHT)
    actions.deliver(EIGHT + 2 * MINUTE)
    assert len(mailoutbox) == 1


# --- The page


def test_on_the_account_page_it_is_chosen_and_given_up_again(client, cast):
    client.force_login(cast["partner"])
    assert "As they come" in client.get(reverse("account")).content.decode()
    answer = client.post(reverse("digest"), {"when": "daily"}, follow=True).content.decode()
    assert "Once a day at 8am" in answer
    assert DailyDigest.objects.get().user == cast["partner"]
    assert "checked" in client.get(reverse("digest")).content.decode().split("Once a day")[0][-400:]
    client.post(reverse("digest"), {"when": "daily"})
    answer = client.post(reverse("digest"), {"when": "as_they_come"}, follow=True).content.decode()
    assert "As they come" in answer
    assert not DailyDigest.objects.exists()


@pytest.mark.parametrize("sent", ["", "weekly"])
def test_nothing_or_something_else_is_not_taken(client, cast, sent):
    client.force_login(cast["partner"])
    answer = client.post(reverse("digest"), {"when": sent})
    assert "There is a problem" in answer.content.decode()
    assert not DailyDigest.objects.exists()


# --- What goes into one e-mail


def say(incident, agencies, cast, number, at=DAY):
    for _ in range(number):
        item_for(incident, agencies, cast, at)
    sweep(at)


@pytest.mark.parametrize(("number", "mails"), [(BATCH - 1, [49]), (BATCH, [50]), (BATCH + 1, [50, 1])])
def test_an_e_mail_holds_fifty_messages_and_the_rest_goes_in_the_next(
    engaged, agencies, cast, mailoutbox, number, mails
):
    say(engaged, agencies, cast, number)
    actions.deliver(DAY + 2 * MINUTE)
    assert [mail.body.count("/inbox/") for mail in mailoutbox] == mails
    assert states() == ["sent"] * number
    links = [line for mail in mailoutbox for line in mail.body.split() if "/inbox/" in line]
    assert len(set(links)) == number
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == len(mails)


def test_an_urgent_message_is_not_held_up_by_more_than_fifty_that_wait(
    matter, agencies, actors, cast, mailoutbox
):
    mobilise(matter, agencies.youth, actors["coordinator"], DAY)
    for _ in range(BATCH + 5):
        make_item(matter, DAY, by=actors["coordinator"], agency=agencies.youth)
    sweep(DAY)
    actions.deliver(DAY)
    assert [mail.body.count("/inbox/") for mail in mailoutbox] == [BATCH]
    assert "asked to respond" in mailoutbox[0].body
    actions.deliver(DAY + 2 * MINUTE)
    assert states() == ["sent"] * (BATCH + 6)


def test_an_urgent_message_that_arrives_while_others_are_held_goes_at_once_and_leaves_other_matters(
    engaged, agencies, actors, cast, mailoutbox
):
    item_for(engaged, agencies, cast)
    sweep(DAY)
    other = make_incident(actors["coordinator"], DAY + MINUTE)
    mobilise(other, agencies.police, actors["coordinator"], DAY + MINUTE)
    sweep(DAY + MINUTE)
    actions.deliver(DAY + MINUTE)
    mine = [mail for mail in mailoutbox if mail.to == ["police@northmere.example"]]
    assert [mail.subject for mail in mine] == ["SVIT: 1 request to respond, NM-26-0002"]
    actions.deliver(DAY + 2 * MINUTE)
    mine = [mail for mail in mailoutbox if mail.to == ["police@northmere.example"]]
    assert [mail.subject for mail in mine[1:]] == ["SVIT: 1 item, NM-26-0001"]
