"""Every set-up page by role: who gets it, who is refused with a reason, and that it opens."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.models import Contact, OnCall, Role
from svit import clock
from tests.conftest import make_agency, make_member

PARTS = (
    "coordinator", "csp_manager", "administrator", "governance", "partner", "agency_manager", "stranger",
    "other_coordinator", "superuser",
)  # fmt: skip
# Pages that an administrator has alone, and those that a manager has for the own agency.
ALONE = [
    "setup-partnership", "setup-new-agency", "setup-contacts", "setup-new-contact", "setup-import",
    "setup-import-sample", "setup-history",
]  # fmt: skip
SHARED = ["setup", "setup-agencies", "setup-members", "setup-on-call"]
OF_AGENCY = ["setup-agency", "setup-agency-history", "setup-add-member", "setup-put-on-call"]
OF_AGENCY_ALONE = ["setup-change-agency", "setup-share-agency", "setup-agreement", "setup-close-agency"]


def statuses(client, cast, url):
    found = {}
    for who in PARTS:
        client.force_login(cast[who])
        found[who] = client.get(url).status_code
    return found


def expected(**parts):
    return {**dict.fromkeys(PARTS, 403), **parts}


@pytest.mark.parametrize("name", ALONE)
def test_pages_of_the_administrator(client, cast, name):
    assert statuses(client, cast, reverse(name)) == expected(administrator=200)


@pytest.mark.parametrize("name", SHARED)
def test_pages_of_administrator_and_manager(client, cast, name):
    assert statuses(client, cast, reverse(name)) == expected(administrator=200, agency_manager=200)


@pytest.mark.parametrize("name", OF_AGENCY)
def test_pages_of_ones_own_agency(client, cast, world, name):
    police = reverse(name, args=[world.agencies.police.uuid])
    housing = reverse(name, args=[world.agencies.housing.uuid])
    far = reverse(name, args=[world.agencies.other_csp.uuid])
    assert statuses(client, cast, police) == expected(administrator=200, agency_manager=200)
    assert statuses(client, cast, housing) == expected(administrator=200, agency_manager=404)
    assert statuses(client, cast, far) == expected(administrator=404, agency_manager=404)


@pytest.mark.parametrize("name", OF_AGENCY_ALONE)
def test_pages_that_change_an_agency(client, cast, world, name):
    url = reverse(name, args=[world.agencies.police.uuid])
    assert statuses(client, cast, url) == expected(administrator=200)


def test_ending_a_membership_page(client, cast, world):
    url = reverse("setup-end-membership", args=[world.cast["partner"].uuid])
    assert statuses(client, cast, url) == expected(administrator=200, agency_manager=200)


@pytest.mark.parametrize("name", ["setup-change-contact", "setup-remove-contact"])
def test_directory_entries_of_another_borough_are_not_found(client, cast, world, name):
    mine = Contact.objects.create(partnership=world.north, name="Traders")
    far = Contact.objects.create(partnership=world.east, name="Traders")
    assert statuses(client, cast, reverse(name, args=[mine.uuid])) == expected(administrator=200)
    assert statuses(client, cast, reverse(name, args=[far.uuid])) == expected(administrator=404)


POSTS = [
    "setup-reopen-agency",
    "setup-invite-again",
    "setup-new-way-in",
    "setup-confirm-contact",
    "setup-end-on-call",
]


@pytest.mark.parametrize("name", POSTS)
def test_acts_take_no_get(client, cast, world, name):
    client.force_login(cast["administrator"])
    assert client.get(reverse(name, args=[world.agencies.police.uuid])).status_code == 405


def test_a_refusal_says_who_can(client, cast):
    client.force_login(cast["coordinator"])
    assert "Only an administrator of the partnership" in client.get(reverse("setup")).content.decode()


def test_nobody_signed_out_sees_the_set_up(client, world):
    response = client.get(reverse("setup-agency", args=[world.agencies.police.uuid]))
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/?next=/setup/agencies/")


# --- Counts of queries do not grow with what is shown


def grow(world, number):
    for one in range(number):
        agency = make_agency(f"Agency {number}-{one}", "housing", world.north)
        member = make_member(f"m{number}-{one}@agency.example", agency, Role.PRACTITIONER)
        Contact.objects.create(partnership=world.north, name=f"Contact {number}-{one}", agency=agency)
        OnCall.objects.create(
            agency=agency, user=member.user, from_at=clock.now(), until_at=clock.now() + timedelta(days=1)
        )


@pytest.mark.parametrize("name", [*SHARED, "setup-contacts"])
def test_the_number_of_queries_stays(client, cast, world, name):
    client.force_login(cast["administrator"])
    grow(world, 3)
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(name))
    grow(world, 12)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(name))
    assert len(few) == len(many)


def test_the_number_of_queries_of_an_agency_stays(client, cast, world):
    client.force_login(cast["administrator"])
    url, counts = reverse("setup-agency", args=[world.agencies.police.uuid]), []
    for size in (2, 10):
        for one in range(size):
            member = make_member(f"p{size}-{one}@agency.example", world.agencies.police, Role.PRACTITIONER)
            OnCall.objects.create(
                agency=world.agencies.police, user=member.user, from_at=clock.now(),
                until_at=clock.now() + timedelta(days=1),
            )  # fmt: skip
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_long_lists_come_in_pages(client, cast, world):
    Contact.objects.bulk_create(
        Contact(partnership=world.north, name=f"Contact {one:03d}") for one in range(120)
    )
    client.force_login(cast["administrator"])
    first = client.get(reverse("setup-contacts")).content.decode()
    last = client.get(reverse("setup-contacts"), {"page": "3"}).content.decode()
    assert "Contact 049" in first
    assert "Contact 050" not in first
    assert "Contact 119" in last
    assert 'rel="next"' in first
    assert 'rel="next"' not in last


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "", "²", "\x00"])
def test_a_page_that_is_none_opens_all_the_same(client, cast, page):
    client.force_login(cast["administrator"])
    assert client.get(reverse("setup-agencies"), {"page": page}).status_code == 200
