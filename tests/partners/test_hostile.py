"""Hostile values in every form: words beside the field, or taken as they are, and never an error page."""

import uuid

import pytest
from django.core.cache import cache
from django.urls import reverse

from partners.models import Contact, User

VALUES = [
    "", " ", "\x00", "a\x00b", "x" * 10_000, "💥" * 3_000, "\u202egnp.exe", "<script>alert(1)</script>",
    "'; DROP TABLE x--",
    "../../etc/passwd", "{{ 7*7 }}", "-1", "9" * 400, "²", "\r\n\r\nX: y", "\ud7ff\uffff", "%00", "on", "None",
]  # fmt: skip
FORMS = {
    "setup-partnership": ["name", "area", "police_command", "marking", "handling"],
    "setup-new-agency": ["name", "kind", "regime", "telephone", "email", "address"],
    "setup-change-agency": ["name", "kind", "regime", "telephone", "email", "address"],
    "setup-share-agency": ["partnership"],
    "setup-agreement": [
        "signed_on_0", "signed_on_1", "signed_on_2", "review_by_0", "review_by_1", "review_by_2", "gateway", "purposes",
    ],
    "setup-add-member": ["name", "email", "role", "job_title", "telephone"],
    "setup-put-on-call": [
        "user", "from_at_0", "from_at_1", "from_at_2", "from_at_3", "until_at_0", "until_at_1", "until_at_2",
        "until_at_3",
    ],
    "setup-change-rota": ["day", "hand_over_0", "weeks", "turn_1", "turn_2"],
    "leave": [
        "from_at_0", "from_at_1", "from_at_2", "from_at_3", "until_at_0", "until_at_1", "until_at_2", "until_at_3",
    ],
    "setup-new-contact": ["kind", "name", "represents", "agency", "telephone", "email"],
    "setup-change-contact": ["kind", "name", "represents", "agency", "telephone", "email"],
    "setup-import-confirm": ["checked"],
    "acting": ["acting", "next"],
    "account_change_password": ["oldpassword", "password1", "password2"],
}  # fmt: skip
GOOD = {
    "name": "Harbour", "area": "Northmere", "marking": "OFFICIAL", "kind": "housing", "regime": "uk_gdpr",
    "email": "a@agency.example", "role": "practitioner", "represents": "", "purposes": "Keeping people safe",
    "signed_on_0": "1", "signed_on_1": "6", "signed_on_2": "2020", "review_by_0": "1", "review_by_1": "6",
    "review_by_2": "2030",
}  # fmt: skip
OF_AGENCY = (
    "setup-change-agency",
    "setup-share-agency",
    "setup-agreement",
    "setup-add-member",
    "setup-put-on-call",
    "setup-change-rota",
)


@pytest.fixture
def admin(client, cast, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()
    client.force_login(cast["administrator"])
    return client


def address(name, world):
    if name in OF_AGENCY:
        return reverse(name, args=[world.agencies.housing.uuid])
    if name == "setup-change-contact":
        contact, _ = Contact.objects.get_or_create(partnership=world.north, name="Traders")
        return reverse(name, args=[contact.uuid])
    return reverse(name)


CASES = [(name, field) for name, fields in FORMS.items() for field in fields]


@pytest.mark.parametrize(("name", "field"), CASES)
def test_no_value_breaks_a_form(admin, world, name, field):
    url = address(name, world)
    for value in VALUES:
        cache.clear()
        kind = "person" if "contact" in name else "housing"
        response = admin.post(url, {**GOOD, "kind": kind, field: value})
        assert response.status_code in (200, 302), (value[:20], response.status_code)
        if response.status_code == 200 and name != "setup-import-confirm":
            page = response.content.decode()
            assert "There is a problem" in page, value[:20]
            assert "<script>alert" not in page


@pytest.mark.parametrize("name", FORMS)
def test_an_empty_form_is_answered_with_words(admin, world, name):
    response = admin.post(address(name, world), {})
    assert response.status_code in (200, 302)


def test_things_of_another_borough_are_no_choice(admin, world, cast):
    far = world.agencies.other_csp.uuid
    page = admin.post(reverse("setup-new-contact"), {"kind": "person", "name": "x", "agency": str(far)})
    assert "Choose an agency of the partnership" in page.content.decode()
    duty = {"user": str(cast["other_coordinator"].uuid), "from_at_0": "1"}
    page = admin.post(reverse("setup-put-on-call", args=[world.agencies.housing.uuid]), duty)
    assert "Choose a member of the agency" in page.content.decode()


@pytest.mark.parametrize("words", VALUES)
def test_any_words_can_be_searched_for(admin, world, words):
    assert admin.post(reverse("setup-contacts"), {"q": words}, follow=True).status_code == 200


@pytest.mark.parametrize("value", VALUES)
def test_any_words_can_be_tried_at_sign_in(client, db, value):
    cache.clear()
    for data in (
        {"login": value, "password": value},
        {"login": "a@b.example", "password": value},
        {"next": value},
    ):
        assert client.post(reverse("account_login"), data).status_code in (200, 302)
    assert client.post(reverse("account_reset_password"), {"email": value}).status_code in (200, 302)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "setup-agency", "setup-change-agency", "setup-add-member", "setup-end-membership",
        "setup-invite-again", "setup-new-way-in",
        "setup-change-contact", "setup-confirm-contact", "setup-remove-contact", "setup-put-on-call",
        "setup-end-on-call", "setup-reopen-agency",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(admin, name):
    assert admin.post(reverse(name, args=[uuid.uuid4()])).status_code in (404, 405)
