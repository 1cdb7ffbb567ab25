"""For whom somebody acts: settled by that person alone, asked where it is open, remembered."""

import re

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents.models import Incident, LogEntry
from partners.actions import add_member, end_membership
from partners.models import Membership, Role
from svit import clock
from tests.clients import SignedIn
from tests.conftest import PASSWORD, make_member
from tests.response.test_pages import FORM


def join(user, agency, role=Role.PRACTITIONER):
    """A further membership of `user`."""
    member = make_member(f"{agency.pk}.{role}@agency.example", agency, role)
    Membership.objects.filter(pk=member.pk).update(user=user)
    return Membership.objects.get(pk=member.pk)


def end(membership):
    Membership.objects.filter(pk=membership.pk).update(until_at=clock.now())


def acting_for(client):
    return client.get(reverse("account")).wsgi_request.actor


def choose(client, membership, **more):
    return client.post(reverse("acting"), {"acting": str(membership.uuid), **more})


def test_a_role_that_another_agency_gives_moves_nobody(client, world, cast, actors):
    client.force_login(cast["coordinator"])
    client.get(reverse("account"))
    manager = make_member("a.manager@agency.example", world.agencies.school, Role.AGENCY_MANAGER)
    assert world.agencies.school.name < world.agencies.csp.name, "first by name, and still not taken"
    from partners.actor import actor_for

    add_member(
        agency=world.agencies.school, by=actor_for(manager), name="x", email=cast["coordinator"].email,
        role=Role.PRACTITIONER,
    )  # fmt: skip
    assert acting_for(client).role == Role.COORDINATOR
    client.logout()
    client.force_login(cast["coordinator"])
    assert acting_for(client).role == Role.COORDINATOR


def test_a_session_that_never_chose_asks_once_there_are_two(client, world, cast):
    client.force_login(cast["stranger"])
    session = client.session
    del session["acting_membership"]
    session.save()
    assert acting_for(client).agency == world.agencies.housing
    join(cast["stranger"], world.agencies.school)
    asked = client.get("/my-work/?tab=done")
    assert asked["Location"] == "/account/acting/?next=%2Fmy-work%2F%3Ftab%3Ddone"
    page = client.get(asked["Location"])
    assert page.status_code == 200
    assert 'value="/my-work/?tab=done"' in page.content.decode()


def test_what_is_sent_before_choosing_is_not_taken(client, world, cast, toolkit):
    other = join(cast["stranger"], world.agencies.school)
    third = join(cast["stranger"], world.agencies.youth)
    client.force_login(cast["stranger"])
    choose(client, third)
    end(third)
    answer = client.post(reverse("log-incident"), FORM)
    assert answer.status_code == 409
    assert "Nothing was saved" in answer.content.decode()
    assert not Incident.objects.exists()
    assert choose(client, other, next="/my-work/")["Location"] == "/my-work/"
    assert acting_for(client).agency == world.agencies.school


def test_what_was_begun_for_an_agency_is_not_recorded_for_another(client, world, cast, toolkit):
    """Even where only one membership is left: the next page says so, and then it may be sent."""
    other = join(cast["stranger"], world.agencies.school)
    client.force_login(cast["stranger"])
    choose(client, other)
    end(other)
    assert client.post(reverse("log-incident"), FORM).status_code == 409
    page = client.get(reverse("my-work"))
    assert [str(message) for message in get_messages(page.wsgi_request)] == [
        "You now act as Northmere Homes, practitioner."
    ]
    assert client.post(reverse("log-incident"), FORM).status_code == 302
    assert LogEntry.objects.first().agency == world.agencies.housing


def test_a_fragment_that_asks_leads_the_whole_page_to_the_choice(client, world, cast):
    join(cast["stranger"], world.agencies.school)
    client.force_login(cast["stranger"])
    answer = client.get(
        "/my-work/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/my-work/?tab=done"}
    )
    assert answer["HX-Redirect"] == "/account/acting/?next=%2Fmy-work%2F%3Ftab%3Ddone"


def test_at_sign_in_the_membership_used_last_is_taken(client, world, cast):
    cast["stranger"].set_password(PASSWORD)
    cast["stranger"].save()
    other = join(cast["stranger"], world.agencies.school)
    sign_in = {"login": cast["stranger"].email, "password": PASSWORD}
    client.post(reverse("account_login"), sign_in)
    assert "acting" in client.get("/my-work/")["Location"], "two, and none used before: asked"
    choose(client, other)
    client.post(reverse("account_logout"))
    client.post(reverse("account_login"), sign_in)
    assert acting_for(client).agency == world.agencies.school
    client.post(reverse("account_logout"))
    end(other)
    client.post(reverse("account_login"), sign_in)
    assert acting_for(client).agency == world.agencies.housing


def test_the_borough_chosen_is_remembered_too(client, world, cast):
    client.force_login(cast["partner"])
    assert acting_for(client).partnership is None
    key = f"{world.cast['partner'].uuid}:{world.north.uuid}"
    client.post(reverse("acting"), {"acting": key})
    client.logout()
    cast["partner"].refresh_from_db()
    client.force_login(cast["partner"])
    assert acting_for(client).partnership == world.north
    world.agencies.police.partnerships.remove(world.north)
    assert acting_for(client).partnership == world.east


def test_every_page_says_for_which_borough_where_there_are_several(client, world, cast):
    client.force_login(cast["partner"])
    assert "Riverside Police, practitioner, for no borough yet" in client.get("/my-work/").content.decode()
    client.post(reverse("acting"), {"acting": f"{world.cast['partner'].uuid}:{world.east.uuid}"})
    assert "Riverside Police, practitioner, for Eastbrook CSP" in client.get("/my-work/").content.decode()
    client.force_login(cast["stranger"])
    assert "Northmere Homes, practitioner<" in client.get("/my-work/").content.decode()


def test_a_report_asserts_no_borough_that_nobody_chose(client, world, cast, toolkit):
    client.force_login(cast["partner"])
    page = client.get(reverse("log-incident")).content.decode()
    assert "Eastbrook. Eight questions" not in page
    assert "checked" not in page
    assert page.index("Which borough?") < page.index("1. What happened?")
    assert "Choose the borough" in client.post(reverse("log-incident"), FORM).content.decode()
    client.post(reverse("acting"), {"acting": f"{world.cast['partner'].uuid}:{world.north.uuid}"})
    page = client.get(reverse("log-incident")).content.decode()
    assert "Northmere. Eight questions" in page
    assert f'value="{world.north.pk}"' in page.split("checked")[0][-200:]


@pytest.mark.parametrize("chosen", [False, True])
def test_who_is_signed_in_takes_one_query(client, world, cast, chosen):
    """Session, user with memberships and boroughs, badges, and what the page is about: four, whatever there is."""
    client.force_login(cast["partner"])
    if chosen:
        choose_key = f"{world.cast['partner'].uuid}:{world.north.uuid}"
        client.post(reverse("acting"), {"acting": choose_key})
        join(cast["partner"], world.agencies.housing)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(reverse("usersessions_list")).status_code == 200
    assert len(queries) == 4, [query["sql"][:80] for query in queries]


def test_an_offered_role_counts_once_its_owner_picks_it(client, world, cast, actors):
    offered = add_member(
        agency=world.agencies.housing, by=actors["administrator"], name="x", email=cast["youth"].email,
        role=Role.PRACTITIONER,
    )  # fmt: skip
    assert offered not in Membership.objects.current()
    client.force_login(cast["youth"])
    assert acting_for(client).agency == world.agencies.youth
    assert "You are offered a role: Northmere Homes, practitioner" in client.get("/account/").content.decode()
    choose(client, offered)
    assert offered in Membership.objects.current()
    assert acting_for(client).agency == world.agencies.housing


def test_whoever_has_nothing_but_an_offer_is_asked(client, world, cast, actors):
    add_member(
        agency=world.agencies.housing, by=actors["administrator"], name="x", email=cast["youth"].email,
        role=Role.PRACTITIONER,
    )  # fmt: skip
    end(world.cast["youth"])
    client.force_login(cast["youth"])
    assert "/account/acting/" in client.get("/my-work/")["Location"]
    assert "(offered to you)" in client.get(reverse("acting")).content.decode()


# --- A page that is not found


def test_a_link_meant_for_another_membership_offers_it(client, world, cast, incident):
    other = join(cast["stranger"], world.agencies.youth)
    client.force_login(cast["stranger"])
    choose(client, world.cast["stranger"])
    page = client.get(incident.get_absolute_url())
    assert page.status_code == 404
    words = page.content.decode()
    assert "You are acting as Northmere Homes, practitioner." in words
    assert "Open as Northmere Youth Service, practitioner" in words
    onward = choose(client, other, next=incident.get_absolute_url())
    assert onward["Location"] == incident.get_absolute_url()
    assert client.get(onward["Location"]).status_code == 200


def test_the_offer_does_not_tell_whether_the_thing_exists(client, world, cast, incident):
    join(cast["stranger"], world.agencies.school)
    client.force_login(cast["stranger"])
    choose(client, world.cast["stranger"])
    absent = "/incidents/00000000-0000-4000-8000-000000000000/"
    for path in (incident.get_absolute_url(), absent, "/no/such/page/"):
        assert "Open as Aldermoor School, practitioner" in client.get(path).content.decode()


def test_whoever_has_one_membership_is_offered_nothing(client, cast):
    client.force_login(cast["stranger"])
    assert "Open as" not in client.get("/no/such/page/").content.decode()
    client.logout()
    assert client.get("/no/such/page/").status_code == 404


def test_the_role_of_a_membership_that_ended_is_gone_at_once(client, world, cast, actors):
    join(cast["colleague"], world.agencies.housing)
    client.force_login(cast["colleague"])
    choose(client, world.cast["colleague"], acting=f"{world.cast['colleague'].uuid}:{world.north.uuid}")
    end_membership(membership=world.cast["colleague"], by=actors["administrator"])
    assert client.get("/my-work/").status_code == 200


def test_a_form_that_was_begun_before_choosing_again_is_not_taken(world, cast, toolkit):
    """Another tab still shows the page of the agency before: sent from there, it would be recorded for this one."""
    other = join(cast["stranger"], world.agencies.school)
    browser = SignedIn(enforce_csrf_checks=True)
    browser.force_login(cast["stranger"])
    token = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
    choices = token.search(browser.get(reverse("acting")).content.decode())[1]
    choose(browser, world.cast["stranger"], csrfmiddlewaretoken=choices)
    before = token.search(browser.get(reverse("log-incident")).content.decode())[1]
    choices = token.search(browser.get(reverse("acting")).content.decode())[1]
    assert choose(browser, other, csrfmiddlewaretoken=choices).status_code == 302
    answer = browser.post(reverse("log-incident"), FORM | {"csrfmiddlewaretoken": before})
    assert answer.status_code == 403
    assert "chose for whom you act" in answer.content.decode()
    assert not Incident.objects.exists()
    again = token.search(browser.get(reverse("log-incident")).content.decode())[1]
    assert browser.post(reverse("log-incident"), FORM | {"csrfmiddlewaretoken": again}).status_code == 302
    assert LogEntry.objects.first().agency == world.agencies.school
