"""An e-mail goes once, and again when it has to: killed workers, servers that fail, a real one."""

import smtplib
import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core.mail.backends.base import BaseEmailBackend

from checklists.models import ChecklistItem
from reminders import actions
from reminders.actions import sending
from reminders.models import Delivery, DeliveryState
from tests.reminders.conftest import (
    DAY,
    MINUTE,
    item_for,
    make_item,
    states,
    sweep,
)


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
    settings.EMAIL_BACKEND = "tests.reminders.test_mail_failures.Killed"
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
    settings.EMAIL_BACKEND = "tests.reminders.test_mail_failures.Killed"
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
    sending._take([again], DAY)
    assert again.message_id == mailoutbox[0].extra_headers["Message-ID"]
    assert again.message_id.endswith("@localhost>")


def test_failures_back_off_and_end_after_eight(engaged, agencies, cast, settings):
    settings.EMAIL_BACKEND = "tests.reminders.test_mail_failures.Broken"
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
