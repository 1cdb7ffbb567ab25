"""What happens at the door is told to the log: who, by which means, which source; never a name or what was typed."""

import json
import logging

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from svit.logs import Json
from tests.conftest import PASSWORD
from tests.partners.one_time import code

WRONG = "something else entirely"


@pytest.fixture
def client(db):
    cache.clear()
    return Client()


@pytest.fixture
def person(cast):
    cast["partner"].set_password(PASSWORD)
    cast["partner"].save()
    return cast["partner"]


@pytest.fixture
def told(caplog):
    """What the door told since, as (event, account, how)."""
    caplog.set_level(logging.INFO, "svit.door")

    def read():
        rows = [row for row in caplog.records if row.name == "svit.door"]
        found = [(row.event, row.account, row.how) for row in rows]
        caplog.clear()
        return found

    return read


def sign_in(client, email, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_coming_in_and_going_out_is_told(client, person, told):
    sign_in(client, person.email)
    assert told() == [("signed in", str(person.uuid), "-")]
    client.post(reverse("account_logout"))
    assert told() == [("signed out", str(person.uuid), "-")]


def test_a_wrong_password_is_told_without_the_address_that_was_tried(client, person, told, caplog):
    sign_in(client, person.email, WRONG)
    sign_in(client, "nobody@northmere.example", WRONG)
    for row in caplog.records:
        for secret in (person.email, "nobody@", WRONG, "127.0.0.1"):
            assert secret not in Json().format(row)
    assert told() == [("sign-in failed", "nobody", "password")] * 2


def test_a_second_factor_is_told_right_wrong_new_and_gone(client, person, told):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    sign_in(client, person.email)
    assert told() == []
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert told() == [("second factor failed", str(person.uuid), "totp")]
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert {event for event, _, _ in told()} == {"second factor passed", "signed in"}
    client.post(reverse("mfa_deactivate_totp"))
    assert ("second factor removed", str(person.uuid), "totp") in told()
    assert not Authenticator.objects.filter(user=person, type="totp").exists()


def test_a_new_password_is_told(client, person, told):
    sign_in(client, person.email)
    told()
    new = "riverbank-lantern-9"
    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert told() == [("password set", str(person.uuid), "-")]


def test_what_is_refused_is_told_with_the_page_and_who_asked(client, cast, incident, told):
    client.force_login(cast["stranger"])
    told()
    client.get(incident.get_absolute_url())
    client.get(reverse("setup"))
    client.get("/wp-login.php")
    stranger = str(cast["stranger"].uuid)
    assert told() == [
        ("refused", stranger, "incident"),
        ("refused", stranger, "setup"),
        ("refused", stranger, "no page of ours"),
    ]


def test_a_forged_form_and_an_unknown_host_are_told(client, caplog):
    """By Django itself, under the names that it has for them, without the address that was asked for."""
    Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "x"})
    client.get("/account/login/", headers={"host": "elsewhere.example"})
    found = {row.name for row in caplog.records if row.levelno >= logging.WARNING}
    assert {"django.security.csrf", "django.security.DisallowedHost"} <= found


def test_the_same_source_is_the_same_word_and_no_address(client, person, caplog):
    caplog.set_level(logging.INFO, "svit.door")
    for source in ("192.0.2.7", "192.0.2.7", "192.0.2.8"):
        client.post(reverse("account_login"), {"login": "x@y.example", "password": WRONG}, REMOTE_ADDR=source)
    words = [row.source for row in caplog.records if row.name == "svit.door"]
    assert words[0] == words[1] != words[2]
    assert all(len(word) == 12 for word in words)


def test_a_line_is_one_object_and_nothing_that_was_sent_breaks_it(client, person, caplog):
    caplog.set_level(logging.INFO, "svit.door")
    sign_in(client, 'x@y.example"}\r\n{"event": "signed in', WRONG)
    client.get('/nowhere/%0d%0a{"event":"signed in"}')
    lines = [Json().format(row) for row in caplog.records if row.name == "svit.door"]
    assert lines
    for line in lines:
        assert "\n" not in line
        assert json.loads(line)["event"] in ("sign-in failed", "refused")
        assert json.loads(line)["time"].endswith("+00:00")
