"""A number for texts: one's own, a UK mobile number, asked for only where texts are sent."""

import pytest

from partners import telephone
from partners.models import User
from tests.notify import SMS_TEMPLATE

URL = "/account/texts/"


@pytest.fixture
def signed_in(client, cast, settings):
    settings.NOTIFY_SMS_TEMPLATE = SMS_TEMPLATE
    client.force_login(cast["partner"])
    return client


@pytest.mark.parametrize(
    "typed",
    [
        "07700 900123",
        "+44 7700 900123",
        "+44 (0)7700 900123",
        "0044 7700-900-123",
        "07700.900.123",
        " 07700900123 ",
    ],
)
def test_a_number_is_kept_in_one_shape_however_it_was_typed(signed_in, cast, typed):
    answer = signed_in.post(URL, {"mobile": typed}, follow=True)
    assert "You will be texted" in answer.content.decode()
    cast["partner"].refresh_from_db()
    assert cast["partner"].mobile == "+447700900123"
    assert "+447700900123" in signed_in.get("/account/").content.decode()


@pytest.mark.parametrize(
    "typed",
    ["020 7946 0123", "07700 90012", "07700 9001234", "999", "+1 202 555 0123", "070 0090 0123", "07600 900123",
     "zero seven", "07700 900123 ext 4", "०७७००९००१२३", "077०० 900123", "+"],
)  # fmt: skip
def test_anything_else_is_refused_and_kept_on_the_page(signed_in, cast, typed):
    page = signed_in.post(URL, {"mobile": typed}).content.decode()
    assert "Enter a UK mobile number, such as 07700 900123" in page
    cast["partner"].refresh_from_db()
    assert cast["partner"].mobile == ""


def test_what_no_database_takes_is_refused(signed_in, cast):
    assert "<title>Error:" in signed_in.post(URL, {"mobile": "07700\x00900123"}).content.decode()
    cast["partner"].refresh_from_db()
    assert cast["partner"].mobile == ""


def test_it_is_taken_back_by_emptying_it(signed_in, cast):
    User.objects.filter(pk=cast["partner"].pk).update(mobile="+447700900123")
    answer = signed_in.post(URL, {"mobile": ""}, follow=True)
    assert "You get no texts." in answer.content.decode()
    cast["partner"].refresh_from_db()
    assert cast["partner"].mobile == ""


def test_where_no_texts_are_sent_nobody_is_asked(client, cast):
    client.force_login(cast["partner"])
    assert client.get(URL).status_code == 404
    assert "Text me" not in client.get("/account/").content.decode()


def test_a_number_given_before_texts_were_switched_off_can_be_taken_back(client, cast):
    User.objects.filter(pk=cast["partner"].pk).update(mobile="+447700900123")
    client.force_login(cast["partner"])
    assert "Text me" in client.get("/account/").content.decode()
    assert client.post(URL, {"mobile": ""}).status_code == 302


def test_nobody_who_sets_up_the_agency_sees_it(client, cast, world):
    User.objects.filter(pk=cast["partner"].pk).update(mobile="+447700900123")
    for who in ("administrator", "agency_manager"):
        client.force_login(cast[who])
        for url in ("/setup/members/", f"/setup/agencies/{world.agencies.police.uuid}/", "/setup/on-call/"):
            assert "7700900123" not in client.get(url).content.decode()


def test_a_landline_is_no_mobile_number():
    assert telephone.mobile("020 7946 0123") is None
