"""The clocks that a partnership keeps: the set-up pages."""

import pytest
from django.urls import reverse

from partners.models import WorkingHours
from response.models import ClockRule
from response.queries import hours_words

pytestmark = pytest.mark.django_db

RULE = {"name": "School told", "event": "Return from missing", "hours": "4", "working": "no", "met_by": "said",
        "ages": ["child"], "settings": ["missing_return"]}  # fmt: skip


@pytest.fixture
def admin(client, cast):
    client.force_login(cast["administrator"])
    return client


def test_a_clock_is_added_changed_and_retired(admin, world):
    admin.post(reverse("setup-new-clock"), RULE)
    rule = ClockRule.objects.get()
    assert (rule.name, rule.hours, rule.working, rule.ages) == ("School told", 4, False, ["child"])
    url = reverse("setup-change-clock", args=[rule.uuid])
    admin.post(url, RULE | {"hours": "6", "version": rule.version})
    assert ClockRule.objects.get().hours == 6
    admin.post(reverse("setup-retire-clock", args=[rule.uuid]))
    assert ClockRule.objects.get().retired_at is not None
    assert "School told" in admin.get(reverse("setup-history")).content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"hours": "many"}, "must be a number"),
        ({"hours": "0"}, "must be 1 or more"),
        ({"hours": "721"}, "must be 720 or fewer"),
        ({"name": ""}, "Enter what it is called."),
        ({"met_by": "magic"}, "Choose what ends it."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(admin, wrong, words):
    page = admin.post(reverse("setup-new-clock"), RULE | wrong).content.decode()
    assert words in page
    assert not ClockRule.objects.exists()


def test_a_name_is_given_once(admin):
    admin.post(reverse("setup-new-clock"), RULE)
    assert "There is already a clock called" in admin.post(reverse("setup-new-clock"), RULE).content.decode()


def test_the_referral_to_mash_has_its_own_time(admin, world):
    assert "8 working hours" in admin.get(reverse("setup-clocks")).content.decode()
    admin.post(reverse("setup-mash-clock"), {"hours": "24", "working": "no", "version": "1"})
    assert ClockRule.objects.get().kind == "mash_referral"
    page = admin.get(reverse("setup-clocks")).content.decode()
    assert "24 h" in page


def test_an_agency_has_its_working_hours(admin, world):
    agency = world.agencies.housing
    url = reverse("setup-working-hours", args=[agency.uuid])
    assert hours_words(agency) == "Monday to Friday, 9am to 5pm, not on bank holidays"
    wrong = admin.post(url, {"days": ["0", "1"], "opens_0": "5pm", "closes_0": "9am"}).content.decode()
    assert "Until must be later than From." in wrong
    admin.post(
        url, {"days": ["0", "5"], "opens_0": "8am", "closes_0": "8pm", "bank_holidays": "on", "version": "0"}
    )
    agency.refresh_from_db()
    assert WorkingHours.objects.get().bank_holidays
    agency = type(agency).objects.get(pk=agency.pk)
    assert hours_words(agency) == "Monday, Saturday, 8am to 8pm, bank holidays too"
