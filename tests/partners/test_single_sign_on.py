"""Signing in by an agency's own service, against a real OpenID Connect provider on this machine."""

import io
import json
import re
import socket
import subprocess
import sys
import time
from unittest.mock import Mock
from urllib.parse import urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from partners import actions, invitations
from partners.models import Invitation, Role, SingleSignOn, User
from partners.single_sign_on import has_two_factors
from svit import encryption
from tests.conftest import PASSWORD

PEOPLE = [
    {"sub": "p-1", "email": "New@police.example", "name": "New Officer", "amr": ["pwd", "mfa"]},
    {"sub": "p-2", "email": "other@police.example", "name": "Another Officer"},
    {"sub": "p-3", "email": "police@northmere.example", "name": "Whoever has that address there"},
    {"sub": "p-4", "email": "new@police.example", "name": "One factor", "amr": ["pwd"]},
    {"sub": "p-5", "name": "Without an address"},
]


@pytest.fixture(scope="module")
def provider():
    """The address of the service; it ends with the tests."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    people = [part for each in PEOPLE for part in ("--user-claims", json.dumps(each))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *people]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    issuer = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                requests.get(f"{issuer}/.well-known/openid-configuration", timeout=5).raise_for_status()
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield issuer
    finally:
        process.terminate()
        process.wait()


def configure(monkeypatch, issuer, agency="Riverside Police", **more):
    monkeypatch.setattr("sys.stdin", io.StringIO("the-client-secret\n"))
    call_command("single_sign_on", agency, issuer=issuer, client_id="svit", domain=["police.example"], **more)


@pytest.fixture
def service(world, provider, monkeypatch):
    configure(monkeypatch, provider)
    return SingleSignOn.objects.select_related("app").get()


@pytest.fixture
def invitation(world, actors, service):
    member = actions.add_member(
        agency=world.agencies.police, by=actors["administrator"], name="New Officer", email="new@police.example",
        role=Role.PRACTITIONER,
    )  # fmt: skip
    return member.invitations.get()


def at_the_service(page, sub):
    """Go on by the link of the page, choose who one is there, and come back: the path to which it leads."""
    url = re.search(r'href="(http://127[^"]+)"', page.content.decode())[1].replace("&amp;", "&")
    answer = requests.post(url, data={"sub": sub}, allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def by_invitation(client, invitation, sub, onward="/incidents/"):
    link = urlsplit(invitations.address_of(invitation)).path
    page = client.post(f"{link}service/", {"next": onward})
    return client.get(at_the_service(page, sub))


def sign_in(client, sub, email="x@police.example", onward="/incidents/"):
    page = client.post(reverse("agency-sign-in"), {"email": email, "next": onward})
    return client.get(at_the_service(page, sub))


def test_somebody_sets_up_and_signs_in_by_the_agency_s_service(client, invitation):
    link = urlsplit(invitations.address_of(invitation)).path
    page = client.get(link).content.decode()
    assert "Continue with your agency’s sign-in" in page
    assert "Choose a password" not in page
    done = by_invitation(client, invitation, "p-1")
    assert done["Location"] == "/incidents/"
    assert client.get("/incidents/").status_code == 200
    user = User.objects.get(email="new@police.example")
    assert user.joined_at is not None
    assert not user.has_usable_password()
    assert SocialAccount.objects.get(user=user).uid == "p-1"
    again = Client()
    assert sign_in(again, "p-1")["Location"] == "/incidents/"
    assert again.get(reverse("account")).status_code == 200


def test_nobody_sets_a_password_where_the_agency_signs_its_people_in(client, invitation):
    link = urlsplit(invitations.address_of(invitation)).path
    page = client.post(link, {"password1": PASSWORD, "password2": PASSWORD})
    assert "Continue with your agency’s sign-in" in page.content.decode()
    assert not User.objects.get(email="new@police.example").has_usable_password()
    assert Invitation.objects.get().used_at is None
    assert client.get("/incidents/").status_code == 302


def test_the_page_before_says_where_it_leads(client, service):
    page = client.post(reverse("agency-sign-in"), {"email": "x@police.example"}).content.decode()
    assert "Riverside Police signs its people in at <b>127.0.0.1</b>" in page
    assert "code_challenge_method=S256" in page, "a code that was caught is no good without its verifier"


def test_nobody_comes_in_without_an_invitation(client, service):
    answer = sign_in(client, "p-2")
    assert answer["Location"] == "/account/login/"
    assert "no account here is joined to you" in client.get(answer["Location"]).content.decode()
    assert client.get("/incidents/").status_code == 302
    assert not SocialAccount.objects.exists()


def test_an_address_alone_opens_no_account(client, service, cast):
    """The service says it is the police practitioner's address; nobody joined the two."""
    sign_in(client, "p-3")
    assert client.get("/incidents/").status_code == 302
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("sub", ["p-2", "p-3"])
def test_an_invitation_is_no_good_for_somebody_else(client, invitation, sub):
    answer = by_invitation(client, invitation, sub)
    assert "somebody else than the invitation is for" in client.get(answer["Location"]).content.decode()
    assert Invitation.objects.get().used_at is None


def test_a_service_that_tells_no_address_goes_by_the_invitation(client, invitation):
    assert by_invitation(client, invitation, "p-5")["Location"] == "/incidents/"


def test_an_invitation_joins_once(client, invitation):
    by_invitation(client, invitation, "p-1")
    other = Client()
    page = other.post(urlsplit(invitations.address_of(invitation)).path + "service/")
    assert page.status_code == 302, "back to the page that says it was used"


def test_an_invitation_is_still_good_where_joining_failed(client, invitation, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(SocialAccount, "save", Mock(side_effect=OperationalError("the connection is gone")))
        with pytest.raises(OperationalError):
            by_invitation(client, invitation, "p-1")
    assert Invitation.objects.get().used_at is None
    assert User.objects.get(email="new@police.example").joined_at is None
    assert by_invitation(Client(), invitation, "p-1")["Location"] == "/incidents/"


def test_the_invitation_of_another_agency_is_no_good_here(
    client, world, actors, service, monkeypatch, provider
):
    member = actions.add_member(
        agency=world.agencies.housing, by=actors["administrator"], name="x", email="new@police.example",
        role=Role.PRACTITIONER,
    )  # fmt: skip
    link = urlsplit(invitations.address_of(member.invitations.get())).path
    assert client.post(f"{link}service/").status_code == 302, "housing has no service"
    session = client.session
    session["invited_by"] = link.split("/")[3]
    session.save()
    sign_in(client, "p-1")
    assert client.get("/incidents/").status_code == 302


def test_an_answer_that_nobody_asked_for_is_refused(client, service):
    for path in ("?code=x&state=forged", "", "?error=access_denied", "?code=%00"):
        answer = client.get(reverse("openid_connect_callback", args=[service.app.provider_id]) + path)
        assert answer.status_code in (200, 302), path
        assert client.get("/incidents/").status_code == 302


def test_what_was_begun_in_one_browser_ends_in_no_other(client, service):
    page = client.post(reverse("agency-sign-in"), {"email": "x@police.example"})
    path = at_the_service(page, "p-1")
    other = Client()
    other.get(path)
    assert other.get("/incidents/").status_code == 302


def test_a_second_factor_at_the_service_counts(client, invitation, world, settings):
    settings.SECOND_FACTOR_COMPULSORY = True
    world.north.second_factor_for_all = True
    world.north.save()
    by_invitation(client, invitation, "p-1")
    assert client.get("/incidents/").status_code == 200


def test_one_factor_at_the_service_does_not(client, invitation, world, settings):
    settings.SECOND_FACTOR_COMPULSORY = True
    world.north.second_factor_for_all = True
    world.north.save()
    by_invitation(client, invitation, "p-4")
    assert client.get("/incidents/")["Location"].startswith(reverse("mfa_index"))
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


@pytest.mark.parametrize(
    ("amr", "two"),
    [
        (["mfa"], True),
        (["pwd", "mfa"], True),
        (["pwd", "otp"], True),
        (["pin", "hwk"], True),
        (["face", "pin"], True),
        (["otp"], False),
        (["hwk"], False),
        (["swk", "user"], False),
        (["face"], False),
        (["otp", "hwk"], False),
        (["pwd"], False),
        (["pwd", "pin"], False),
        ([], False),
        (None, False),
        ("mfa", False),
        (3, False),
        ([["mfa"], {"x": 1}], False),
    ],
)
def test_what_a_service_says_that_it_asked_for(amr, two):
    assert has_two_factors(amr) is two


def test_an_ended_membership_shuts_the_way(client, invitation, actors):
    by_invitation(client, invitation, "p-1")
    actions.end_membership(membership=invitation.membership, by=actors["administrator"])
    assert client.get("/incidents/").status_code == 403
    other = Client()
    answer = sign_in(other, "p-1")
    assert answer["Location"] == "/account/login/"


def test_a_closed_service_lets_nobody_in(client, invitation, service):
    page = client.post(reverse("agency-sign-in"), {"email": "x@police.example"})
    path = at_the_service(page, "p-1")
    call_command("single_sign_on", "Riverside Police", close=True)
    assert "no longer open" in client.get(client.get(path)["Location"]).content.decode()
    assert "no agency" in client.post(
        reverse("agency-sign-in"), {"email": "x@police.example"}
    ).content.decode().lower()  # fmt: skip


def test_a_service_that_is_down_is_said_so(client, service):
    SocialApp.objects.update(settings={"server_url": "http://127.0.0.1:9"})
    answer = client.post(reverse("agency-sign-in"), {"email": "x@police.example"})
    assert answer.status_code == 200
    assert "does not answer" in answer.content.decode()


@pytest.mark.parametrize("email", ["", "x", "x@elsewhere.example", "x@police.example.evil.example", "\x00@x"])
def test_other_addresses_lead_to_no_service(client, service, email):
    page = client.post(reverse("agency-sign-in"), {"email": email})
    assert page.status_code == 200
    assert "There is a problem" in page.content.decode()


def test_the_secret_stands_encrypted_in_the_database(service):
    assert "the-client-secret" not in service.app.secret
    assert encryption.decrypt(service.app.secret) == "the-client-secret"


@pytest.mark.parametrize(
    ("agency", "options"),
    [
        ("Nobody", {"issuer": "https://x.example", "client_id": "x"}),
        ("Riverside Police", {"issuer": "http://login.example.org", "client_id": "x"}),
        ("Riverside Police", {"issuer": "https://x.example"}),
        ("Northmere Homes", {"close": True}),
    ],
)
def test_the_command_says_what_is_wrong(world, agency, options):
    with pytest.raises(CommandError):
        call_command("single_sign_on", agency, **options)


def test_whoever_has_a_password_keeps_it(client, cast, service):
    cast["partner"].set_password(PASSWORD)
    cast["partner"].save()
    done = client.post(reverse("account_login"), {"login": cast["partner"].email, "password": PASSWORD})
    assert done.status_code == 302
    assert client.get("/incidents/").status_code == 200
