"""The door, as truth tables."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from incidents import access
from incidents.access import ReasonNeeded, To
from incidents.actions import engage, give_reason, stand_down
from incidents.actions.log import log
from incidents.models import Engagement, IncidentGroupObjectPermission, LogKind, Section, Sensitivity
from svit import clock

SEES = {
    "coordinator": True,
    "csp_manager": True,
    "governance": True,
    "partner": True,
    "agency_manager": True,
    "youth": True,
    "stranger": False,
    "superuser": False,
    "administrator": False,
    "other_coordinator": False,
}


@pytest.mark.parametrize(("who", "seen"), SEES.items())
def test_who_knows_that_an_incident_exists(incident, actors, who, seen):
    assert access.visible_incidents(actors[who]).filter(pk=incident.pk).exists() is seen


@pytest.mark.parametrize(("who", "seen"), SEES.items())
def test_the_sight_and_the_list_agree(incident, actors, who, seen):
    assert (access.sight(actors[who], incident) is not None) is seen


@pytest.mark.parametrize(
    ("who", "to", "outcome"),
    [
        ("coordinator", To.COORDINATE, None),
        ("csp_manager", To.COORDINATE, None),
        ("partner", To.VIEW, None),
        ("partner", To.CONTRIBUTE, None),
        ("partner", To.COORDINATE, PermissionDenied),
        ("partner", To.EXPORT, PermissionDenied),
        ("agency_manager", To.EXPORT, None),
        ("agency_manager", To.COORDINATE, PermissionDenied),
        ("governance", To.VIEW, ReasonNeeded),
        ("stranger", To.VIEW, Http404),
        ("administrator", To.VIEW, Http404),
        ("other_coordinator", To.VIEW, Http404),
        ("superuser", To.VIEW, Http404),
    ],
)
def test_a_stranger_gets_404_and_a_reader_403(incident, actors, who, to, outcome):
    if outcome is None:
        assert access.get_sight(actors[who], incident.uuid, to=to).incident == incident
    else:
        with pytest.raises(outcome):
            access.get_sight(actors[who], incident.uuid, to=to)


def test_a_governance_officer_reads_after_a_reason_and_changes_nothing(incident, actors):
    give_reason(incident=incident, by=actors["governance"], reason="audit", text="Yearly audit")
    assert access.get_sight(actors["governance"], incident.uuid).reading
    with pytest.raises(PermissionDenied):
        access.get_sight(actors["governance"], incident.uuid, to=To.CONTRIBUTE)
    with clock.at(clock.now() + timedelta(hours=2)), pytest.raises(ReasonNeeded):
        access.get_sight(actors["governance"], incident.uuid)


def test_standing_down_ends_access_at_once(incident, actors):
    engagement = Engagement.objects.get(incident=incident, agency=actors["youth"].agency)
    stand_down(engagement=engagement, by=actors["coordinator"], reason="Done")
    with pytest.raises(Http404):
        access.get_sight(actors["youth"], incident.uuid)


def test_an_end_date_ends_access_at_that_minute(incident, actors):
    Engagement.objects.filter(incident=incident, agency=actors["youth"].agency).update(
        until_at=clock.now() + timedelta(hours=1)
    )
    assert access.sight(actors["youth"], incident)
    with clock.at(clock.now() + timedelta(hours=1, minutes=1)):
        assert access.sight(actors["youth"], incident) is None
        assert not access.visible_incidents(actors["youth"]).exists()


def test_an_engagement_without_its_grant_opens_nothing(incident, actors):
    IncidentGroupObjectPermission.objects.filter(group=actors["youth"].agency.group).delete()
    assert access.sight(actors["youth"], incident) is None
    assert not access.visible_incidents(actors["youth"]).exists()


def test_a_grant_without_an_engagement_opens_nothing(incident, actors):
    Engagement.objects.filter(incident=incident, agency=actors["youth"].agency).delete()
    assert access.sight(actors["youth"], incident) is None
    assert not access.visible_incidents(actors["youth"]).exists()


def test_another_boroughs_coordinators_see_what_their_csp_is_engaged_in(incident, actors):
    engage(
        incident=incident,
        agency=actors["other_coordinator"].agency,
        by=actors["coordinator"],
        reason="Crosses",
    )
    seen = access.get_sight(actors["other_coordinator"], incident.uuid)
    assert not seen.coordinates
    with pytest.raises(PermissionDenied):
        access.get_sight(actors["other_coordinator"], incident.uuid, to=To.COORDINATE)


@pytest.mark.parametrize(
    ("who", "section", "sensitivity", "reads"),
    [
        ("coordinator", Section.HEALTH, Sensitivity.STANDARD, True),
        ("coordinator", Section.HEALTH, Sensitivity.RESTRICTED, True),
        ("coordinator", Section.HEALTH, Sensitivity.SEALED, False),
        ("partner", Section.GENERAL, Sensitivity.STANDARD, True),
        ("partner", Section.HEALTH, Sensitivity.STANDARD, False),
        ("partner", Section.GENERAL, Sensitivity.RESTRICTED, False),
        ("partner", Section.GENERAL, Sensitivity.SEALED, False),
        ("youth", Section.PEOPLE, Sensitivity.STANDARD, True),
        ("youth", Section.COMMUNITY, Sensitivity.STANDARD, False),
    ],
)
def test_who_reads_a_log_entry(incident, actors, who, section, sensitivity, reads):
    entry = log(
        incident,
        by=actors["csp_manager"],
        kind=LogKind.NOTE,
        text="x",
        section=section,
        sensitivity=sensitivity,
    )
    seen = access.sight(actors[who], incident)
    assert access.visible_log(seen).filter(pk=entry.pk).exists() is reads


NAMED = {
    "coordinator": True,
    "csp_manager": True,
    "governance": False,
    "partner": True,
    "colleague": True,
    "youth": False,
    "other_coordinator": False,
}


@pytest.mark.parametrize(("who", "named"), NAMED.items())
def test_a_name_is_for_coordinators_and_for_the_colleagues_of_whoever_acted(incident, actors, who, named):
    engage(
        incident=incident, agency=actors["other_coordinator"].agency, by=actors["coordinator"], reason="Near."
    )
    seen, user = access.sight(actors[who], incident), actors["partner"].user
    told = access.as_told(seen, user, acted_for=actors["partner"].agency.pk, otherwise="Riverside Police")
    assert told == (user.name if named else "Riverside Police")


def test_nobody_is_a_colleague_in_what_nobody_did(incident, actors):
    seen = access.sight(actors["youth"], incident)
    assert access.as_told(seen, None, acted_for=None, otherwise="") == ""
    assert access.as_told(seen, actors["partner"].user, acted_for=None, otherwise="SVIT") == "SVIT"
