"""A partner's report that waits to be confirmed."""

import pytest

from incidents.actions import accept, decline
from incidents.models import Incident, ReportState
from partners.models import OnCall
from svit import clock
from tests.reminders.conftest import DAY, H24, MINUTE, NIGHT, make_incident, put_on_call, sweep, sweep_until


@pytest.fixture
def report(actors, north):
    """The police report something to Northmere at night."""
    return make_incident(actors["partner"], NIGHT, report_state=ReportState.UNCONFIRMED, partnership=north)


def of(step, *people):
    return {("unconfirmed", step, who) for who in people}


def test_it_is_said_at_once_and_at_15_and_30_minutes_then_to_the_csp_manager_too(report):
    assert sweep_until(NIGHT + H24, start=NIGHT) == {
        NIGHT: of("report", "coordinator", "second"),
        NIGHT + 15 * MINUTE: of("15min", "coordinator", "second"),
        NIGHT + 30 * MINUTE: of("30min", "coordinator", "second", "manager"),
    }


def test_the_coordinator_on_call_is_told_alone(report, agencies, world):
    put_on_call(agencies.csp, world.cast["second_coordinator"], NIGHT)
    assert sweep(NIGHT) == of("report", "second")


def test_an_administrator_on_call_does_not_stand_in_for_a_coordinator(report, agencies, world):
    OnCall.objects.create(
        agency=agencies.csp,
        user=world.cast["administrator"].user,
        from_at=NIGHT - MINUTE,
        until_at=NIGHT + H24,
    )
    assert sweep(NIGHT) == of("report", "coordinator", "second")


@pytest.mark.parametrize("act", [accept, decline])
def test_a_report_that_was_answered_says_nothing(report, actors, act):
    sweep(NIGHT)
    with clock.at(NIGHT + MINUTE):
        act(incident=report, by=actors["coordinator"], reason="We know of it.")
    assert sweep_until(NIGHT + H24, start=NIGHT) == {}


def test_after_three_days_without_a_beat_the_last_step_is_said_alone(report):
    woken = NIGHT + 3 * H24
    assert {step for _, step, _ in sweep(woken)} == {"30min"}
    assert Incident.objects.get(pk=report.pk).remind_at is None


def test_an_incident_of_the_coordinators_own_is_no_report(actors):
    make_incident(actors["coordinator"], DAY)
    assert sweep(DAY + MINUTE) == set()
