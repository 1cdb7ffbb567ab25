"""Signing in and out, passwords, and for whom somebody acts."""

import re

import pytest
from django.contrib.auth.hashers import get_hasher
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.actions import send_letters
from partners.models import Letter, Role, User
from tests.conftest import PASSWORD, make_member


@pytest.fixture(autouse=True)
def _fresh_counts(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def person(cast):
    """The police practitioner, with a password."""
    cast["partner"].set_password(PASSWORD)
    cast["partner"].save()
    return cast["partner"]


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def errors(response):
    return re.findall(r"There is a problem.*?</div>", response.content.decode(), re.DOTALL)


def test_somebody_signs_in_and_comes_to_the_page_they_wanted(client, person):
    asked = client.get("/setup/agencies/?page=2")
    assert asked["Location"] == "/account/login/?next=/setup/agencies/%3Fpage%3D2"
    page = client.get(asked["Location"])
    assert 'value="/setup/agencies/?page=2"' in page.content.decode()
    done = sign_in(client, "Police@Northmere.example", next="/setup/agencies/?page=2")
    assert done["Location"] == "/setup/agencies/?page=2"


@pytest.mark.parametrize(
    "onward", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere(client, person, onward):
    assert sign_in(client, person.email, next=onward)["Location"] == "/"
    other = client.post(reverse("account_logout"), {"next": onward})
    assert "elsewhere" not in other["Location"]
    assert "javascript" not in other["Location"]


def test_a_known_and_an_unknown_address_get_the_same_words(client, person):
    known = sign_in(client, person.email, "something else entirely")
    unknown = sign_in(client, "nobody@northmere.example", "something else entirely")
    assert known.status_code == unknown.status_code == 200
    assert errors(known) == errors(unknown) != []
    assert "do not match" in errors(known)[0]


def test_somebody_without_a_password_yet_gets_the_same_words(client, cast):
    assert "do not match" in errors(sign_in(client, cast["colleague"].email))[0]


@pytest.mark.parametrize("email", ["police@northmere.example", "police.two@northmere.example",
                                   "left@northmere.example", "nobody@northmere.example"])  # fmt: skip
def test_a_wrong_password_costs_one_hash_whoever_it_is_tried_at(client, person, monkeypatch, email):
    """Somebody with a password, without one, deactivated, and nobody: the time tells nothing."""
    hasher, hashed = type(get_hasher()), []
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda self, *args: hashed.append(1) or encode(self, *args))
    assert "do not match" in errors(sign_in(client, email, "something else entirely"))[0]
    assert len(hashed) == 1


def test_asking_for_a_new_password_does_the_same_for_any_address(client, person):
    def asked(email):
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(reverse("account_reset_password"), {"email": email})
        return answer.status_code, answer["Location"], [query["sql"].split()[0] for query in queries]

    first = asked("first@northmere.example")  # what the session costs is paid
    assert first[:2] == asked("nobody@northmere.example")[:2]
    assert asked("nobody.else@northmere.example") == asked(person.email)


def test_somebody_deactivated_learns_it_with_the_right_password_alone(client, cast):
    cast["deactivated"].set_password(PASSWORD)
    cast["deactivated"].save()
    assert "do not match" in errors(sign_in(client, cast["deactivated"].email, "wrong one entirely"))[0]
    right = sign_in(client, cast["deactivated"].email)
    assert right["Location"] == reverse("account_inactive")
    assert "closed" in client.get(right["Location"]).content.decode()


def test_guessing_is_slowed_down(client, person):
    answers = [sign_in(client, person.email, "something else entirely").content.decode() for _ in range(11)]
    assert ["tried too often" in answer for answer in answers] == [False] * 10 + [True]
    assert sign_in(client, person.email).status_code == 200, "not even the right one helps now"


def test_guessing_at_many_accounts_from_one_address_is_slowed_down(client, person):
    for number in range(10):
        sign_in(client, f"n{number}@northmere.example", "something else entirely")
    assert "tried too often" in sign_in(client, person.email).content.decode()
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    assert client.post(
        reverse("account_login"), {"login": person.email, "password": PASSWORD}, **elsewhere
    ).status_code == 302  # fmt: skip


@pytest.mark.parametrize(("proxies", "slowed"), [(0, True), (1, False)])
def test_the_address_of_a_proxy_is_believed_where_one_is_configured(
    client, person, settings, proxies, slowed
):
    """Without a proxy whoever guesses cannot pretend to come from elsewhere each time."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for number in range(10):
        client.post(
            reverse("account_login"), {"login": f"n{number}@northmere.example", "password": "something else"},
            headers={"x-forwarded-for": f"198.51.100.{number}"},
        )  # fmt: skip
    answer = client.post(
        reverse("account_login"), {"login": person.email, "password": PASSWORD},
        headers={"x-forwarded-for": "203.0.113.9"},
    )  # fmt: skip
    assert ("tried too often" in answer.content.decode()) == slowed


def test_nobody_signs_up(client, db):
    assert client.get("/account/signup/").status_code in (302, 404)
    assert client.post("/account/signup/", {"email": "x@y.example", "password1": PASSWORD}).status_code in (
        302,
        404,
    )
    assert User.objects.count() == 0
    assert client.get("/account/email/").status_code in (302, 404)


def test_nobody_changes_their_own_address(client, person):
    client.force_login(person)
    assert client.get("/account/email/").status_code == 404


def test_lock_now_comes_back_to_the_page(client, person):
    client.force_login(person)
    locked = client.post(reverse("account_logout"), {"next": "/account/acting/"})
    again = client.get(locked["Location"])
    assert again["Location"] == "/account/login/?next=/account/acting/"


def test_signing_out_asks_first_on_a_get(client, person):
    client.force_login(person)
    assert "Sign out?" in client.get(reverse("account_logout")).content.decode()
    assert client.get(reverse("account")).status_code == 200
    assert client.post(reverse("account_logout"))["Location"] == reverse("account_login")
    assert client.get(reverse("account")).status_code == 302


def test_somebody_without_a_membership_is_told_so_and_can_sign_out(client, db):
    loner = User.objects.create_user("loner@agency.example", PASSWORD, name="Loner")
    client.force_login(loner)
    page = client.get("/account/")
    assert page.status_code == 403
    assert "loner@agency.example" in page.content.decode()
    assert client.post(reverse("account_logout")).status_code == 302


# --- Passwords


def link_in(message):
    return re.search(r"http://[^/]+(/account/password/reset/key/\S+)", message.body)[1]


def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once(client, person):
    asked = client.post(reverse("account_reset_password"), {"email": person.email})
    assert asked["Location"] == reverse("account_reset_password_done")
    assert mail.outbox == [], "no page waits for a mail server"
    send_letters()
    [message] = mail.outbox
    assert message.to == [person.email]
    path = link_in(message)
    form = client.get(path, follow=True)
    assert form.status_code == 200
    saved = client.post(
        form.request["PATH_INFO"], {"password1": "riverbank-lantern-9", "password2": "riverbank-lantern-9"}
    )
    assert saved["Location"] == reverse("account_reset_password_from_key_done")
    assert sign_in(client, person.email, "riverbank-lantern-9").status_code == 302
    client.logout()
    assert "can no longer be used" in client.get(path, follow=True).content.decode()


def test_an_unknown_address_gets_the_same_page_and_no_message(client, db):
    asked = client.post(reverse("account_reset_password"), {"email": "nobody@northmere.example"})
    assert asked["Location"] == reverse("account_reset_password_done")
    send_letters()
    assert mail.outbox == []
    assert not Letter.objects.exclude(address="").exists(), "an address that nobody has is not kept"


@pytest.mark.parametrize(
    "path", ["1-x", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz-x", "0-set-password", "1-" + "x" * 5000, "1-%00"]
)
def test_a_link_that_nobody_sent_is_refused(client, db, path):
    page = client.get(f"/account/password/reset/key/{path}/")
    assert page.status_code == 200
    assert "can no longer be used" in page.content.decode()


@pytest.mark.parametrize(
    ("new", "again", "why"),
    [
        ("short", "short", "too short"),
        ("a long enough phrase", "another phrase here", "same password"),
        ("", "", "Enter a new password"),
        ("police@northmere.example", "police@northmere.example", "too similar"),
    ],
)
def test_a_new_password_has_to_be_good(client, person, new, again, why):
    client.force_login(person)
    page = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": again}
    )
    assert page.status_code == 200
    assert why in page.content.decode()


def test_changing_the_password_keeps_the_session(client, person):
    client.force_login(person)
    new = "riverbank-lantern-9"
    done = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert done["Location"] == reverse("account")
    assert "Your password was changed." in client.get(done["Location"]).content.decode()


# --- For whom somebody acts


def test_an_agency_of_two_boroughs_says_for_which_it_acts(client, world, person):
    client.force_login(person)
    page = client.get(reverse("acting")).content.decode()
    assert "for Eastbrook CSP" in page
    assert "for Northmere CSP" in page
    key = f"{world.cast['partner'].uuid}:{world.north.uuid}"
    done = client.post(reverse("acting"), {"acting": key, "next": "/account/"})
    assert done["Location"] == "/account/"
    assert client.get(reverse("account")).wsgi_request.actor.partnership == world.north


def test_somebody_with_two_memberships_chooses_one(client, world, person):
    second = make_member("x@agency.example", world.agencies.housing, Role.PRACTITIONER)
    second.user = person
    second.save()
    client.force_login(person)
    client.post(reverse("acting"), {"acting": str(second.uuid)})
    assert client.get(reverse("account")).wsgi_request.actor.agency == world.agencies.housing


def test_nobody_acts_by_anothers_membership_or_for_a_borough_that_is_not_served(client, world, person):
    client.force_login(person)
    own = world.cast["partner"].uuid
    for key in (str(world.cast["coordinator"].uuid), f"{own}:{own}", str(own), "", "x", "\x00", "x" * 10_000):
        page = client.post(reverse("acting"), {"acting": key})
        assert page.status_code == 200
        assert "Choose who you act for" in page.content.decode()


@pytest.mark.parametrize(
    "onward", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "\x00"]
)
def test_the_choice_leads_nowhere_else(client, world, person, onward):
    client.force_login(person)
    key = f"{world.cast['partner'].uuid}:{world.north.uuid}"
    assert client.post(reverse("acting"), {"acting": key, "next": onward})["Location"] == reverse("account")


def test_whoever_has_one_membership_has_nothing_to_choose(client, cast):
    client.force_login(cast["stranger"])
    assert "nothing else to choose" in client.get(reverse("acting")).content.decode()


@pytest.mark.parametrize(
    "who",
    [
        "coordinator",
        "csp_manager",
        "administrator",
        "governance",
        "partner",
        "agency_manager",
        "stranger",
        "superuser",
    ],
)
def test_everybody_has_an_account_page(client, cast, who):
    client.force_login(cast[who])
    page = client.get(reverse("account"))
    assert page.status_code == 200
    assert cast[who].email in page.content.decode()
