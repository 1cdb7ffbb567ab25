"""An agency that several boroughs share: who joins it, what is told of accounts, and taking it off a list."""

import pytest
from django.core import mail
from django.urls import reverse

from incidents.actions import engage
from partners.actions import add_member, send_letters
from partners.models import Membership, Role
from tests.conftest import log_one, make_member


@pytest.fixture
def far_administrator(client, world):
    member = make_member("admin@eastbrook.example", world.agencies.other_csp, Role.ADMINISTRATOR)
    client.force_login(member.user)
    return member.user


def add(client, agency, email="new@police.example", name="New Officer"):
    url = reverse("setup-add-member", args=[agency.uuid])
    return client.post(
        url, {"name": name, "email": email, "role": "practitioner"}, follow=True
    ).content.decode()


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_an_address_tells_nobody_whose_it_is(client, world, cast, far_administrator):
    cast["youth"].name, cast["youth"].job_title = "Amina Rahman", "Youth worker"
    cast["youth"].telephone = "020 7946 0777"
    cast["youth"].save()
    page = add(client, world.agencies.police, cast["youth"].email, "Somebody")
    assert "An account with this address exists. It will be offered this role." in page
    assert "own name stands" in page
    member = Membership.objects.get(user=cast["youth"], agency=world.agencies.police)
    again = add(client, world.agencies.police, cast["youth"].email)
    assert "This address has this role in Riverside Police already." in again
    pages = [page, again, client.get(reverse("setup-members")).content.decode()]
    pages.append(client.get(reverse("setup-end-membership", args=[member.uuid])).content.decode())
    pages.append(client.post(reverse("setup-invite-again", args=[member.uuid]), follow=True).content.decode())
    pages.append(
        client.post(reverse("setup-end-membership", args=[member.uuid]), follow=True).content.decode()
    )
    for shown in pages:
        for secret in ("Amina", "Youth worker", "0777"):
            assert secret not in shown
    cast["youth"].refresh_from_db()
    assert cast["youth"].name == "Amina Rahman"


def test_the_other_borough_learns_who_was_added_and_may_end_it(client, world, cast, far_administrator):
    add(client, world.agencies.police)
    send_letters()
    told = {to for message in mail.outbox if "share" in message.subject for to in message.to}
    assert told == {"admin@northmere.example", "manager@northmere.example"}
    member = Membership.objects.get(user__email="new@police.example")
    assert member.added_for == world.east
    client.force_login(cast["administrator"])
    page = client.get(reverse("setup")).content.decode()
    assert "Added by Eastbrook CSP" in page
    assert "New Officer" in page
    end = reverse("setup-end-membership", args=[member.uuid])
    assert end in page
    client.force_login(cast["csp_manager"])
    assert "New Officer" in client.get(reverse("account")).content.decode()
    client.force_login(cast["coordinator"])
    assert "New Officer" not in client.get(reverse("account")).content.decode()
    client.force_login(cast["administrator"])
    client.post(end)
    assert "Added by" not in client.get(reverse("setup")).content.decode()


def test_what_stays_in_one_borough_is_told_to_nobody(client, world, cast, actors, far_administrator):
    add(client, world.agencies.police)
    assert "Added by" not in client.get(reverse("setup")).content.decode(), "the borough itself added it"
    send_letters()
    mail.outbox.clear()
    client.force_login(cast["administrator"])
    add(client, world.agencies.housing, "another@homes.example")
    send_letters()
    assert len(mail.outbox) == 1
    manager = actors["agency_manager"]
    member = add_member(
        agency=world.agencies.police, by=manager, name="x", email="own@police.example", role=Role.PRACTITIONER
    )
    assert member.added_for is None


@pytest.mark.parametrize("shared", [True, False])
def test_taking_an_agency_off_the_list_counts_its_live_work(client, world, cast, actors, toolkit, shared):
    agency = world.agencies.police if shared else world.agencies.housing
    url = reverse("setup-close-agency", args=[agency.uuid])
    client.force_login(cast["administrator"])
    assert "engaged now" not in client.get(url).content.decode()
    mine, far = log_one(actors["coordinator"]), log_one(actors["other_coordinator"])
    engage(incident=mine, agency=agency, by=actors["coordinator"], reason="Needed.")
    if shared:
        engage(incident=far, agency=agency, by=actors["other_coordinator"], reason="Needed.")
    page = client.get(url).content.decode()
    assert "It is engaged now in 1 incident of your partnership." in page
    assert mine.reference not in page, "an administrator sees no incident"
    assert far.reference not in page
    assert ("go on seeing" in page) == shared
