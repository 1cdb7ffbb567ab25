"""The incident's stage, the category and the lead."""

import pytest

from checklists.models import ChecklistItem
from incidents.actions import accept, categorise, close, decline, lead, reopen, scale_down, stand_down
from incidents.models import Categorisation, Engagement, EngagementRole, LogEntry, ReportState, Stage, Trait
from svit.refused import Refused
from tests.conftest import log_one

CATEGORY = {
    "police_called": "yes",
    "police_declared": "not_known",
    "serious": "yes",
    "category": "serious",
    "response": "gold_group",
    "of_note": [],
    "lead_person": "Duty inspector",
    "other_boroughs": "",
    "rationale": "Two hurt, a school near by.",
}


@pytest.fixture
def by(actors):
    return actors["coordinator"]


def test_the_stages_follow_each_other(incident, by):
    scale_down(incident=incident, by=by, reason="Calm for two weeks")
    with pytest.raises(Refused):
        scale_down(incident=incident, by=by, reason="Again")
    close(incident=incident, by=by, reason="Nothing open")
    incident.refresh_from_db()
    assert incident.stage == Stage.CLOSED
    reopen(incident=incident, by=by, reason="Court")
    incident.refresh_from_db()
    assert incident.stage == Stage.RESPONDING
    assert LogEntry.objects.filter(incident=incident, kind="stage").count() == 4


def test_each_categorisation_is_a_new_row_and_names_the_lead(incident, by, actors):
    categorise(incident=incident, by=by, lead_agency=by.agency, **CATEGORY)
    categorise(incident=incident, by=by, lead_agency=actors["partner"].agency, **CATEGORY)
    assert Categorisation.objects.filter(incident=incident).count() == 2
    leads = Engagement.objects.filter(incident=incident, role=EngagementRole.LEAD, until_at__isnull=True)
    assert [row.agency for row in leads] == [actors["partner"].agency]


def test_a_partners_meeting_says_why(incident, by):
    with pytest.raises(Refused) as refusal:
        categorise(
            incident=incident, by=by, lead_agency=by.agency, **CATEGORY | {"response": "partners_meeting"}
        )
    assert refusal.value.field == "of_note"


def test_other_boroughs_make_it_cross_a_boundary(incident, by):
    categorise(incident=incident, by=by, lead_agency=by.agency, **CATEGORY | {"other_boroughs": "Eastbrook"})
    incident.refresh_from_db()
    assert Trait.CROSS_BOROUGH in incident.traits
    assert ChecklistItem.objects.filter(incident=incident, template_item__when=Trait.CROSS_BOROUGH).exists()


def test_the_lead_cannot_be_stood_down(incident, by, actors):
    engagement = lead(incident=incident, agency=actors["partner"].agency, by=by, reason="Police lead")
    with pytest.raises(Refused):
        stand_down(engagement=engagement, by=by, reason="x")


@pytest.mark.parametrize(("act", "state"), [(accept, ReportState.ACCEPTED), (decline, ReportState.DECLINED)])
def test_a_report_is_answered_once(toolkit, actors, act, state):
    report = log_one(actors["partner"], partnership=actors["coordinator"].partnership)
    assert report.unconfirmed
    act(incident=report, by=actors["coordinator"], reason="Known to us")
    report.refresh_from_db()
    assert report.report_state == state
    with pytest.raises(Refused):
        decline(incident=report, by=actors["coordinator"], reason="Again")
