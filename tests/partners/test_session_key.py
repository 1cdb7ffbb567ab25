"""Nobody keeps a hold on a session through its key: each step of signing in gives it a new one."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.conftest import PASSWORD
from tests.partners.one_time import code


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
def key(client, settings):
    """The key of the browser's session, as its cookie has it."""
    return lambda: getattr(client.cookies.get(settings.SESSION_COOKIE_NAME), "value", None)


def sign_in(client, user):
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def test_a_key_that_somebody_planted_is_no_good_after_signing_in(client, person, key, settings):
    """Whoever put a session of their own into the browser before has nothing when its owner comes in."""
    planted = SessionStore()
    planted["planted"] = True
    planted.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    assert sign_in(client, person).status_code == 302
    assert key() != planted.session_key
    planter = Client()
    planter.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    assert planter.get(reverse("account")).status_code == 302
    assert client.get(reverse("account")).status_code == 200


def test_a_second_factor_gives_it_a_new_key(client, person, key):
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    sign_in(client, person)
    before = key()
    assert client.post(reverse("mfa_authenticate"), {"code": code(secret)}).status_code == 302
    assert key() != before
    assert not SessionStore().exists(before)


def test_showing_the_password_again_gives_it_a_new_key(client, person, key):
    sign_in(client, person)
    before = key()
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
    assert key() != before
    assert not SessionStore().exists(before)
    assert client.get(reverse("account")).status_code == 200


def test_a_key_cannot_be_guessed(db):
    """128 bits at least: 32 signs out of 36, by the system's source of chance, each time another."""
    keys = {SessionStore()._get_new_session_key() for _ in range(50)}
    assert len(keys) == 50
    assert {len(key) for key in keys} == {32}
    assert len(set("".join(keys))) == 36
