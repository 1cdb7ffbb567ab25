"""What a password may be: long, not common, not of words that anybody would try here; else whatever somebody likes."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from partners.passwords import WORDS


@pytest.mark.parametrize(
    "password",
    ["SVIT-police-2026", "Welcome.London.1!", "communitysafety1", "Council Council 99", "safeguarding12"],
)
def test_words_of_the_service_are_refused(password):
    with pytest.raises(ValidationError, match="words that anybody would try here"):
        validate_password(password)


def test_the_document_names_the_words(settings):
    text = (settings.BASE_DIR / "docs/security/controls.md").read_text()
    assert ", ".join(f"`{word}`" for word in WORDS) in " ".join(text.split())


@pytest.mark.parametrize(
    "password",
    [
        "police lantern riverbank", "correct horse battery staple", "🔥" * 10 + " qzv", "9071 5520 8813 4", "x9 " * 40,
        " twelve dots ",
    ],
)  # fmt: skip
def test_any_other_letters_and_lengths_are_taken_as_they_are(db, cast, password):
    cache.clear()
    person = cast["partner"]
    validate_password(password, person)
    person.set_password(password)
    person.save()

    def sign_in(tried):
        return Client().post(reverse("account_login"), {"login": person.email, "password": tried}).status_code

    assert sign_in(password[:-1]) == 200
    assert sign_in(password) == 302
    if password != password.swapcase():
        assert sign_in(password.swapcase()) == 200
    if password != password.strip():
        assert sign_in(password.strip()) == 200


@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_a_password_manager_may_fill_it_in(client, db, name):
    page = client.get(reverse(name)).content.decode()
    assert 'autocomplete="off"' not in page
    assert "onpaste" not in page
    if name == "account_login":
        assert 'type="password"' in page
        assert 'autocomplete="current-password' in page


def test_the_present_password_is_asked_for_a_new_one(client, cast):
    cast["partner"].set_password("riverbank-lantern-8")
    cast["partner"].save()
    client.force_login(cast["partner"])
    new = {"password1": "riverbank-lantern-9", "password2": "riverbank-lantern-9"}
    for old in ({}, {"oldpassword": "another entirely"}):
        assert client.post(reverse("account_change_password"), new | old).status_code == 200
    cast["partner"].refresh_from_db()
    assert cast["partner"].check_password("riverbank-lantern-8")
