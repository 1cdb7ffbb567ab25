"""What goes first, by which way, and that several workers at once are as one."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from partners.models import User
from reminders import actions, channels
from reminders.models import Channel, Delivery, Notification
from tests.notify import FakeNotify
from tests.reminders.conftest import (
    DAY,
    HOUR,
    MINUTE,
    item_for,
    make_incident,
    make_item,
    mobilise,
    sweep,
)


def test_the_most_urgent_goes_first_then_the_oldest(engaged, agencies, cast, actors, mailoutbox):
    """Three days of silence: what waits longest was due first, and a request to respond goes before all of it."""
    people = {"partner": 2 * HOUR, "colleague": HOUR}
    for who, after in people.items():
        make_item(engaged, DAY, assignee=cast[who], agency=agencies.police, due_at=DAY + after)
    later = DAY + timedelta(days=3)
    Notification.objects.all().delete()
    sweep(later)
    Delivery.objects.exclude(notification__kind="item_due").delete()
    Delivery.objects.exclude(notification__recipient__in=[cast[who] for who in people]).delete()
    mobilise(make_incident(actors["coordinator"], later), agencies.youth, actors["coordinator"], later)
    sweep(later + MINUTE)
    Delivery.objects.filter(notification__kind="mobilised").exclude(
        notification__recipient=cast["youth"]
    ).delete()
    assert actions.deliver(later + 5 * MINUTE) == 3
    assert [mail.to[0].split("@")[0] for mail in mailoutbox] == [
        "youth", "police.two", "police"
    ]  # fmt: skip


def test_a_delivery_knows_what_it_needs_to_be_ordered_by(engaged, agencies, cast, actors):
    item_for(engaged, agencies, cast)
    mobilise(engaged, agencies.youth, actors["coordinator"], DAY)
    sweep(DAY)
    found = {one.notification.kind: one for one in Delivery.objects.select_related("notification")}
    assert (found["mobilised"].urgent, found["assigned"].urgent) == (True, False)
    assert all(one.due_at == one.notification.due_at for one in found.values())


def test_the_environment_alone_chooses(settings):
    assert channels.chosen(Channel.EMAIL) == "reminders.channels.smtp.Smtp"
    assert channels.chosen(Channel.SMS) == ""
    settings.NOTIFY_EMAIL_TEMPLATE = settings.NOTIFY_SMS_TEMPLATE = "x"
    assert channels.chosen(Channel.EMAIL) == "reminders.channels.notify_email.NotifyEmail"
    assert channels.chosen(Channel.SMS) == "reminders.channels.notify_sms.NotifySms"


def test_a_channel_that_is_down_holds_up_no_other(matter, agencies, actors, cast, settings, mailoutbox):
    User.objects.filter(pk=cast["youth"].pk).update(mobile="+447700900456")
    with FakeNotify() as fake:
        fake.on(settings)
        mobilise(matter, agencies.youth, actors["coordinator"], DAY)
        sweep(DAY)
        fake.fail = "limit"
        assert actions.deliver(DAY) == 1
        assert len(mailoutbox) == 1
        fake.fail = None
        assert actions.deliver(DAY) == 1
        assert len(fake.sent) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_several_workers_at_once_text_and_mail_each_once(world, cast, actors, settings, mailoutbox):
    """Row claims: real transactions in real threads, each with its lines of its own."""
    agency = world.agencies.youth
    User.objects.filter(pk=cast["youth"].pk).update(mobile="+447700900456")
    User.objects.filter(pk=cast["partner"].pk).update(mobile="+447700900457")
    matters = [make_incident(actors["coordinator"], DAY) for _ in range(10)]
    for one in matters:
        mobilise(one, agency, actors["coordinator"], DAY)
        mobilise(one, world.agencies.police, actors["coordinator"], DAY)

    def work():
        try:
            actions.deliver(DAY)
        finally:
            connections.close_all()

    with FakeNotify() as fake:
        fake.on(settings)
        sweep(DAY)
        threads = [threading.Thread(target=work) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
        assert sorted(one["to"] for one in fake.sent) == ["+447700900456", "+447700900457"]
        assert (
            sum(mail.body.count("/inbox/") for mail in mailoutbox)
            == Delivery.objects.filter(channel="email").count()
        )
