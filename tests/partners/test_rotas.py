"""Rotas: turns on the wall clock, swaps over them, and gaps where somebody is away."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners import actions, on_call
from partners.duty import Duty
from partners.models import Leave, Membership, OnCall, Rota, RotaPlace, User
from svit import clock
from svit.refused import Refused
from tests.conftest import make_agency, make_member

NOW = datetime(2026, 6, 6, 9, 0, tzinfo=UTC)  # a Saturday, 10:00 in London
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY = 4


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def make_rota(agency, *members, starts_on=date(2026, 6, 5), hand_over=time(17), weeks=1):
    """Fridays at 5pm, the first turn the day before the tests' Saturday."""
    rota = Rota.objects.create(agency=agency, starts_on=starts_on, hand_over=hand_over, weeks=weeks)
    for number, member in enumerate(members):
        RotaPlace.objects.create(rota=rota, user=member.user, number=number)
    return rota


@pytest.fixture
def police(world):
    return world.agencies.police


@pytest.fixture
def rota(world, police):
    return make_rota(police, world.cast["partner"], world.cast["colleague"])


def at(moment, agency):
    with clock.at(moment):
        users = on_call.serving([agency.pk], moment).get(agency.pk, [])
    return [user.email.removesuffix("@northmere.example") for user in users]


# --- Turns


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (utc(2026, 6, 5, 15, 59), -1),
        (utc(2026, 6, 5, 16, 0), 0),  # 5pm in summer
        (utc(2026, 6, 12, 15, 59), 0),
        (utc(2026, 6, 12, 16, 0), 1),
        (utc(2026, 10, 23, 15, 59), 19),
        (utc(2026, 10, 23, 16, 0), 20),  # the last Friday of summer time
        (utc(2026, 10, 30, 16, 59), 20),
        (utc(2026, 10, 30, 17, 0), 21),  # 5pm in winter is an hour later
        (utc(2027, 3, 26, 17, 0), 42),
        (utc(2027, 4, 2, 15, 59), 42),
        (utc(2027, 4, 2, 16, 0), 43),  # and in summer again an hour earlier
    ],
)
def test_a_turn_begins_at_the_same_time_on_the_wall_in_summer_and_winter(rota, moment, number):
    assert rota.turn_at(moment) == number
    assert rota.begins(number) <= moment < rota.begins(number + 1)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 10, 18), 7 * 24 + 1), (date(2027, 3, 21), 7 * 24 - 1)]
)
def test_a_turn_over_a_clock_change_is_an_hour_longer_or_shorter(police, day, hours):
    """The clocks change at 1am on a Sunday; the hand-over is at 1:30 that morning, which comes twice, or never."""
    rota = Rota(agency=police, starts_on=day, hand_over=time(3), weeks=1)
    assert rota.begins(1) - rota.begins(0) == hours * HOUR
    for hand_over in (time(1), time(1, 30), time(2)):
        odd = Rota(agency=police, starts_on=day, hand_over=hand_over, weeks=1)
        for minutes in range(-120, 121, 10):
            moment = odd.begins(1) + minutes * timedelta(minutes=1)
            assert odd.turn_at(moment) == (1 if minutes >= 0 else 0)


@pytest.mark.parametrize(("weeks", "who"), [(1, "partner"), (2, "colleague"), (4, "partner")])
def test_turns_of_several_weeks(world, police, weeks, who):
    make_rota(police, world.cast["partner"], world.cast["colleague"], weeks=weeks)
    assert at(NOW, police) == ["police"]
    assert at(NOW + 14 * DAY, police) == [world.cast[who].user.email.removesuffix("@northmere.example")]


# --- Who is on call at a moment


def test_the_turn_says_who_is_on_call_and_only_they_are_told(rota, police, cast):
    assert at(NOW, police) == ["police"]
    assert at(NOW + 7 * DAY, police) == ["police.two"]
    with clock.at(NOW):
        assert on_call.duty_users(police, NOW) == (cast["partner"].pk,)


def test_a_single_span_takes_the_place_of_the_turn_while_it_lasts(rota, police, cast):
    OnCall.objects.create(agency=police, user=cast["agency_manager"], from_at=NOW - HOUR, until_at=NOW + HOUR)
    assert at(NOW, police) == ["police.manager"]
    assert at(NOW + HOUR, police) == ["police"]


def test_a_span_of_somebody_who_is_away_leaves_the_turn_as_it_was(rota, police, cast):
    OnCall.objects.create(agency=police, user=cast["agency_manager"], from_at=NOW - HOUR, until_at=NOW + HOUR)
    Leave.objects.create(user=cast["agency_manager"], from_at=NOW - DAY, until_at=NOW + DAY)
    assert at(NOW, police) == ["police"]


@pytest.mark.parametrize("what", ["leave", "ended", "closed", "not set up"])
def test_whoever_is_away_or_left_makes_a_gap_and_then_everybody_is_told(rota, police, cast, world, what):
    user = User.objects.filter(pk=cast["partner"].pk)
    if what == "leave":
        Leave.objects.create(user=cast["partner"], from_at=NOW - DAY, until_at=NOW + DAY)
    elif what == "ended":
        Membership.objects.filter(pk=world.cast["partner"].pk).update(until_at=NOW)
    else:
        user.update(**({"is_active": False} if what == "closed" else {"joined_at": None}))
    assert at(NOW, police) == []
    with clock.at(NOW):
        assert cast["colleague"].pk in on_call.duty_users(police, NOW)


def test_coordinators_take_turns_too(world, cast):
    make_rota(world.agencies.csp, world.cast["coordinator"], world.cast["csp_manager"])
    with clock.at(NOW):
        assert on_call.duty_coordinators(world.north, NOW) == (cast["coordinator"].pk,)
    with clock.at(NOW + 7 * DAY):
        assert on_call.duty_coordinators(world.north, NOW + 7 * DAY) == (cast["csp_manager"].pk,)


# --- Gaps


def gaps(agency, *, days=28, now=NOW):
    with clock.at(now):
        return [
            (gap.from_at, gap.until_at) for gap in Duty(now, now + days * DAY, agency=agency).gaps(agency.pk)
        ]


def test_a_rota_that_is_kept_has_no_gap(rota, police):
    assert gaps(police) == []


def test_a_leave_within_a_turn_is_a_gap_from_then_until_then(rota, police, cast):
    begin, end = NOW + 8 * DAY, NOW + 9 * DAY  # within the colleague's turn
    Leave.objects.create(user=cast["colleague"], from_at=begin, until_at=end)
    assert gaps(police) == [(begin, end)]


def test_a_gap_ends_where_the_next_turn_or_a_swap_begins(rota, police, cast):
    Leave.objects.create(user=cast["colleague"], from_at=NOW, until_at=NOW + 40 * DAY)
    swap = utc(2026, 6, 15, 8)
    OnCall.objects.create(agency=police, user=cast["agency_manager"], from_at=swap, until_at=swap + DAY)
    assert gaps(police) == [
        (utc(2026, 6, 12, 16), swap),
        (swap + DAY, utc(2026, 6, 19, 16)),
        (utc(2026, 6, 26, 16), utc(2026, 7, 3, 16)),
    ]


def test_a_membership_that_will_end_makes_a_gap_from_its_end(rota, police, world):
    end = utc(2026, 6, 14, 9)
    Membership.objects.filter(pk=world.cast["colleague"].pk).update(until_at=end)
    assert gaps(police, days=14) == [(end, utc(2026, 6, 19, 16))]


def test_an_agency_without_a_rota_has_no_gap(police, cast):
    OnCall.objects.create(agency=police, user=cast["partner"], from_at=NOW, until_at=NOW + HOUR)
    assert gaps(police) == []


def test_overlapping_spans_are_fine(police, cast):
    for who in ("partner", "colleague"):
        OnCall.objects.create(agency=police, user=cast[who], from_at=NOW - HOUR, until_at=NOW + HOUR)
    assert sorted(at(NOW, police)) == ["police", "police.two"]


# --- Setting it up


def set_rota(actors, cast, police, *people, by="agency_manager", **more):
    answers = {"day": FRIDAY, "hand_over": time(17), "weeks": 1} | more
    return actions.set_rota(agency=police, by=actors[by], people=[cast[who] for who in people], **answers)


def test_the_first_person_has_the_turn_that_runs_now(actors, cast, police):
    with clock.at(NOW):
        rota = set_rota(actors, cast, police, "colleague", "partner")
        assert rota.starts_on == date(2026, 6, 5)
        assert rota.remind_at == NOW
    assert at(NOW, police) == ["police.two"]


def test_changing_the_people_keeps_the_turn_that_runs(actors, cast, police):
    with clock.at(NOW):
        set_rota(actors, cast, police, "colleague", "partner", weeks=4)
    later = NOW + 15 * DAY
    with clock.at(later):
        rota = set_rota(actors, cast, police, "agency_manager", "colleague", weeks=4)
        assert rota.starts_on == date(2026, 6, 5)
        assert list(rota.places.values_list("user", flat=True)) == [
            cast["agency_manager"].pk,
            cast["colleague"].pk,
        ]
        assert list(RotaPlace.history.values_list("history_type", flat=True)) == ["~", "~", "+", "+"]
    assert at(later, police) == ["police.manager"]


def test_fewer_people_leave_no_place_behind(actors, cast, police):
    with clock.at(NOW):
        set_rota(actors, cast, police, "colleague", "partner")
        rota = set_rota(actors, cast, police, "partner")
        assert rota.places.count() == 1
        actions.remove_rota(agency=police, by=actors["agency_manager"])
        assert not Rota.objects.exists()
        with pytest.raises(Refused, match="already"):
            actions.remove_rota(agency=police, by=actors["agency_manager"])


def test_only_people_of_the_agency_take_turns_and_only_whoever_sets_up_says_so(actors, cast, police):
    with pytest.raises(Refused, match="does not work"):
        set_rota(actors, cast, police, "stranger")
    with pytest.raises(Refused, match="from 1 to 12"):
        set_rota(actors, cast, police)
    for who in ("partner", "coordinator", "other_coordinator"):
        with pytest.raises(PermissionDenied):
            set_rota(actors, cast, police, "partner", by=who)


# --- The pages


def answers(*people, **more):
    turns = {f"turn_{number}": str(user.uuid) for number, user in enumerate(people, 1)}
    return {"day": FRIDAY, "hand_over_0": "5pm", "weeks": 1} | turns | more


def test_a_manager_makes_a_rota_and_reads_the_next_four_weeks(client, cast, police):
    url = reverse("setup-change-rota", args=[police.uuid])
    with clock.at(NOW):
        client.force_login(cast["agency_manager"])
        assert 'name="turn_4"' in client.get(url).content.decode()
        reply = client.post(url, answers(cast["colleague"], cast["partner"]))
        assert reply.status_code == 302, reply.content.decode()
        words = client.get(reply["Location"]).content.decode()
    assert "Fridays at 5pm, each week: Police Two, then Police" in words
    assert words.count("<tr") == 6  # the head, and five turns that touch the four weeks
    Leave.objects.create(user=cast["partner"], from_at=NOW, until_at=NOW + 10 * DAY)
    with clock.at(NOW):
        words = client.get(reply["Location"]).content.decode()
        assert "Nobody" in words
        assert "Gap" in client.get(reverse("setup-reach")).content.decode()
        assert "1 rota has a gap within two weeks" in client.get(reverse("setup")).content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"day": ""}, "Choose the day of the hand-over"),
        ({"day": "9"}, "Choose the day of the hand-over"),
        ({"day": "\0"}, "Choose the day of the hand-over"),
        ({"weeks": "99"}, "Choose how long a turn is"),
        ({"turn_1": ""}, "Choose a member of the agency"),
        ({"turn_2": "not a member"}, "Choose a member of the agency"),
        ({"turn_12": "x"}, "Choose a member of the agency"),
    ],
)
def test_bad_input_is_said_beside_the_field(client, cast, police, change, said):
    client.force_login(cast["agency_manager"])
    reply = client.post(reverse("setup-change-rota", args=[police.uuid]), answers(cast["partner"]) | change)
    assert reply.status_code == 200
    assert said in reply.content.decode()
    assert not Rota.objects.exists()


def test_the_page_of_who_can_be_reached_puts_nobody_first_and_says_why(client, cast, world):
    for who in ("partner", "colleague", "agency_manager"):
        Leave.objects.create(user=cast[who], from_at=clock.now() - HOUR, until_at=clock.now() + DAY)
    client.force_login(cast["administrator"])
    words = client.get(reverse("setup-reach")).content.decode()
    assert words.index("Aldermoor School") < words.index("Riverside Police") < words.index("Coordinators")
    assert "on leave" in words
    assert "Add a member" in words
    assert "CSP managers" in words
    assert "at 2 agencies or roles" in client.get(reverse("setup")).content.decode()


def test_a_manager_sees_the_own_agency_alone(client, cast):
    client.force_login(cast["agency_manager"])
    words = client.get(reverse("setup-reach")).content.decode()
    assert "Riverside Police" in words
    assert "Northmere" not in words.split("<main")[1]


@pytest.mark.parametrize("name", ["setup-reach", "setup-on-call", "setup", "setup-rota"])
def test_the_pages_cost_the_same_at_two_sizes(client, cast, world, name):
    def grow(number):
        for one in range(number):
            agency = make_agency(f"Agency {number}-{one}", "housing", world.north)
            people = [
                make_member(f"m{number}-{one}-{two}@x.example", agency, "practitioner") for two in range(3)
            ]
            make_rota(agency, *people, starts_on=clock.today())
            Leave.objects.create(
                user=people[0].user, from_at=clock.now() + DAY, until_at=clock.now() + 3 * DAY
            )
            OnCall.objects.create(
                agency=agency, user=people[1].user, from_at=clock.now(), until_at=clock.now() + DAY
            )
        return agency

    client.force_login(cast["administrator"])
    costs = []
    for size in (2, 9):
        url = reverse(name, args=[grow(size).uuid] if name == "setup-rota" else [])
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        costs.append(len(seen))
    assert costs[0] == costs[1]
    assert costs[0] <= 24
