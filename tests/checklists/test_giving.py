"""Handing on and back, moving the due time, and the rule asked again of who lost the item meanwhile."""

from datetime import timedelta

import pytest
from django.urls import reverse

from checklists import actions
from checklists.models import ChecklistItem, ItemState
from incidents.actions import close, close_phase, stand_down
from incidents.models import Engagement
from partners.models import User
from svit import clock
from svit.refused import Refused
from tests.checklists.conftest import at, fresh, log_of

pytestmark = pytest.mark.django_db


def test_a_coordinator_gives_an_item_to_an_engaged_agency_and_a_person_there(item_of, seen, actors):
    item = item_of("friends-family")
    actions.assign(
        seen=seen("coordinator"), item=item, agency=actors["youth"].agency, assignee=actors["youth"].user
    )
    item = fresh(item)
    assert (item.agency, item.assignee, item.seen_at) == (actors["youth"].agency, actors["youth"].user, None)
    assert item.tell_at
    assert item.assigned_by == actors["coordinator"].user


def test_an_agency_that_is_not_engaged_gets_nothing(item_of, seen, world):
    with pytest.raises(Refused, match="not engaged"):
        actions.assign(
            seen=seen("coordinator"), item=item_of("friends-family"), agency=world.agencies.housing
        )


def test_a_person_of_another_agency_gets_nothing(item_of, seen, actors):
    with pytest.raises(Refused, match="does not work items"):
        actions.assign(
            seen=seen("coordinator"), item=item_of("friends-family"), agency=actors["youth"].agency,
            assignee=actors["partner"].user,
        )  # fmt: skip


def test_somebody_deactivated_gets_nothing(action, seen, world):
    with pytest.raises(Refused, match="does not work items"):
        actions.assign(
            seen=seen("partner"),
            item=action,
            agency=world.agencies.police,
            assignee=world.cast["deactivated"].user,
        )


def test_a_partner_passes_on_to_a_colleague_and_not_to_another_agency(action, seen, actors):
    actions.assign(
        seen=seen("partner"), item=action, agency=actors["partner"].agency, assignee=actors["colleague"].user
    )
    assert fresh(action).assignee == actors["colleague"].user
    with pytest.raises(Refused, match="Only a coordinator"):
        actions.assign(seen=seen("partner"), item=action, agency=actors["youth"].agency)


def test_not_ours_goes_back_to_the_coordinator(action, seen):
    actions.send_back(seen=seen("partner"), item=action, reason="This is for the press office.")
    item = fresh(action)
    assert (item.agency, item.assignee, item.state) == (None, None, ItemState.OPEN)
    assert item.sent_back_reason == "This is for the press office."
    assert item.tell_at
    with pytest.raises(Refused, match="no longer yours"):
        actions.mark_done(seen=seen("partner"), item=item)


def test_a_coordinator_has_nobody_to_send_it_back_to(item_of, seen):
    with pytest.raises(Refused, match="Only the agency that holds"):
        actions.send_back(seen=seen("coordinator"), item=item_of("develop-plan"), reason="Not mine")


def test_a_manager_moves_the_due_time_and_a_practitioner_does_not(action, seen):
    at = clock.now() + timedelta(hours=5)
    with pytest.raises(Refused, match="not yours to move"):
        actions.set_due(seen=seen("partner"), item=action, due_at=at, reason="Busy")
    actions.set_due(seen=seen("agency_manager"), item=action, due_at=at, reason="Staff arrive at six.")
    assert fresh(action).due_at == at
    assert log_of(action)[0].startswith("Due time moved to")


def test_several_items_are_given_to_one_colleague(seen, actors, incident):
    items = list(ChecklistItem.objects.filter(incident=incident, agency=actors["partner"].agency)[:5])
    actions.mark_done(seen=seen("partner"), item=next(i for i in items if i.kind == "action"))
    moved = actions.reassign(actor=actors["agency_manager"], items=items, assignee=actors["colleague"].user)
    assert moved == 4
    assert ChecklistItem.objects.filter(assignee=actors["colleague"].user).count() == 4


def test_items_of_others_are_not_reassigned(actors, incident):
    items = list(ChecklistItem.objects.filter(incident=incident, agency=actors["coordinator"].agency)[:3])
    assert (
        actions.reassign(actor=actors["agency_manager"], items=items, assignee=actors["colleague"].user) == 0
    )


@pytest.mark.parametrize("verb", [actions.mark_done, actions.undo])
def test_an_agency_that_was_stood_down_meanwhile_is_refused(action, seen, actors, verb):
    before = seen("partner")
    engagement = Engagement.objects.get(incident=action.incident, agency=actors["partner"].agency)
    stand_down(engagement=engagement, by=actors["coordinator"], reason="Done")
    with pytest.raises(Refused, match="no longer part"):
        verb(seen=before, item=action)


def test_an_item_that_was_passed_on_meanwhile_is_refused(action, seen, actors):
    before = seen("partner")
    actions.assign(seen=seen("coordinator"), item=action, agency=actors["youth"].agency)
    with pytest.raises(Refused, match="no longer yours"):
        actions.mark_done(seen=before, item=action)


def test_a_closed_incident_takes_no_tick(action, seen, actors):
    before = seen("partner")
    close(incident=action.incident, by=actors["coordinator"], reason="Over")
    with pytest.raises(Refused, match="no longer yours"):
        actions.mark_done(seen=before, item=action)


def test_who_closed_a_phase_is_named_to_coordinators_alone(client, cast, incident, actors):
    phase = incident.phases.get(key="response_plan")
    close_phase(phase=phase, by=actors["coordinator"], reason="All of it is done.")
    url = reverse("phase", args=[incident.uuid, "response-plan"])
    for who, told in (("second_coordinator", True), ("partner", False)):
        client.force_login(cast[who])
        assert (f" by {cast['coordinator'].name}" in client.get(url).content.decode()) is told


def test_who_does_it_is_named_to_coordinators_and_colleagues_alone(client, cast, item_of, seen, actors):
    """To the others it is the agency's, and one of its workers'."""
    item, worker = item_of("friends-family"), actors["youth"].user
    User.objects.filter(pk=worker.pk).update(name="Marker Worker")
    worker.refresh_from_db()
    actions.assign(seen=seen("coordinator"), item=item, agency=actors["youth"].agency, assignee=worker)
    actions.reassign(actor=actors["youth"], items=[fresh(item)], assignee=worker)
    item = fresh(item)
    incident = item.incident.uuid
    pages = [
        at("item", item),
        reverse("phase", args=[incident, item.phase.replace("_", "-")]),
        reverse("checklist", args=[incident]),
        reverse("incident-log", args=[incident]),
    ]
    for who in ("coordinator", "youth", "partner"):
        client.force_login(cast[who])
        told = [page for page in pages if "Marker Worker" in client.get(page).content.decode()]
        assert told == ([] if who == "partner" else pages[:3])
    client.force_login(cast["partner"])
    assert f"{actors['youth'].agency}, one of its workers." in client.get(pages[3]).content.decode()
