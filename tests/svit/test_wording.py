"""Every message of a form is in our words and ends as a sentence does."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.urls import reverse

from svit import fields
from svit.wording import sentence
from tests.conftest import PASSWORD


class Each(forms.Form):
    text = forms.CharField(max_length=3)
    number = forms.IntegerField(min_value=2, max_value=3)
    amount = forms.DecimalField(required=False)
    choice = forms.ChoiceField(choices=[("a", "A")])
    several = forms.MultipleChoiceField(choices=[("a", "A")])
    email = forms.EmailField()
    uuid = forms.UUIDField(required=False)
    file = forms.FileField()
    day = fields.GovDateField(label="When was it?", name="the day")


DJANGOS = (
    "Null characters",
    "Ensure this",
    "Select a valid",
    "is required",
    "Enter a valid",
    "submitted",
    "This password",
)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {
            "text": "a\x00",
            "number": "x",
            "choice": "b",
            "several": "b",
            "email": "x",
            "uuid": "x",
            "amount": "x",
        },
        {"text": "long", "number": "1", "several": ["a", "c"], "email": "a@b", "amount": "1e999"},
        {"number": "4"},
    ],
)
def test_no_message_is_the_frameworks(data):
    form = Each(data, {"file": SimpleUploadedFile("a.txt", b"")} if data else {})
    said = [error for errors in form.errors.values() for error in errors]
    assert said
    for words in said:
        assert not any(other in words for other in DJANGOS), words
        assert sentence(words).endswith((".", "?", "!"))


def test_a_date_that_is_missing_is_still_asked_for_by_its_name():
    assert Each({}).errors["day"] == ["Enter the day"]


def test_a_message_ends_as_a_sentence_does_beside_the_field_and_above():
    form = Each({})
    shown = Template('{% include "components/error_summary.html" with form=form only %}{{ form }}').render(
        Context({"form": form})
    )
    assert shown.count("Enter the day.") == 2
    assert sentence("Done?") == "Done?"
    assert sentence("") == ""


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("short", "The password is too short. Use 12 characters or more."),
        ("police@northmere.example", "too similar to your name or address."),
        ("q1w2e3r4t5y6", "too common"),
    ],
)
def test_a_password_is_refused_in_our_words(client, cast, new, words):
    cast["partner"].set_password(PASSWORD)
    cast["partner"].save()
    client.force_login(cast["partner"])
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    shown = client.post(reverse("account_change_password"), data).content.decode()
    assert words in shown
    assert "It must contain" not in shown


def test_the_sign_in_error_leads_to_its_field(client, cast):
    shown = client.post(reverse("account_login"), {"login": "a@b.example", "password": "x"}).content.decode()
    assert '<a href="#id_login">The e-mail address and the password do not match.</a>' in shown
