"""The page of messages that failed: who sees which, what it says, and sending again."""

import re

import pytest

from partners.models import User
from reminders import actions, reach
from reminders.models import BadAddress, Delivery, DeliveryState, Notification
from svit import clock
from tests.reminders.conftest import (
    DAY,
    HOUR,
    MINUTE,
    SECRETS,
    agencies,  # noqa: F401  the fixture
    engaged,  # noqa: F401  the fixture
    item_for,
    make_item,
    matter,  # noqa: F401  the fixture
    mobilise,
    sweep,
)

PAGE = "/setup/reminders/"
AGAIN = "/setup/reminders/send-again/"


def fail(notification, outcome="SMTPDataError", **more):
    rows = Delivery.objects.filter(notification=notification)
    rows.update(state=DeliveryState.FAILED, attempts=8, outcome=outcome, **more)
    return rows.get()


@pytest.fixture
def failed(engaged, agencies, cast, actors):  # noqa: F811
    """A message to a practitioner of the police failed, and one to the youth service."""
    engagement = mobilise(engaged, agencies.youth, actors["coordinator"], DAY)
    type(engagement).objects.filter(pk=engagement.pk).update(seen_at=DAY, remind_at=None)
    item_for(engaged, agencies, cast)
    make_item(engaged, DAY, agency=agencies.youth, assignee=cast["youth"])
    sweep(DAY)
    return {
        one.recipient.email.split("@")[0]: fail(one)
        for one in Notification.objects.filter(recipient__in=[cast["partner"], cast["youth"]])
    }


def open_page(client, user):
    with clock.at(DAY + HOUR):
        client.force_login(user)
        return client.get(PAGE).content.decode()


def send(client, user, data):
    with clock.at(DAY + HOUR):
        client.force_login(user)
        return client.post(AGAIN, data, follow=True).content.decode()


def key(delivery):
    return f"{delivery.notification.uuid}_{delivery.channel}"


def test_an_administrator_sees_kind_person_agency_and_why_and_nothing_of_the_incident(
    client,
    cast,
    failed,
    engaged,  # noqa: F811
):
    page = open_page(client, cast["administrator"])
    for word in ("Item", "by e-mail", "Police", "Riverside Police", "Northmere Youth Service", "8 attempts",
                 "The mail server did not take the message each time it was tried."):  # fmt: skip
        assert word in page, word
    for word in (
        *SECRETS,
        engaged.reference,
        "/incidents/",
        "/inbox/" + str(failed["police"].notification.uuid),
    ):
        assert word not in page, word


def test_of_what_concerns_another_borough_neither_kind_nor_time_is_shown(
    client,
    cast,
    failed,
    engaged,  # noqa: F811
    world,
):
    type(engaged).objects.filter(pk=engaged.pk).update(partnership=world.east)
    page = open_page(client, cast["administrator"])
    assert "Message of another partnership" in page
    assert page.count("Not shown") == 2
    assert "Item" not in page
    police = open_page(client, cast["agency_manager"])
    assert "Item" in police, "the police serve both boroughs"


def test_a_manager_sees_the_own_agency_s_alone(client, cast, failed):
    page = open_page(client, cast["agency_manager"])
    assert "Riverside Police" in page
    assert "Northmere Youth Service" not in page


@pytest.mark.parametrize("who", ["coordinator", "csp_manager", "governance", "partner", "superuser"])
def test_nobody_else_sees_any(client, cast, failed, who):
    with clock.at(DAY + HOUR):
        client.force_login(cast[who])
        assert client.get(PAGE).status_code == 403
        assert client.post(AGAIN, {"one": key(failed["police"])}).status_code == 403
    assert Delivery.objects.filter(state="failed").count() == 2


def test_one_is_sent_again_and_the_page_says_by_whom(client, cast, failed, mailoutbox):
    page = send(
        client, cast["administrator"], {"one": key(failed["police"]), "shown": [key(failed["youth"])]}
    )
    assert "1 message is sent again" in page
    actions.deliver(DAY + 2 * HOUR)
    assert [mail.to for mail in mailoutbox] == [["police@northmere.example"]]
    page = open_page(client, cast["administrator"])
    assert re.search(r"Item to Police, by e-mail: sent.*?Sent again by Admin", page, re.DOTALL)
    assert Delivery.objects.get(pk=failed["youth"].pk).state == DeliveryState.FAILED


def test_all_that_is_shown_is_sent_again(client, cast, failed, mailoutbox):
    shown = re.findall(r'name="shown" value="([^"]+)"', open_page(client, cast["administrator"]))
    assert sorted(shown) == sorted(key(one) for one in failed.values())
    assert "2 messages are sent again" in send(client, cast["administrator"], {"all": "yes", "shown": shown})
    actions.deliver(DAY + 2 * HOUR)
    assert len(mailoutbox) == 2


def test_a_manager_sends_nothing_of_another_agency(client, cast, failed):
    page = send(client, cast["agency_manager"], {"one": key(failed["youth"])})
    assert "Nothing was sent again" in page
    assert Delivery.objects.filter(state="failed").count() == 2


@pytest.mark.parametrize("value", ["", "x", "_", "97777777-7777-4777-8777-777777777777_email", "\x00_sms"])
def test_what_is_no_message_is_answered_in_words(client, cast, failed, value):
    assert "Nothing was sent again" in send(client, cast["administrator"], {"one": value})
    assert "not marked any more" in send(client, cast["administrator"], {"address": value})


def test_what_fails_again_says_who_sent_it_again(client, cast, failed):
    send(client, cast["administrator"], {"one": key(failed["police"])})
    fail(failed["police"].notification)
    page = open_page(client, cast["administrator"])
    assert re.search(r"Sent again by Admin,.*?and failed again", page, re.DOTALL)


def test_a_bad_address_is_shown_and_tried_again(client, cast, failed):
    reach.mark(cast["partner"], "email", BadAddress.Why.REFUSED, "550", DAY)
    page = open_page(client, cast["administrator"])
    assert re.search(r"Police</b>, Riverside Police<br>No mail reached the address since", page)
    assert "the mail server refused it (550)" in page
    assert cast["partner"].email not in page
    send(client, cast["administrator"], {"address": f"{cast['partner'].uuid}_email"})
    assert BadAddress.objects.count() == 0


def test_an_address_that_was_changed_is_shown_no_more(client, cast, failed):
    reach.mark(cast["partner"], "email", BadAddress.Why.REFUSED, "550", DAY)
    User.objects.filter(pk=cast["partner"].pk).update(email="new@northmere.example")
    assert "Addresses that take nothing" not in open_page(client, cast["administrator"])


def test_the_hub_counts_them(client, cast, failed):
    with clock.at(DAY + HOUR):
        client.force_login(cast["administrator"])
        assert "2 messages in 30 days" in client.get("/setup/").content.decode()


def test_it_is_paged_by_key(client, cast, failed):
    one = failed["police"]
    rows = Notification.objects.bulk_create(
        Notification(kind="item_due", step=f"overdue{n}", subject=one.notification.subject, recipient=cast["partner"],
                     due_at=DAY - n * MINUTE)
        for n in range(1, 40)
    )  # fmt: skip
    Delivery.objects.bulk_create(
        Delivery(notification=row, due_at=row.due_at, state=DeliveryState.FAILED, attempts=8) for row in rows
    )
    found, url = set(), PAGE
    with clock.at(DAY + HOUR):
        client.force_login(cast["administrator"])
        while url:
            page = client.get(url).content.decode()
            found |= set(re.findall(r'name="shown" value="([^"]+)"', page))
            older = re.search(r'rel="next" href="([^"]+)"', page)
            url = PAGE + older[1].replace("&amp;", "&") if older else None
    assert len(found) == 41


def test_what_is_older_than_30_days_is_shown_no_more(client, cast, failed):
    Delivery.objects.update(due_at=DAY - 31 * 24 * HOUR)
    assert "No message failed." in open_page(client, cast["administrator"])
