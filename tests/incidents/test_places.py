"""A title holds no house, no full postcode and no hospital."""

import pytest
from django.urls import reverse

from incidents import access
from incidents.places import apart
from tests.conftest import log_one


@pytest.mark.parametrize(
    ("typed", "shown", "exact"),
    [
        ("Hoe Street", "Hoe Street", False),
        ("14 Hoe Street", "Hoe Street", True),
        ("Flat 3, 14b Hoe Street, E17 4JF", "Hoe Street, E17", True),
        ("outside 112-114 Wood Vale Road", "outside Wood Vale Road", True),
        ("A406 at junction 4", "A406 at junction 4", False),
        ("7th Avenue", "7th Avenue", False),
        ("E17 4JF", "E17", True),
        ("Aldermoor Hospital, ward 4", "Northmere", True),
        ("the refuge in Mill Lane", "Northmere", True),
        ("Not known", "Not known", False),
        ("Bus 58 by the market", "Bus 58 by the market", False),
    ],
)
def test_what_a_title_may_hold_of_a_place(typed, shown, exact):
    assert apart(typed, "Northmere") == (shown, typed if exact else "")


def test_an_exact_place_is_for_coordinators(client, cast, actors, toolkit):
    from incidents.actions import engage

    incident = log_one(actors["coordinator"], place="14 Hoe Street")
    engage(incident=incident, agency=actors["partner"].agency, by=actors["coordinator"], reason="x")
    page = incident.get_absolute_url()
    client.force_login(cast["coordinator"])
    assert "14 Hoe Street" in client.get(page).content.decode()
    client.force_login(cast["partner"])
    for url in (page, reverse("incidents"), reverse("incident-log", args=[incident.uuid])):
        assert "14 Hoe Street" not in client.get(url).content.decode()
    found = client.post(reverse("search"), {"q": "14 Hoe"}, follow=True).content.decode()
    assert incident.reference not in found
    assert access.sight(actors["partner"], incident).incident.title == "Stabbing, Hoe Street"


def test_a_coordinator_puts_it_right_and_partners_do_not_read_it_in_the_log(client, cast, incident):
    client.force_login(cast["coordinator"])
    page = reverse("describe", args=[incident.uuid])
    client.post(page, {"exact_place": "Flat 9, Mill House", "version": incident.version})
    assert "Flat 9, Mill House" in client.get(incident.get_absolute_url()).content.decode()
    client.force_login(cast["partner"])
    for url in (incident.get_absolute_url(), reverse("incident-log", args=[incident.uuid])):
        assert "Flat 9" not in client.get(url).content.decode()
