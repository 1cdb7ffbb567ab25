"""The figure that counts, and what of it stays hidden outside the team."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from response import figures
from response.actions import record_contact, refer, seal_person, stop_clocks, take_to_meeting
from response.figures import FEW, NAMES, Row, for_others, total
from response.models import Person
from svit import clock
from tests.conftest import log_one

pytestmark = pytest.mark.django_db

JUNE = datetime(2026, 6, 8, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def june(toolkit, actors):
    """Six cases of June: two reached in time, one late, one tried in time, one not at all, one that died first."""
    by = actors["coordinator"]
    with clock.at(JUNE):
        incident = log_one(by, occurred_at=JUNE, known_at=JUNE, young_people=6)
    people = list(
        Person.objects.filter(entry__incident=incident).select_related("entry__incident").order_by("pk")
    )
    why = {"missed_cause": "Moved", "new_plan": "School"}
    with clock.at(JUNE + 5 * HOUR):
        stop_clocks(person=people[5], by=by, reason="The person has died.")
        for person in people[:2]:
            record_contact(person=person, by=by, outcome="made", method="visit")
            refer(person=person, by=by, to="mash")
        record_contact(person=people[3], by=by, outcome="attempted", method="visit")
        refer(person=people[0], by=by, to="specialist")
        take_to_meeting(people=people[:3], by=by)
    with clock.at(JUNE + 60 * HOUR):
        record_contact(person=people[2], by=by, outcome="made", method="visit", **why)
    return people


def rows(world):
    with clock.at(JUNE + 100 * HOUR):
        return figures.by_month(world.north, since=figures.first_month())


def test_a_month_counts_who_was_tried_reached_and_referred(june, world):
    [row] = rows(world)
    assert (row.month, row.cases) == (date(2026, 6, 1), 5), "who died before the time was over is no case"
    assert row.counts == {"attempted": 3, "made": 2, "mash": 2, "meeting": 3, "specialist": 1}
    assert row.cell("made") == "2 of 5"
    assert row.percent("made") == 40


def test_a_contact_before_the_deadline_that_was_written_later_is_in_time(june, world, actors):
    with clock.at(JUNE + 80 * HOUR):
        record_contact(
            person=june[4], by=actors["coordinator"], outcome="made", method="visit", occurred_at=JUNE + 10 * HOUR,
            late_reason="On paper", missed_cause="Was not missed", new_plan="None",
        )  # fmt: skip
    assert rows(world)[0].counts["made"] == 3


def test_exercises_other_boroughs_and_sealed_records_are_in_none(june, world, actors):
    by = actors["coordinator"]
    from incidents.access import sight

    with clock.at(JUNE):
        log_one(by, exercise=True, occurred_at=JUNE, known_at=JUNE, young_people=3)
        log_one(actors["other_coordinator"], occurred_at=JUNE, known_at=JUNE, young_people=3)
        seal_person(seen=sight(by, june[0].entry.incident), person=june[0], holders=[actors["csp_manager"].user],
                    reason="At risk")  # fmt: skip
    [row] = rows(world)
    assert (row.cases, row.counts["made"]) == (4, 1)


def test_a_month_begins_at_midnight_in_london(toolkit, actors, world):
    for at in (datetime(2026, 5, 31, 22, 30, tzinfo=UTC), datetime(2026, 5, 31, 23, 30, tzinfo=UTC)):
        with clock.at(at):
            log_one(actors["coordinator"], occurred_at=at, known_at=at, young_people=1)
    assert [(row.month.month, row.cases) for row in rows(world)] == [(6, 1), (5, 1)]


def test_all_of_them_are_100_and_one_less_is_not():
    assert Row(None, 201, {"made": 201}).percent("made") == 100
    assert Row(None, 201, {"made": 200}).percent("made") == 99


def of(cases, made):
    return Row(None, cases, dict.fromkeys(NAMES, cases) | {"made": made})


class TestOutsideTheTeam:
    def test_a_count_under_five_is_hidden(self):
        [row], _ = for_others([of(40, 3)])
        assert row.cell("made") == "Hidden"
        assert row.cell("mash") == "40 of 40"

    def test_so_is_one_whose_rest_is(self):
        [row], _ = for_others([of(40, 38)])
        assert row.cell("made") == "Hidden"

    def test_a_month_of_few_cases_is_hidden_whole(self):
        [row], _ = for_others([of(4, 4)])
        assert row.cases is None
        assert {cell["text"] for cell in row.cells} == {"Hidden"}

    def test_a_total_that_would_give_one_away_is_hidden(self):
        _, whole = for_others([of(40, 20), of(3, 3)])
        assert whole.cases is None

    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=12))
    def test_no_hidden_count_can_be_reckoned_from_what_is_shown(self, months):
        real = [of(cases, min(made, cases)) for cases, made in months]
        shown, whole = for_others(real)
        for name in (*NAMES, "cases"):

            def value(row, name=name):
                return row.cases if name == "cases" else row.counts[name]

            for row, seen in zip(real, shown, strict=True):
                if value(seen) is not None:
                    assert value(row) == value(seen) >= FEW
                    assert name == "cases" or row.cases - value(row) not in range(1, FEW)
            hidden = [value(row) for row, seen in zip(real, shown, strict=True) if value(seen) is None]
            if value(whole) is not None and hidden:
                rest = value(total(real)) - sum(value(seen) or 0 for seen in shown)
                assert rest == sum(hidden)
                assert len(hidden) > 1
                assert rest >= FEW
                assert rest < 4 * len(hidden), "else each of them would be known to be four"


@pytest.mark.parametrize(("who", "team"), [("coordinator", True), ("csp_manager", True), ("agency_manager", False),
                                           ("administrator", False), ("governance", False)])  # fmt: skip
def test_the_team_alone_sees_every_figure(client, cast, june, who, team):
    with clock.at(JUNE + 100 * HOUR):
        client.force_login(cast[who])
        page = client.get(reverse("figures")).content.decode()
    assert ("2 of 5" in page) is team
    assert ("Hidden" in page) is not team


def test_another_borough_and_a_practitioner_see_none_of_it(client, cast, june):
    with clock.at(JUNE + 100 * HOUR):
        client.force_login(cast["other_coordinator"])
        assert "of 5" not in client.get(reverse("figures")).content.decode()
        client.force_login(cast["partner"])
        assert client.get(reverse("figures")).status_code == 403
