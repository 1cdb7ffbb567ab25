"""Agencies, members, contacts and duty: what the actions do, and what they refuse."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from partners import actions, on_call
from partners.models import Agency, AgencyKind, Contact, Membership, OnCall, Role, User
from svit import clock
from svit.refused import Refused
from tests.conftest import make_member

AGENCY = {"kind": AgencyKind.HOUSING, "regime": "uk_gdpr", "telephone": "", "email": "", "address": ""}
DIRECTORY = {"kind": "network", "represents": "", "agency": None, "telephone": "", "email": ""}


@pytest.fixture
def by(actors):
    return actors["administrator"]


def add(by, agency, email="new@agency.example", role=Role.PRACTITIONER, name="New Person"):
    return actions.add_member(agency=agency, by=by, name=name, email=email, role=role)


# --- Agencies


def test_a_new_agency_has_a_group_and_serves_the_partnership(by, world):
    agency = actions.create_agency(by=by, partnership=world.north, name="Harbour", **AGENCY)
    assert Group.objects.get(pk=agency.group_id).user_set.count() == 0
    assert list(agency.partnerships.all()) == [world.north]
    assert agency.csp_of is None


def test_a_refused_agency_leaves_no_group(by, world):
    before = Group.objects.count()
    with pytest.raises(Refused):
        actions.create_agency(by=by, partnership=world.north, name="northmere homes", **AGENCY)
    assert Group.objects.count() == before


def test_a_name_of_another_borough_is_refused_with_the_way_out(by, world):
    with pytest.raises(Refused, match="serves another borough"):
        actions.create_agency(by=by, partnership=world.north, name="Eastbrook CSP", **AGENCY)


def test_a_second_community_safety_agency_is_refused(by, world):
    with pytest.raises(Refused, match="is there already"):
        actions.create_agency(
            by=by, partnership=world.north, name="Other", **AGENCY | {"kind": AgencyKind.COMMUNITY_SAFETY}
        )


def test_sharing_lets_the_other_administrator_in(by, world):
    actions.share_agency(agency=world.agencies.housing, by=by, partnership=world.east)
    assert set(world.agencies.housing.partnerships.all()) == {world.north, world.east}
    with pytest.raises(Refused, match="already"):
        actions.share_agency(agency=world.agencies.housing, by=by, partnership=world.east)
    with pytest.raises(Refused, match="alone"):
        actions.share_agency(agency=world.agencies.csp, by=by, partnership=world.east)


def test_a_shared_agency_leaves_one_list_and_stays_on_the_other(by, world):
    actions.close_agency(agency=world.agencies.police, by=by)
    police = Agency.objects.get(pk=world.agencies.police.pk)
    assert list(police.partnerships.all()) == [world.east]
    assert police.active


def test_a_closed_agency_lets_nobody_act_until_it_is_opened_again(by, world, cast):
    actions.close_agency(agency=world.agencies.housing, by=by)
    mine = Membership.objects.current().filter(user=cast["stranger"])
    assert not mine.exists()
    actions.reopen_agency(agency=world.agencies.housing, by=by)
    assert mine.exists()
    with pytest.raises(Refused):
        actions.close_agency(agency=world.agencies.csp, by=by)


def test_the_kind_of_the_community_safety_agency_stays(by, world):
    with pytest.raises(Refused):
        actions.change_agency(agency=world.agencies.csp, by=by, name="Northmere CSP", **AGENCY)


# --- Members


def test_a_new_member_has_no_password_that_works(by, world):
    membership = add(by, world.agencies.housing, email="New@Agency.Example")
    assert membership.user.email == "new@agency.example"
    assert not membership.user.has_usable_password()
    assert membership in Membership.objects.current()


def test_somebody_who_is_there_keeps_name_and_password(by, world, cast):
    cast["partner"].set_password("a long enough passphrase")
    cast["partner"].save()
    membership = add(by, world.agencies.housing, email="POLICE@northmere.example", name="Somebody Else")
    assert membership.user == cast["partner"]
    assert User.objects.get(pk=cast["partner"].pk).has_usable_password()
    assert User.objects.get(pk=cast["partner"].pk).name != "Somebody Else"


ROLES = [
    ("csp", Role.COORDINATOR, True),
    ("csp", Role.ADMINISTRATOR, True),
    ("csp", Role.GOVERNANCE_OFFICER, True),
    ("csp", Role.CSP_MANAGER, True),
    ("csp", Role.PRACTITIONER, False),
    ("police", Role.PRACTITIONER, True),
    ("police", Role.AGENCY_MANAGER, True),
    ("police", Role.COORDINATOR, False),
    ("police", Role.ADMINISTRATOR, False),
    ("police", "emperor", False),
]


@pytest.mark.parametrize(("where", "role", "given"), ROLES)
def test_roles_of_a_partnership_exist_in_its_own_agency_alone(by, world, where, role, given):
    agency = getattr(world.agencies, where)
    if given:
        assert add(by, agency, role=role).role == role
    else:
        with pytest.raises(Refused):
            add(by, agency, role=role)


def test_an_agency_manager_adds_practitioners_alone(actors, world):
    manager = actors["agency_manager"]
    assert add(manager, world.agencies.police).role == Role.PRACTITIONER
    with pytest.raises(Refused):
        add(manager, world.agencies.police, email="two@agency.example", role=Role.AGENCY_MANAGER)


def test_nobody_gives_a_role_to_themselves(by, world, cast):
    with pytest.raises(Refused, match="yourself"):
        add(by, world.agencies.csp, email=cast["administrator"].email, role=Role.COORDINATOR)


def test_the_same_role_twice_is_refused_and_after_it_ended_given_again(by, world):
    first = add(by, world.agencies.housing)
    with pytest.raises(Refused, match="already"):
        add(by, world.agencies.housing)
    actions.end_membership(membership=first, by=by)
    assert add(by, world.agencies.housing).pk != first.pk


def test_a_closed_account_is_not_brought_back_by_a_membership(by, world, cast):
    with pytest.raises(Refused, match="closed"):
        add(by, world.agencies.housing, email=cast["deactivated"].email)


def test_ending_a_membership_ends_sight_and_duty_at_that_minute(by, world, cast):
    now = clock.now()
    duty = OnCall.objects.create(
        agency=world.agencies.police, user=cast["partner"], from_at=now - timedelta(days=1),
        until_at=now + timedelta(days=1),
    )  # fmt: skip
    later = OnCall.objects.create(
        agency=world.agencies.police, user=cast["partner"], from_at=now + timedelta(days=2),
        until_at=now + timedelta(days=3),
    )  # fmt: skip
    ended = actions.end_membership(membership=world.cast["partner"], by=by)
    duty.refresh_from_db()
    assert ended.until_at == duty.until_at
    assert not OnCall.objects.filter(pk=later.pk).exists()
    assert not Membership.objects.current().filter(user=cast["partner"]).exists()
    with pytest.raises(Refused, match="already"):
        actions.end_membership(membership=world.cast["partner"], by=by)


def test_the_last_administrator_stays(by, world, actors):
    second = make_member("admin2@northmere.example", world.agencies.csp, Role.ADMINISTRATOR)
    actions.end_membership(membership=second, by=by)
    third = make_member("admin3@northmere.example", world.agencies.csp, Role.ADMINISTRATOR)
    User.objects.filter(pk=third.user_id).update(is_active=False)
    from partners.actor import system_actor

    with pytest.raises(Refused, match="last administrator"):
        actions.end_membership(membership=world.cast["administrator"], by=system_actor("test"))


def test_nobody_ends_their_own_membership(by, world):
    make_member("admin2@northmere.example", world.agencies.csp, Role.ADMINISTRATOR)
    with pytest.raises(Refused, match="your own"):
        actions.end_membership(membership=world.cast["administrator"], by=by)


# --- Directory


def test_an_entry_is_confirmed_by_whoever_writes_it(by, world):
    contact = actions.add_contact(by=by, partnership=world.north, name="Traders", **DIRECTORY)
    assert contact.confirmed_at
    with pytest.raises(Refused, match="already"):
        actions.add_contact(by=by, partnership=world.north, name="TRADERS", **DIRECTORY)


def test_an_entry_names_no_agency_of_another_borough(by, world):
    with pytest.raises(Refused, match="agency of the partnership"):
        actions.add_contact(
            by=by, partnership=world.north, name="Traders", **DIRECTORY | {"agency": world.agencies.other_csp}
        )
    assert not Contact.objects.exists()


# --- On call


def span(by, agency, user, start, end):
    now = clock.now()
    return actions.put_on_call(
        agency=agency,
        by=by,
        user=user,
        from_at=now + timedelta(hours=start),
        until_at=now + timedelta(hours=end),
    )


def test_whoever_is_on_call_is_told(by, world, cast):
    assert set(on_call.duty_users(world.agencies.police, clock.now())) >= {
        cast["partner"].pk,
        cast["colleague"].pk,
    }
    span(by, world.agencies.police, cast["colleague"], -1, 8)
    assert on_call.duty_users(world.agencies.police, clock.now()) == (cast["colleague"].pk,)


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [(2, 1, "after the beginning"), (-3, -1, "in the future"), (0, 24 * 93, "92 days"), (1, 3, "already")],
)
def test_a_span_of_duty_that_makes_no_sense_is_refused(by, world, cast, start, end, why):
    span(by, world.agencies.police, cast["partner"], 2, 9)
    with pytest.raises(Refused, match=why):
        span(by, world.agencies.police, cast["partner"], start, end)


def test_only_people_who_work_for_the_agency_are_on_call(by, world, cast):
    for who in ("stranger", "deactivated", "coordinator"):
        with pytest.raises(Refused, match="does not work"):
            span(by, world.agencies.police, cast[who], 0, 4)
    with pytest.raises(Refused, match="does not work"):
        span(by, world.agencies.csp, cast["administrator"], 0, 4)


def test_a_span_that_runs_ends_now_and_one_that_comes_goes(by, world, cast):
    runs = span(by, world.agencies.police, cast["partner"], -1, 8)
    comes = span(by, world.agencies.police, cast["colleague"], 1, 8)
    actions.end_on_call(span=runs, by=by)
    actions.end_on_call(span=comes, by=by)
    assert not OnCall.objects.at(clock.now()).exists()
    assert OnCall.objects.count() == 1


# --- Agreements


def test_an_agreement_is_reviewed_after_it_was_signed(by, world):
    today = clock.today()
    common = {
        "agency": world.agencies.police,
        "partnership": world.north,
        "by": by,
        "purposes": "x",
        "gateway": "",
    }
    with pytest.raises(Refused, match="after"):
        actions.record_agreement(signed_on=today, review_by=today, **common)
    made = actions.record_agreement(signed_on=today, review_by=today + timedelta(days=365), **common)
    assert made.partnership == world.north
