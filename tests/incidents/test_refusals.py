"""What somebody is told who may not do a thing: why, and whom to ask."""

import pytest
from django.urls import reverse

from partners.models import Agency
from tests.conftest import log_one


@pytest.fixture
def phones(world):
    for agency, phone in ((world.agencies.csp, "020 7946 0001"), (world.agencies.other_csp, "020 7946 0002")):
        Agency.objects.filter(pk=agency.pk).update(telephone=phone)


def page(client, user, url):
    client.force_login(user)
    answer = client.get(url)
    assert answer.status_code == 403
    return answer.content.decode()


def test_a_partner_is_told_who_coordinates_the_incident(client, cast, incident, phones):
    shown = page(client, cast["partner"], reverse("categorise", args=[incident.uuid]))
    assert "Northmere CSP" in shown
    assert f"Coordinates {incident.reference}" in shown
    assert "020 7946 0001" in shown


def test_the_incident_of_another_borough_names_that_borough(client, cast, actors, world, toolkit, phones):
    from incidents.actions import engage

    far = log_one(actors["other_coordinator"])
    engage(incident=far, agency=world.agencies.youth, by=actors["other_coordinator"], reason="Needed.")
    shown = page(client, cast["youth"], reverse("categorise", args=[far.uuid]))
    assert "Eastbrook CSP" in shown
    assert "020 7946 0002" in shown


def test_elsewhere_the_own_partnership_is_named(client, cast, phones):
    shown = page(client, cast["administrator"], reverse("log-incident"))
    assert "020 7946 0001" in shown
    assert "coordinator of the incident" not in shown
    assert "020 7946 0001" in page(client, cast["stranger"], reverse("setup"))


def test_where_no_borough_is_chosen_none_is_asserted(client, cast, phones):
    shown = page(client, cast["partner"], reverse("setup"))
    assert "CSP<" not in shown
    assert "ask your manager" in shown


def test_an_administrator_is_not_told_that_there_are_no_incidents(client, cast, incident):
    client.force_login(cast["administrator"])
    shown = client.get(reverse("incidents")).content.decode()
    assert "An administrator sees no incidents" in shown
    assert "No incidents yet" not in shown
    client.force_login(cast["stranger"])
    assert "No incidents yet" in client.get(reverse("incidents")).content.decode()
