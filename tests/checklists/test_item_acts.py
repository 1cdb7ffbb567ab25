"""What is done to an item on a page of its own: handing on, moving its due time, reopening, evidence."""

from datetime import timedelta

import pytest

from checklists import actions
from checklists.models import ChecklistItem
from svit import clock
from tests.checklists.conftest import at, page, upload

pytestmark = pytest.mark.django_db

ACTS = {
    "item-not-needed": ({"reason": "None here"}, "not_needed"),
    "item-send-back": ({"reason": "For the press office"}, "open"),
    "item-note": ({"note": "Seen"}, "open"),
}


@pytest.mark.parametrize("name", ACTS)
def test_each_act_has_its_page_and_its_refusal(client, cast, action, name):
    client.force_login(cast["partner"])
    data, state = ACTS[name]
    empty = client.post(at(name, action), {})
    assert empty.status_code == 200
    assert "govuk-error-summary" in empty.content.decode()
    assert client.post(at(name, action), data).status_code == 302
    action.refresh_from_db()
    assert action.state == state


def test_evidence_has_its_own_page(client, cast, action):
    client.force_login(cast["partner"])
    assert (
        client.post(at("item-evidence", action), {"file": upload(), "note": "The posters"}).status_code == 302
    )
    assert "The posters" in page(client, action.get_absolute_url())


def test_the_due_time_moves_with_a_reason(client, cast, action):
    client.force_login(cast["coordinator"])
    assert page(client, at("item-due", action))
    day = clock.local(clock.now() + timedelta(days=2))
    data = {
        "due_at_0": day.day,
        "due_at_1": day.month,
        "due_at_2": day.year,
        "due_at_3": "4pm",
        "reason": "Vigil",
    }
    assert client.post(at("item-due", action), data | {"version": action.version}).status_code == 302
    assert "Due time moved to" in page(client, action.get_absolute_url())
    clash = client.post(at("item-due", action), data | {"due_at_3": "6pm", "version": action.version})
    assert clash.status_code == 200
    assert "changed" in clash.content.decode()
    assert "6pm" in clash.content.decode()
    settled = {"against": action.version + 1, "keep_due_at": "yours"}
    client.post(at("item-due", action), data | {"due_at_3": "6pm", "version": action.version} | settled)
    action.refresh_from_db()
    assert clock.local(action.due_at).hour == 18


@pytest.mark.parametrize(("keep", "agency"), [("yours", "police"), ("theirs", "youth")])
def test_two_coordinators_assign_and_the_second_chooses(client, cast, action, world, keep, agency):
    url, version = at("item-assign", action), action.version
    police, youth = (f"agency:{getattr(world.agencies, name).uuid}" for name in ("police", "youth"))
    ChecklistItem.objects.filter(pk=action.pk).update(agency=None)
    action.history.update(agency=None)
    client.force_login(cast["coordinator"])
    assert client.post(url, {"whom": youth, "version": version}).status_code == 302
    client.force_login(cast["second_coordinator"])
    clash = client.post(url, {"whom": police, "version": version})
    assert f"{cast['coordinator'].name} changed this: who does it" in clash.content.decode()
    answer = client.post(url, {"whom": police, "version": version, "against": version + 1, "keep_whom": keep})
    assert answer.status_code == 302
    action.refresh_from_db()
    assert action.agency == getattr(world.agencies, agency)


def test_assigning_offers_engaged_agencies_to_a_coordinator_and_colleagues_to_others(
    client, cast, action, world
):
    client.force_login(cast["coordinator"])
    text = page(client, at("item-assign", action))
    assert "Northmere Youth Service" in text
    assert "Northmere Homes" not in text
    client.force_login(cast["partner"])
    text = page(client, at("item-assign", action))
    assert "Northmere Youth Service" not in text
    colleague = f"person:{world.agencies.police.uuid}:{cast['colleague'].uuid}"
    assert client.post(at("item-assign", action), {"whom": colleague}).status_code == 302
    action.refresh_from_db()
    assert action.assignee == cast["colleague"]
    youth = f"agency:{world.agencies.youth.uuid}"
    assert client.post(at("item-assign", action), {"whom": youth}).status_code == 200


def test_reopening_takes_a_reason(client, cast, action, seen):
    actions.mark_done(seen=seen("partner"), item=action)
    client.force_login(cast["coordinator"])
    assert client.post(at("item-reopen", action), {"reason": "Withdrawn"}).status_code == 302
    action.refresh_from_db()
    assert action.is_open
