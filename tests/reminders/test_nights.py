"""From 22:00 to 07:00 only whoever is on call is woken, and the coordinators where nobody is: each urgent kind."""

import pytest

from checklists.models import ClockKind
from incidents.models import Engagement, EngagementRole, ReportState
from partners.models import Leave, Rota, RotaPlace
from reminders import registry, rooms
from reminders.models import Delivery
from svit import clock
from tests.reminders.conftest import (
    HOUR,
    MINUTE,
    NIGHT,
    look,
    make_clock,
    make_incident,
    make_person,
    mobilise,
    put_on_call,
    sweep,
)

SEES_PEOPLE = {"general": "contribute", "people": "contribute"}
SEVEN = NIGHT.replace(hour=6, minute=0)
POLICE = {"police", "police.two", "police.manager"}
COORDINATORS = {"coordinator", "second"}


def goes(at):
    """Whose e-mails go at once, and whose at seven."""
    rows = Delivery.objects.values_list("notification__recipient__email", "next_try_at")
    found = {"now": set(), "seven": set()}
    for address, when in rows:
        found["now" if when <= at else "seven"].add(address.removesuffix("@northmere.example"))
        assert when <= at or when == SEVEN
    return found["now"], found["seven"] - found["now"]


@pytest.fixture
def open_matter(actors, agencies):
    """An incident of the night whose police see its people, and have seen it."""
    incident = make_incident(actors["coordinator"], NIGHT - 20 * HOUR)
    engagement = mobilise(
        incident, agencies.police, actors["coordinator"], NIGHT - 20 * HOUR, sections=SEES_PEOPLE
    )
    Engagement.objects.filter(pk=engagement.pk).update(seen_at=NIGHT, remind_at=None)
    return incident


def mobilised(incident, agencies, actors, cast):
    Engagement.objects.filter(incident=incident).update(seen_at=None, remind_at=NIGHT, from_at=NIGHT)


def golden_hour(incident, agencies, actors, cast):
    make_clock(make_person(incident), ClockKind.GOLDEN_HOUR, NIGHT, agency=agencies.police)


def first_attempt(incident, agencies, actors, cast):
    make_clock(
        make_person(incident),
        ClockKind.FIRST_ATTEMPT,
        NIGHT - 12 * HOUR,
        agency=agencies.police,
        worker=cast["colleague"],
    )


def contact_made(incident, agencies, actors, cast):
    make_clock(
        make_person(incident),
        ClockKind.CONTACT_MADE,
        NIGHT - 24 * HOUR,
        agency=agencies.police,
        worker=cast["colleague"],
    )


def professionals(incident, agencies, actors, cast):
    make_clock(
        make_person(incident), ClockKind.PROFESSIONALS, NIGHT - 24 * HOUR, agency=agencies.police,
        worker=cast["colleague"],
    )  # fmt: skip


ASKED = {
    "mobilised": mobilised,
    "golden_hour": golden_hour,
    "first_attempt": first_attempt,
    "contact_made": contact_made,
    "professionals": professionals,
}


@pytest.mark.parametrize("kind", ASKED)
def test_with_nobody_on_call_the_coordinators_are_woken_and_the_members_have_it_at_seven(
    kind, open_matter, agencies, actors, cast
):
    ASKED[kind](open_matter, agencies, actors, cast)
    assert {one for one, _, _ in sweep(NIGHT)} == {kind}
    assert goes(NIGHT) == (COORDINATORS, POLICE)


@pytest.mark.parametrize("kind", ASKED)
def test_whoever_is_on_call_is_woken_and_nobody_else_of_the_agency(
    kind, open_matter, agencies, actors, cast, world
):
    put_on_call(agencies.police, world.cast["partner"], NIGHT)
    ASKED[kind](open_matter, agencies, actors, cast)
    sweep(NIGHT)
    now, seven = goes(NIGHT)
    assert now == {"police"} | (COORDINATORS if kind == "golden_hour" else set())
    assert seven == ({"police.two"} if kind in ("first_attempt", "contact_made", "professionals") else set())


@pytest.mark.parametrize("kind", ASKED)
def test_of_the_coordinators_too_only_whoever_is_on_call_is_woken(
    kind, open_matter, agencies, actors, cast, world
):
    put_on_call(agencies.csp, world.cast["second_coordinator"], NIGHT)
    ASKED[kind](open_matter, agencies, actors, cast)
    sweep(NIGHT)
    assert goes(NIGHT) == ({"second"}, POLICE)


@pytest.mark.parametrize("kind", ASKED)
def test_somebody_on_call_by_the_rota_is_woken_and_in_a_gap_the_coordinators(
    kind, open_matter, agencies, actors, cast, world
):
    rota = Rota.objects.create(agency=agencies.police, starts_on=NIGHT.date(), hand_over="00:00")
    RotaPlace.objects.create(rota=rota, user=cast["colleague"], number=0)
    gap = Leave.objects.create(user=cast["colleague"], from_at=NIGHT - HOUR, until_at=NIGHT + HOUR)
    ASKED[kind](open_matter, agencies, actors, cast)
    sweep(NIGHT)
    assert goes(NIGHT) == (COORDINATORS, POLICE - {"police.two"})
    gap.delete()
    with clock.at(NIGHT):
        assert rooms.asleep([cast["colleague"].pk, cast["partner"].pk], NIGHT) == {cast["partner"].pk}


@pytest.mark.parametrize(("on_call", "woken"), [(False, COORDINATORS), (True, {"second"})])
def test_a_report_wakes_the_coordinator_on_call_else_all_and_at_30_minutes_the_csp_manager(
    actors, agencies, north, world, on_call, woken
):
    if on_call:
        put_on_call(agencies.csp, world.cast["second_coordinator"], NIGHT)
    make_incident(actors["partner"], NIGHT, report_state=ReportState.UNCONFIRMED, partnership=north)
    sweep(NIGHT)
    assert goes(NIGHT) == (woken, set())
    sweep(NIGHT + 30 * MINUTE)
    assert goes(NIGHT + 30 * MINUTE) == (woken | {"manager"}, set())


def test_break_glass_wakes_the_coordinator_on_call_and_tells_those_who_answer_for_it_at_seven(
    actors, agencies, world, matter
):
    put_on_call(agencies.csp, world.cast["second_coordinator"], NIGHT)
    engagement = mobilise(matter, agencies.housing, actors["coordinator"], NIGHT)
    Engagement.objects.filter(pk=engagement.pk).update(role=EngagementRole.BREAK_GLASS)
    look(engagement, NIGHT)
    assert {one for one, _, _ in sweep(NIGHT)} == {"break_glass"}
    assert goes(NIGHT) == ({"second"}, {"manager", "governance"})


def test_a_sealed_person_s_clock_wakes_its_holders_where_all_of_them_sleep(open_matter, agencies, cast):
    """Nobody else may know of it, so nobody is woken in their place."""
    from incidents.models import RecordGrant, Sensitivity

    person = make_person(open_matter, sensitivity=Sensitivity.SEALED)
    RecordGrant.objects.create(entry=person.entry, user=cast["partner"], given_by=cast["csp_manager"])
    make_clock(person, ClockKind.CONTACT_MADE, NIGHT - 24 * HOUR, agency=agencies.police)
    sweep(NIGHT)
    assert goes(NIGHT) == ({"police"}, set())


@pytest.mark.parametrize(
    ("hour", "minute", "asleep"), [(20, 59, False), (21, 0, True), (5, 59, True), (6, 0, False)]
)
def test_the_night_is_that_of_the_wall_clock(world, hour, minute, asleep):
    """In summer London is an hour ahead."""
    user = world.cast["partner"].user_id
    moment = NIGHT.replace(hour=hour, minute=minute)
    with clock.at(moment):
        assert (user in rooms.asleep([user], moment)) is asleep


def test_every_urgent_kind_is_asked_about_here():
    """A new kind that goes out at night needs a look at whom it wakes."""
    steps = {"rota_gap": "3d"}
    urgent = {kind.key for kind in registry.kinds() if kind.urgent(steps.get(kind.key, "due"))}
    # The last three share their recipients with the clocks above, or go to managers, whose sleep nobody guards.
    assert urgent == {*ASKED, "unconfirmed", "break_glass", "mash_referral", "local_clock", "safety_pause"}
