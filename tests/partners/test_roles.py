"""A role that opens a partnership's incidents takes two people: who gives it, and the CSP manager who confirms it."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.urls import reverse

from partners import actions
from partners.actions import send_letters
from partners.models import INCIDENT_ROLES, Membership, Role
from svit.refused import Refused
from tests.conftest import make_member

NEW = {"name": "New Coordinator", "email": "new@northmere.example"}


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def given(world, by, role=Role.COORDINATOR, **more):
    return actions.add_member(agency=world.agencies.csp, by=by, role=role, **NEW | more)


@pytest.fixture
def waiting(world, actors):
    """A coordinator who set up, whom no CSP manager has confirmed."""
    member = given(world, actors["administrator"])
    actions.accept(invitation=member.invitations.get(), password="a long enough passphrase")
    return Membership.objects.get(pk=member.pk)


@pytest.mark.parametrize("role", INCIDENT_ROLES)
def test_a_role_that_opens_incidents_waits(world, actors, role):
    assert given(world, actors["administrator"], role).confirmed_at is None


def test_an_administrator_and_an_agency_s_people_need_no_second_person(world, actors):
    assert given(world, actors["administrator"], Role.ADMINISTRATOR).confirmed_at is not None
    officer = actions.add_member(
        agency=world.agencies.police, by=actors["administrator"], role=Role.AGENCY_MANAGER, **NEW
    )
    assert officer.confirmed_at is not None


def test_until_then_it_opens_nothing(client, waiting, incident):
    client.force_login(waiting.user)
    for url in (reverse("incidents"), incident.get_absolute_url(), reverse("account"), reverse("acting")):
        page = client.get(url)
        assert page.status_code == 403
        assert "waits for a CSP manager" in page.content.decode()
        assert incident.reference not in page.content.decode()


def test_it_is_no_way_to_act_for_somebody_who_has_another(client, waiting, cast, world, incident):
    make = make_member("x@homes.example", world.agencies.housing, Role.PRACTITIONER)
    Membership.objects.filter(pk=make.pk).update(user=waiting.user)
    client.force_login(waiting.user)
    assert "waits for a CSP manager" in client.get(reverse("account")).content.decode()
    assert client.get(reverse("account")).wsgi_request.actor.agency == world.agencies.housing
    answer = client.post(reverse("acting"), {"acting": str(waiting.uuid)})
    assert "Choose who you act for" in answer.content.decode()
    assert client.get(incident.get_absolute_url()).status_code == 404


def test_reminders_go_to_nobody_who_waits(waiting):
    assert waiting not in Membership.objects.current()


def test_a_csp_manager_is_told_and_confirms(client, waiting, cast, incident):
    send_letters()
    [letter] = [message for message in mail.outbox if message.to == ["manager@northmere.example"]]
    assert "New Coordinator" not in letter.subject + letter.body
    assert "/account/roles/" in letter.body
    client.force_login(cast["csp_manager"])
    assert "1 role to confirm" in client.get(reverse("account")).content.decode()
    page = client.get(reverse("roles-to-confirm")).content.decode()
    assert "New Coordinator" in page
    assert cast["administrator"].name in page
    done = client.post(reverse("confirm-role", args=[waiting.uuid]), follow=True)
    assert "New Coordinator is confirmed as Coordinator." in done.content.decode()
    client.force_login(waiting.user)
    assert client.get(incident.get_absolute_url()).status_code == 200


def test_a_csp_manager_declines_with_a_reason(client, waiting, cast, world):
    client.force_login(cast["csp_manager"])
    url = reverse("decline-role", args=[waiting.uuid])
    assert "Enter why" in client.post(url, {"reason": " "}).content.decode()
    client.post(url, {"reason": "Not with us."})
    waiting.refresh_from_db()
    assert waiting.until_at is not None
    client.force_login(cast["administrator"])
    history = client.get(reverse("setup-agency-history", args=[world.agencies.csp.uuid])).content.decode()
    assert "Not confirmed: Not with us." in history
    client.force_login(waiting.user)
    assert "Nobody has made you a member" in client.get(reverse("account")).content.decode()


@pytest.mark.parametrize(
    "who", ["administrator", "coordinator", "governance", "agency_manager", "other_coordinator", "superuser"]
)
def test_nobody_else_confirms(client, waiting, cast, actors, who):
    client.force_login(cast[who])
    assert client.post(reverse("confirm-role", args=[waiting.uuid])).status_code == 403
    with pytest.raises(Refused):
        actions.confirm_member(membership=waiting, by=actors[who])
    waiting.refresh_from_db()
    assert waiting.confirmed_at is None


def test_a_csp_manager_of_another_borough_learns_nothing(client, waiting, world):
    far = make_member("manager@eastbrook.example", world.agencies.other_csp, Role.CSP_MANAGER)
    client.force_login(far.user)
    assert "New Coordinator" not in client.get(reverse("roles-to-confirm")).content.decode()
    assert client.post(reverse("confirm-role", args=[waiting.uuid])).status_code == 404


def test_nobody_confirms_the_role_that_they_gave(world, actors, cast):
    """Somebody who administers the partnership and is its CSP manager as well is still one person."""
    both = make_member("both@northmere.example", world.agencies.csp, Role.CSP_MANAGER)
    member = given(world, actors["administrator"])
    Membership.objects.filter(pk=member.pk).update(added_by=both.user)
    member.refresh_from_db()
    from partners.actor import actor_for

    with pytest.raises(Refused, match="Another CSP manager"):
        actions.confirm_member(membership=member, by=actor_for(both))
    assert actions.confirm_member(membership=member, by=actors["csp_manager"]).confirmed_at


def test_what_was_confirmed_or_withdrawn_waits_no_more(world, actors, waiting):
    actions.end_membership(membership=waiting, by=actors["administrator"])
    with pytest.raises(Refused, match="no longer waits"):
        actions.confirm_member(membership=waiting, by=actors["csp_manager"])


def test_the_first_csp_manager_is_made_by_a_command(world, capsys):
    call_command("add_csp_manager", code="EB", name="First Manager", email="first@eastbrook.example")
    member = Membership.objects.get(user__email="first@eastbrook.example")
    assert (member.role, member.agency) == (Role.CSP_MANAGER, world.agencies.other_csp)
    assert member.confirmed_at is not None
    assert "/account/invitation/" in capsys.readouterr().out


@pytest.mark.parametrize(
    "values",
    [
        {"code": "XX", "name": "x", "email": "x@eastbrook.example"},
        {"code": "EB", "name": "x", "email": "no address"},
        {"code": "NM", "name": "x", "email": "manager@northmere.example"},
    ],
)
def test_the_command_says_what_is_wrong(world, values):
    with pytest.raises(CommandError):
        call_command("add_csp_manager", **values)


def test_nobody_gives_a_role_that_they_cannot_give(world, actors):
    for who in ("coordinator", "csp_manager", "agency_manager"):
        with pytest.raises((Refused, PermissionDenied)):
            given(world, actors[who])
