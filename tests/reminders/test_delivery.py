"""What goes out by e-mail: when, to whom, in how many messages, and in which words."""

import smtplib
import socket
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

from checklists.models import ChecklistItem, ClockKind
from incidents.actions import stand_down
from incidents.models import Engagement, ReportState
from partners.models import User
from reminders import actions
from reminders.models import Delivery, DeliveryState, Notification
from svit import clock
from tests.reminders.conftest import (
    DAY,
    H24,
    HOUR,
    MINUTE,
    NIGHT,
    SECRETS,
    look,
    make_clock,
    make_incident,
    make_item,
    make_person,
    mobilise,
    sweep,
)

SEVEN = NIGHT.replace(hour=6, minute=0)  # on the wall


class Broken(BaseEmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, email_messages):
        raise smtplib.SMTPServerDisconnected("Kamal Adeyemi's server is away")


class Killed(BaseEmailBackend):
    """The worker is killed after the mail server took the message, and before it is marked."""

    def send_messages(self, email_messages):
        from django.core import mail

        mail.outbox.extend(email_messages)
        raise KeyboardInterrupt


def item_for(incident, agencies, cast, at=DAY, **more):
    """One item that one person alone is told about."""
    return make_item(incident, at, agency=agencies.police, assignee=cast["partner"], **more)


def states():
    return sorted(Delivery.objects.values_list("state", flat=True))


# --- When


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


# --- Asked again


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


# --- As one


def test_several_messages_within_a_few_minutes_arrive_as_one(engaged, agencies, cast, mailoutbox):
    for minutes in (0, 1, 2):
        item_for(engaged, agencies, cast, DAY + minutes * MINUTE)
        sweep(DAY + minutes * MINUTE)
        actions.deliver(DAY + minutes * MINUTE)
    actions.deliver(DAY + 4 * MINUTE)
    assert len(mailoutbox) == 1
    assert mailoutbox[0].subject == "SVIT: 3 items, NM-26-0001"


def test_a_stream_of_messages_is_not_held_up_for_ever(engaged, agencies, cast, mailoutbox):
    for minutes in range(9):
        item_for(engaged, agencies, cast, DAY + minutes * MINUTE)
        sweep(DAY + minutes * MINUTE)
        actions.deliver(DAY + minutes * MINUTE)
    assert [mail.subject for mail in mailoutbox] == ["SVIT: 4 items, NM-26-0001"]


def test_what_is_held_goes_with_something_urgent_about_the_same_matter(matter, agencies, actors, mailoutbox):
    mobilise(matter, agencies.youth, actors["coordinator"], DAY)
    for _ in range(2):
        make_item(matter, DAY, by=actors["coordinator"], agency=agencies.youth, due_at=DAY + 4 * HOUR)
    sweep(DAY)
    actions.deliver(DAY)
    assert [mail.subject for mail in mailoutbox] == [
        "SVIT: 1 request to respond, 2 items, NM-26-0001, due 2pm"
    ]
    assert states() == ["sent", "sent", "sent"]


def test_an_item_has_one_line_and_one_link_in_an_e_mail(engaged, agencies, cast, mailoutbox):
    item_for(engaged, agencies, cast, due_at=DAY + 2 * MINUTE)
    for minutes in (0, 1, 2):
        sweep(DAY + minutes * MINUTE)
    actions.deliver(DAY + 6 * MINUTE)
    assert [mail.subject for mail in mailoutbox] == ["SVIT: 1 item, NM-26-0001, due 10:02am"]
    assert mailoutbox[0].body.startswith(
        "You have been given an item. NM-26-0001. Was due 6 June 2026 at 10:02am."
    )
    assert mailoutbox[0].body.count("/inbox/") == 1
    assert set(states()) == {"sent"}
    assert len(states()) == 3


def test_an_exercise_never_shares_an_e_mail_with_the_real_thing(matter, agencies, actors, mailoutbox):
    exercise = make_incident(actors["coordinator"], DAY, exercise=True)
    mobilise(matter, agencies.youth, actors["coordinator"], DAY)
    mobilise(exercise, agencies.youth, actors["coordinator"], DAY)
    sweep(DAY)
    actions.deliver(DAY)
    assert sorted(mail.subject for mail in mailoutbox) == [
        "EXERCISE SVIT: 1 request to respond, EX-NM-26-0001",
        "SVIT: 1 request to respond, NM-26-0001",
    ]
    marked = next(mail for mail in mailoutbox if "EX-" in mail.subject)
    assert marked.body.startswith("EXERCISE.")


def test_two_incidents_in_one_e_mail_are_counted_and_each_stands_in_its_line(
    engaged, agencies, actors, cast, mailoutbox
):
    other = make_incident(actors["coordinator"], DAY)
    engagement = mobilise(other, agencies.police, actors["coordinator"], DAY)
    Engagement.objects.filter(pk=engagement.pk).update(seen_at=DAY, remind_at=None)
    for incident in (engaged, other):
        item_for(incident, agencies, cast)
    sweep(DAY)
    actions.deliver(DAY + 2 * MINUTE)
    assert [mail.subject for mail in mailoutbox] == ["SVIT: 2 items, 2 incidents"]
    assert "NM-26-0001." in mailoutbox[0].body
    assert "NM-26-0002." in mailoutbox[0].body


# --- Words


def test_a_message_holds_fixed_words_a_reference_a_time_and_a_link(engaged, agencies, cast, mailoutbox):
    item_for(engaged, agencies, cast, due_at=datetime(2026, 6, 7, 3, 10, tzinfo=UTC))
    sweep(DAY)
    actions.deliver(DAY + 2 * MINUTE)
    one = Notification.objects.get(kind="assigned")
    assert mailoutbox[0].body == (
        "You have been given an item. NM-26-0001. Due 7 June 2026 at 4:10am.\n"
        f"{settings.BASE_URL}/inbox/{one.uuid}/\n"
        "\n"
        "Sign in to read more. Nothing personal is ever put into these messages. Do not reply to them.\n"
    )
    assert mailoutbox[0].subject == "SVIT: 1 item, NM-26-0001, due 7 June 2026 at 4:10am"


def test_nothing_that_anybody_typed_is_ever_mailed(actors, agencies, cast, north, mailoutbox):
    """Every kind at every step, for a year."""
    incident = make_incident(actors["coordinator"], DAY)
    mobilise(incident, agencies.police, actors["coordinator"], DAY)
    mobilise(incident, agencies.school, actors["coordinator"], DAY)
    item = make_item(incident, DAY, by=actors["coordinator"], agency=agencies.police, due_at=DAY + 4 * HOUR)
    make_item(incident, DAY, due_at=DAY + 4 * HOUR)
    back = make_item(incident, DAY, sent_back_at=DAY, sent_back_reason="Kamal Adeyemi is not ours")
    look(back, DAY, "tell_at")
    for kind in ClockKind.values:
        make_clock(make_person(incident), kind, DAY, agency=agencies.police, worker=cast["colleague"])
    make_incident(actors["partner"], DAY, report_state=ReportState.UNCONFIRMED, partnership=north)
    year = [DAY + timedelta(days=days) for days in (*range(5), 337, 351, 358, 364, 365)]
    for moment in year:
        for minutes in (0, 15, 30, 50, 60, 720, 1200):
            sweep(moment + minutes * MINUTE)
            actions.deliver(moment + minutes * MINUTE)
    kinds = set(Notification.objects.values_list("kind", flat=True))
    assert kinds == {
        "mobilised", "unconfirmed", "anniversary", "assigned", "sent_back", "item_due", "golden_hour",
        "first_attempt", "contact_made",
    }  # fmt: skip
    assert item.title in SECRETS
    names = list(User.objects.values_list("name", flat=True))
    assert len(mailoutbox) > 20
    for mail in mailoutbox:
        text = mail.message().as_string().split("To: ")[0] + mail.subject + mail.body
        assert not [word for word in (*SECRETS, "Ward", "Kamal", *names) if word in text]


# --- Once, and again when it has to be


def test_what_was_sent_is_not_sent_again(engaged, agencies, cast, mailoutbox):
    item_for(engaged, agencies, cast)
    sweep(DAY)
    for minutes in (2, 3, 60, 3000):
        actions.deliver(DAY + minutes * MINUTE)
    assert len(mailoutbox) == 1


def test_a_killed_worker_is_followed_by_one_that_sends_the_same_message(
    engaged, agencies, cast, mailoutbox, settings
):
    item_for(engaged, agencies, cast)
    sweep(DAY)
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.reminders.test_delivery.Killed"
    with pytest.raises(KeyboardInterrupt):
        actions.deliver(DAY + 2 * MINUTE)
    settings.EMAIL_BACKEND = working
    item_for(engaged, agencies, cast, DAY + 3 * MINUTE)
    sweep(DAY + 3 * MINUTE)
    actions.deliver(DAY + 3 * MINUTE)
    assert len(mailoutbox) == 1, "the dead worker may be alive for three minutes"
    actions.deliver(DAY + 6 * MINUTE)
    first, *rest = mailoutbox
    assert [mail.extra_headers["Message-ID"] for mail in rest].count(first.extra_headers["Message-ID"]) == 1
    assert len(rest) == 2, "what came later is a message of its own"
    assert states() == ["sent", "sent"]


def test_a_message_that_is_sent_again_keeps_its_message_id_though_a_part_of_it_is_done(
    engaged, agencies, cast, mailoutbox, settings
):
    items = [item_for(engaged, agencies, cast) for _ in range(2)]
    sweep(DAY)
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.reminders.test_delivery.Killed"
    with pytest.raises(KeyboardInterrupt):
        actions.deliver(DAY + 2 * MINUTE)
    ChecklistItem.objects.filter(pk=items[0].pk).update(state="done", done_at=DAY)
    with pytest.raises(KeyboardInterrupt):
        actions.deliver(DAY + 6 * MINUTE)
    settings.EMAIL_BACKEND = working
    actions.deliver(DAY + 10 * MINUTE)
    assert [mail.body.count("/inbox/") for mail in mailoutbox] == [2, 1, 1]
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == 1


def test_the_message_id_comes_from_the_messages_alone(engaged, agencies, cast, mailoutbox):
    item_for(engaged, agencies, cast)
    sweep(DAY)
    actions.deliver(DAY + 2 * MINUTE)
    again = Delivery.objects.select_related("notification").get()
    again.message_id = ""
    actions._take([again], DAY)
    assert again.message_id == mailoutbox[0].extra_headers["Message-ID"]
    assert again.message_id.endswith("@localhost>")


def test_failures_back_off_and_end_after_eight(engaged, agencies, cast, settings):
    settings.EMAIL_BACKEND = "tests.reminders.test_delivery.Broken"
    item_for(engaged, agencies, cast)
    sweep(DAY)
    tried, moment = [], DAY + 2 * MINUTE
    for _ in range(8):
        actions.deliver(moment)
        row = Delivery.objects.get()
        tried.append(row.next_try_at - moment)
        moment = row.next_try_at
        actions.deliver(moment - timedelta(seconds=1))
    assert [wait // MINUTE for wait in tried[:7]] == [1, 5, 15, 60, 60, 60, 60]
    assert row.state == DeliveryState.FAILED
    assert row.attempts == 8
    assert row.outcome == "SMTPServerDisconnected", "the reason, and nothing that the server said"


def test_one_person_s_failure_does_not_hold_up_the_others(engaged, agencies, cast, mailoutbox, monkeypatch):
    from django.core.mail import EmailMessage

    send = EmailMessage.send

    def refuse_one(message, **how):
        if message.to == ["police@northmere.example"]:
            raise smtplib.SMTPRecipientsRefused({})
        return send(message, **how)

    monkeypatch.setattr(EmailMessage, "send", refuse_one)
    item_for(engaged, agencies, cast)
    make_item(engaged, DAY, agency=agencies.police, assignee=cast["colleague"])
    sweep(DAY)
    actions.deliver(DAY + 2 * MINUTE)
    assert [mail.to for mail in mailoutbox] == [["police.two@northmere.example"]]
    assert states() == ["pending", "sent"]


def test_a_real_mail_server_takes_the_message(engaged, agencies, cast, settings):
    taken = []

    class Handler:
        async def handle_DATA(self, server, session, envelope):
            taken.append(envelope)
            return "250 OK"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(Handler(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, port
        item_for(engaged, agencies, cast)
        sweep(DAY)
        actions.deliver(DAY + 2 * MINUTE)
    finally:
        server.stop()
    assert [envelope.rcpt_tos for envelope in taken] == [["police@northmere.example"]]
    assert b"Auto-Submitted: auto-generated" in taken[0].content
    assert Delivery.objects.get().message_id.encode() in taken[0].content
