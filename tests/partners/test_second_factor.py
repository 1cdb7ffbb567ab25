"""The second factor: who has to have one, setting it up, signing in with it, losing it."""

import html
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from partners import actions
from partners.actions import send_letters
from partners.actions.acting import pick
from partners.models import Letter, Membership, Role
from svit import encryption
from svit.refused import Refused
from tests.clients import SignedIn
from tests.conftest import PASSWORD
from tests.partners.one_time import code

pytestmark = pytest.mark.usefixtures("_compulsory")


@pytest.fixture
def _compulsory(settings):
    settings.SECOND_FACTOR_COMPULSORY = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def client():
    """A browser that came with no second factor."""
    return Client()


def sign_in(client, user, **more):
    if not user.has_usable_password():
        user.set_password(PASSWORD)
        user.save()
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, **more})


def key_on(page):
    return html.unescape(re.search(r'id="totp-key">([^<]+)<', page.content.decode())[1]).replace(" ", "")


def set_up(client):
    """An authenticator app, as somebody sets one up; its key."""
    key = key_on(client.get(reverse("mfa_activate_totp")))
    done = client.post(reverse("mfa_activate_totp"), {"code": code(key)})
    assert done["Location"] == reverse("mfa_view_recovery_codes"), done.content.decode()
    return key


@pytest.fixture
def key(client, cast):
    """The key of the coordinator's app; nobody is signed in."""
    sign_in(client, cast["coordinator"])
    key = set_up(client)
    client.post(reverse("account_logout"))
    return key


# --- Who has to have one


@pytest.mark.parametrize(
    "who", ["coordinator", "csp_manager", "administrator", "governance", "agency_manager"]
)
def test_every_role_but_a_practitioner_is_led_to_set_one_up(client, cast, who):
    sign_in(client, cast[who])
    for page in ("incidents", "inbox", "account", "search"):
        asked = client.get(reverse(page))
        assert asked["Location"] == f"{reverse('mfa_index')}?next={reverse(page).replace('/', '%2F')}", page
    assert "needs a second factor" in client.get(reverse("mfa_index")).content.decode()


def test_a_practitioner_is_not_asked(client, cast):
    sign_in(client, cast["partner"])
    assert client.get(reverse("incidents")).status_code == 200


def test_a_practitioner_is_asked_where_a_partnership_of_the_agency_says_so(client, cast, world):
    sign_in(client, cast["partner"])
    world.east.second_factor_for_all = True
    world.east.save()
    assert client.get(reverse("incidents"))["Location"].startswith(reverse("mfa_index"))


def test_in_a_copy_for_trying_out_nobody_is_asked(client, cast, settings):
    settings.SECOND_FACTOR_COMPULSORY = False
    sign_in(client, cast["coordinator"])
    assert client.get(reverse("incidents")).status_code == 200


def test_what_is_sent_without_one_is_not_taken(client, cast):
    sign_in(client, cast["coordinator"])
    answer = client.post(reverse("log-incident"), {"summary": "x"})
    assert answer.status_code == 409
    assert "Nothing was saved" in answer.content.decode()


def test_a_page_that_asks_by_itself_is_led_there_whole(client, cast):
    sign_in(client, cast["coordinator"])
    answer = client.get(reverse("incidents"), headers={"hx-request": "true"})
    assert answer["HX-Redirect"].startswith(reverse("mfa_index"))


# --- An authenticator app


@pytest.mark.django_db(transaction=True)  # the session changes once it is committed
def test_somebody_sets_up_an_app_and_goes_on_to_where_they_were_going(client, cast):
    sign_in(client, cast["coordinator"], next="/incidents/")
    asked = client.get("/incidents/")
    page = client.get(asked["Location"])
    before = client.cookies["sessionid" if "sessionid" in client.cookies else "__Host-session"].value
    set_up(client)
    after = client.cookies["sessionid" if "sessionid" in client.cookies else "__Host-session"].value
    assert before != after, "the session has a new key"
    assert page.status_code == 200
    codes = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert len(re.findall(r"<li><code>\d{4} \d{4}</code>", codes)) == 10
    assert 'href="/incidents/"' in codes
    assert client.get("/incidents/").status_code == 200
    again = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert "<li><code>" not in again, "shown once"


def test_the_picture_of_the_key_needs_no_style_and_no_address(client, cast):
    sign_in(client, cast["coordinator"])
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    picture = re.search(r"<svg[^>]*>.*?</svg>", page, re.DOTALL)[0]
    assert "style" not in picture
    assert "href" not in picture
    assert "<path" in picture


@pytest.mark.parametrize("typed", ["", "000000", "abc", "1" * 500, "💥", "\x00"])
def test_a_wrong_code_sets_up_nothing(client, cast, typed):
    sign_in(client, cast["coordinator"])
    client.get(reverse("mfa_activate_totp"))
    page = client.post(reverse("mfa_activate_totp"), {"code": typed})
    assert page.status_code == 200
    assert "There is a problem" in page.content.decode()
    assert not Authenticator.objects.exists()


def test_signing_in_takes_the_code_as_well(client, cast, key):
    asked = sign_in(client, cast["coordinator"], next="/incidents/")
    assert asked["Location"] == reverse("mfa_authenticate")
    assert client.get("/incidents/").status_code == 302, "half signed in is not signed in"
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "This code is not right" in wrong.content.decode()
    right = client.post(reverse("mfa_authenticate"), {"code": code(key)})
    assert right["Location"] == "/incidents/"
    assert client.get("/incidents/").status_code == 200


def test_a_code_works_once(client, cast, key):
    sign_in(client, cast["coordinator"])
    client.post(reverse("mfa_authenticate"), {"code": code(key)})
    other = Client()
    sign_in(other, cast["coordinator"])
    assert "not right" in other.post(reverse("mfa_authenticate"), {"code": code(key)}).content.decode()


def test_guessing_codes_is_slowed_down(client, cast, key):
    sign_in(client, cast["coordinator"])
    for _ in range(10):
        last = client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
        assert "tried too often" not in last
    assert "tried too often" in client.post(reverse("mfa_authenticate"), {"code": code(key)}).content.decode()


def test_the_key_stands_encrypted_in_the_database(cast, key):
    for row in Authenticator.objects.filter(user=cast["coordinator"]):
        assert key not in str(row.data)
    secret = Authenticator.objects.get(type="totp").data["secret"]
    assert encryption.decrypt(secret) == key


def test_a_new_secret_key_takes_over_from_the_old_one(client, cast, key, settings, capsys):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [settings.SECRET_KEY]
    call_command("renew_secrets")
    assert "2 secrets" in capsys.readouterr().out
    settings.SECRET_KEY_FALLBACKS = []
    sign_in(client, cast["coordinator"])
    assert client.post(reverse("mfa_authenticate"), {"code": code(key)}).status_code == 302


# --- Codes on paper


@pytest.mark.django_db(transaction=True)  # the session changes once it is committed
def test_a_recovery_code_signs_in_once(client, cast):
    sign_in(client, cast["coordinator"])
    set_up(client)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    one = re.search(r"<code>(\d{4} \d{4})</code>", page)[1]
    for status in (302, 200):
        client.post(reverse("account_logout"))
        sign_in(client, cast["coordinator"])
        assert client.post(reverse("mfa_authenticate"), {"code": one}).status_code == status


# --- Changing and losing it


def test_whoever_signed_in_a_while_ago_shows_again_that_it_is_they(client, cast, key, settings):
    sign_in(client, cast["coordinator"])
    client.post(reverse("mfa_authenticate"), {"code": code(key)})
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    asked = client.get(reverse("mfa_deactivate_totp"))
    assert asked["Location"].startswith(reverse("mfa_reauthenticate"))
    page = client.get(asked["Location"]).content.decode()
    assert "Use your password" in page
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    shown = client.post(asked["Location"], {"code": code(key, steps=1)})
    assert shown["Location"] == reverse("mfa_deactivate_totp")


def test_the_password_shows_it_as_well(client, cast, key, settings):
    sign_in(client, cast["coordinator"])
    client.post(reverse("mfa_authenticate"), {"code": code(key)})
    page = f"{reverse('account_reauthenticate')}?next={reverse('mfa_index')}"
    assert "not your password" in client.post(page, {"password": "wrong one entirely"}).content.decode()
    assert client.post(page, {"password": PASSWORD})["Location"] == reverse("mfa_index")


def test_the_last_one_stays_where_it_is_compulsory(client, cast, key):
    sign_in(client, cast["coordinator"])
    client.post(reverse("mfa_authenticate"), {"code": code(key)})
    page = client.post(reverse("mfa_deactivate_totp"))
    assert "Your role needs a second factor" in page.content.decode()
    assert Authenticator.objects.filter(type="totp").exists()


@pytest.mark.django_db(transaction=True)  # the session changes once it is committed
def test_a_practitioner_may_take_it_away(client, cast):
    sign_in(client, cast["partner"])
    set_up(client)
    assert client.post(reverse("mfa_deactivate_totp"))["Location"] == reverse("mfa_index")
    assert not Authenticator.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_owner_is_told_of_each_change(client, cast, key):
    assert {each.kind for each in Letter.objects.all()} == {"security"}
    send_letters()
    assert {tuple(message.to) for message in mail.outbox} == {("coordinator@northmere.example",)}
    assert "127.0.0.1" not in mail.outbox[0].body


def test_who_lost_phone_and_codes_gets_a_new_way_in_from_the_administrator(client, cast, world, key, actors):
    other = Client()
    sign_in(other, cast["coordinator"])
    other.post(reverse("mfa_authenticate"), {"code": code(key)})
    assert other.get("/incidents/").status_code == 200
    actions.reset_second_factor(membership=world.cast["coordinator"], by=actors["administrator"])
    assert other.get("/incidents/").status_code == 302, "the sessions are over"
    assert sign_in(client, cast["coordinator"])["Location"] == "/"
    assert client.get("/incidents/")["Location"].startswith(reverse("mfa_index"))


@pytest.mark.parametrize("who", ["coordinator", "partner", "agency_manager", "csp_manager"])
def test_nobody_else_takes_it_away(key, world, actors, who):
    with pytest.raises((Refused, PermissionDenied)):
        actions.reset_second_factor(membership=world.cast["coordinator"], by=actors[who])
    assert Authenticator.objects.filter(type="totp").exists()


def offer(world, actors):
    """The police's manager offers the coordinator, who has a second factor, to be a practitioner there."""
    return actions.add_member(
        agency=world.agencies.police, by=actors["agency_manager"], name="x", email="coordinator@northmere.example",
        role=Role.PRACTITIONER,
    )  # fmt: skip


def test_whoever_is_offered_a_role_keeps_the_second_factor(cast, world, actors, key):
    there, member = Client(), offer(world, actors)
    sign_in(there, cast["coordinator"])
    there.post(reverse("mfa_authenticate"), {"code": code(key)})
    manager = SignedIn()
    manager.force_login(cast["agency_manager"])
    manager.post(reverse("setup-new-way-in", args=[member.uuid]))
    assert Authenticator.objects.filter(user=cast["coordinator"], type="totp").exists()
    assert there.get("/incidents/").status_code == 200, "the sessions go on"


@pytest.mark.parametrize("has_one", [True, False])
def test_an_offered_role_does_not_tell_whether_there_is_a_second_factor(world, actors, key, has_one):
    member = offer(world, actors)
    if not has_one:
        Authenticator.objects.all().delete()
    with pytest.raises(Refused, match="has not taken this role up"):
        actions.reset_second_factor(membership=member, by=actors["agency_manager"])


@pytest.mark.parametrize("has_one", [True, False])
def test_who_has_another_role_besides_keeps_it_from_whoever_cannot_give_that(world, actors, key, has_one):
    member = offer(world, actors)
    pick(membership=member, by=member.user)
    if not has_one:
        Authenticator.objects.all().delete()
    with pytest.raises(Refused, match="another role too"):
        actions.reset_second_factor(membership=member, by=actors["agency_manager"])
    assert Authenticator.objects.filter(type="totp").exists() is has_one
    if has_one:
        actions.reset_second_factor(membership=member, by=actors["administrator"])
        assert not Authenticator.objects.exists()


def test_a_role_in_another_borough_keeps_it_from_the_administrator_of_this_one(world, actors, key):
    make = {"user": world.cast["coordinator"].user, "agency": world.agencies.other_csp}
    Membership.objects.create(role=Role.COORDINATOR, **make)
    with pytest.raises(Refused, match="another role too"):
        actions.reset_second_factor(membership=world.cast["coordinator"], by=actors["administrator"])
    assert Authenticator.objects.filter(type="totp").exists()


# --- Where one is signed in


def test_somebody_sees_their_sessions_and_signs_out_elsewhere(client, cast):
    here, there = client, Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Version/17 Safari/604"})
    for each in (here, there):
        sign_in(each, cast["partner"])
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "Safari on iPhone" in page
    assert "This one" in page
    far = UserSession.objects.get(user_agent__contains="iPhone")
    here.post(reverse("sign-out-there", args=[far.pk]))
    assert there.get("/incidents/").status_code == 302
    assert here.get("/incidents/").status_code == 200


def test_somebody_signs_out_everywhere_else(client, cast):
    others = [Client() for _ in range(3)]
    for each in (client, *others):
        sign_in(each, cast["partner"])
    assert client.post(reverse("usersessions_list"))["Location"] == reverse("usersessions_list")
    assert [each.get("/incidents/").status_code for each in others] == [302] * 3
    assert client.get("/incidents/").status_code == 200


def test_nobody_ends_a_session_of_somebody_else(client, cast):
    other = Client()
    sign_in(other, cast["stranger"])
    sign_in(client, cast["partner"])
    client.post(reverse("sign-out-there", args=[UserSession.objects.get(user=cast["stranger"]).pk]))
    assert other.get("/incidents/").status_code == 200


def test_a_new_password_ends_the_other_sessions(client, cast):
    other = Client()
    sign_in(other, cast["partner"])
    cast["partner"].refresh_from_db()
    client.post(reverse("account_login"), {"login": cast["partner"].email, "password": PASSWORD})
    new = "riverbank-lantern-9"
    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert other.get("/incidents/").status_code == 302
    assert client.get("/incidents/").status_code == 200
