"""Who sets up what, as truth tables."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from partners import access, actions
from partners.models import AGENCY_ROLES, PARTNERSHIP_ROLES, AgencyKind, Membership, Role

EVERYBODY = (
    "coordinator", "csp_manager", "administrator", "governance", "partner", "agency_manager", "stranger",
    "other_coordinator", "superuser",
)  # fmt: skip
# Who sees which agencies: C the CSP's own, P the police, who serve both boroughs, H housing, O the other CSP's.
SEES = {
    "administrator": "CPH",
    "agency_manager": "P",
}


def other_administrator(world):
    from tests.conftest import make_member

    return make_member("admin@eastbrook.example", world.agencies.other_csp, Role.ADMINISTRATOR)


@pytest.fixture
def far_administrator(world):
    """The administrator of the other borough, as an actor."""
    from partners.actor import actor_for

    made = other_administrator(world)
    return actor_for(Membership.objects.select_related("user", "agency__csp_of").get(pk=made.pk))


def letters(actor, world):
    found = {"C": world.agencies.csp, "P": world.agencies.police, "H": world.agencies.housing,
             "O": world.agencies.other_csp}  # fmt: skip
    return "".join(letter for letter, agency in found.items() if access.can_manage(actor, agency))


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_sets_up_which_agencies(actors, world, who):
    assert letters(actors[who], world) == SEES.get(who, "")


def test_the_administrator_of_the_other_borough_shares_the_police_alone(far_administrator, world):
    assert letters(far_administrator, world) == "PO"


def test_a_community_safety_agency_that_serves_a_neighbour_is_still_its_own(far_administrator, world):
    world.agencies.csp.partnerships.add(world.east)
    assert not access.can_manage(far_administrator, world.agencies.csp)


@pytest.mark.parametrize(
    ("who", "where", "roles"),
    [
        ("administrator", "csp", PARTNERSHIP_ROLES),
        ("administrator", "police", AGENCY_ROLES),
        ("administrator", "other_csp", ()),
        ("agency_manager", "police", (Role.PRACTITIONER,)),
        ("agency_manager", "housing", ()),
        ("coordinator", "csp", ()),
        ("csp_manager", "csp", ()),
        ("superuser", "housing", ()),
    ],
)
def test_which_roles_somebody_may_give(actors, world, who, where, roles):
    assert access.roles_to_give(actors[who], getattr(world.agencies, where)) == roles


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_administrators_come_to_the_partnership(actors, who):
    if who == "administrator":
        assert access.get_partnership(actors[who]) == actors[who].partnership
    else:
        with pytest.raises(PermissionDenied):
            access.get_partnership(actors[who])


@pytest.mark.parametrize(
    ("who", "where", "outcome"),
    [
        ("administrator", "housing", None),
        ("administrator", "other_csp", Http404),
        ("agency_manager", "police", None),
        ("agency_manager", "housing", Http404),
        ("coordinator", "housing", PermissionDenied),
        ("coordinator", "other_csp", PermissionDenied),
        ("stranger", "housing", PermissionDenied),
        ("superuser", "housing", PermissionDenied),
    ],
)
def test_the_door_of_an_agency(actors, world, who, where, outcome):
    uuid = getattr(world.agencies, where).uuid
    if outcome is None:
        assert access.get_agency(actors[who], uuid).uuid == uuid
    else:
        with pytest.raises(outcome):
            access.get_agency(actors[who], uuid)


@pytest.mark.parametrize(
    ("who", "whose", "outcome"),
    [
        ("administrator", "partner", None),
        ("administrator", "coordinator", None),
        ("administrator", "other_coordinator", Http404),
        ("agency_manager", "partner", None),
        ("agency_manager", "agency_manager", PermissionDenied),
        ("agency_manager", "stranger", Http404),
        ("coordinator", "partner", PermissionDenied),
    ],
)
def test_the_door_of_a_membership(actors, world, who, whose, outcome):
    uuid = world.cast[whose].uuid
    if outcome is None:
        assert access.get_member(actors[who], uuid).uuid == uuid
    else:
        with pytest.raises(outcome):
            access.get_member(actors[who], uuid)


def test_an_administrator_whose_membership_ended_is_nobody(client, world, cast):
    world.cast["administrator"].until_at = world.cast["administrator"].from_at
    world.cast["administrator"].save()
    client.force_login(cast["administrator"])
    response = client.get("/setup/")
    assert response.status_code == 403
    assert "You act for no agency" in response.content.decode()


# --- The rule is asked again in the action, whoever opened the door


NEW = {
    "name": "Harbour",
    "kind": AgencyKind.HOUSING,
    "regime": "uk_gdpr",
    "telephone": "",
    "email": "",
    "address": "",
}
MEMBER = {"name": "Somebody", "email": "somebody@agency.example"}


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who != "administrator"])
def test_nobody_else_can_act_on_the_partnership(actors, world, who):
    by, north = actors[who], world.north
    with pytest.raises(PermissionDenied):
        actions.create_agency(by=by, partnership=north, **NEW)
    with pytest.raises(PermissionDenied):
        actions.change_agency(agency=world.agencies.housing, by=by, **NEW)
    with pytest.raises(PermissionDenied):
        actions.close_agency(agency=world.agencies.housing, by=by)
    with pytest.raises(PermissionDenied):
        actions.add_contact(by=by, partnership=north, kind="person", name="x", represents="", agency=None)
    with pytest.raises(PermissionDenied):
        actions.open_partnership(by=by, name="x", code="XX", area="x", csp_name="x")


def test_an_administrator_cannot_act_in_another_partnership(actors, world):
    by = actors["administrator"]
    with pytest.raises(PermissionDenied):
        actions.create_agency(by=by, partnership=world.east, **NEW)
    with pytest.raises(PermissionDenied):
        actions.add_member(agency=world.agencies.other_csp, by=by, role=Role.COORDINATOR, **MEMBER)
    with pytest.raises(PermissionDenied):
        actions.end_membership(membership=world.cast["other_coordinator"], by=by)
