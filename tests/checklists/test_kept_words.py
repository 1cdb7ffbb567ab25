"""Nothing that somebody typed is lost, whatever became of the item meanwhile."""

import uuid

import pytest
from django.urls import reverse

from checklists import actions
from incidents.actions import close
from incidents.models import Engagement, LogEntry
from tests.checklists.conftest import at, page

pytestmark = pytest.mark.django_db


def told(item):
    return [row.words.text for row in LogEntry.objects.filter(about_uuid=item.uuid).order_by("pk")]


def test_a_second_answer_is_kept_as_a_note_and_said_so(client, cast, item_of):
    item = item_of("imm-required")
    client.force_login(cast["coordinator"])
    client.post(at("item-answer", item), {"answer": "Yes", "version": item.version})
    client.force_login(cast["second_coordinator"])
    data = {"answer": "No", "note": "Police say none.", "version": item.version}
    text = client.post(at("item-answer", item), data, follow=True).content.decode()
    assert "Already answered by" in text
    assert "What you entered was kept as a note." in text
    assert "Answered No as well, after Northmere CSP answered Yes." in text
    assert told(item)[-1].endswith("answered Yes.\nPolice say none.")
    item.refresh_from_db()
    assert item.answer == "Yes"


def test_the_same_answer_twice_leaves_no_note(client, cast, item_of):
    item = item_of("imm-required")
    for who in ("coordinator", "second_coordinator"):
        client.force_login(cast[who])
        client.post(at("item-answer", item), {"answer": "Yes", "version": item.version})
    assert len(told(item)) == 1


def test_a_second_reason_why_it_is_not_needed_is_kept_as_a_note(client, cast, action, seen):
    actions.not_needed(seen=seen("colleague"), item=action, reason="Nobody saw it.")
    client.force_login(cast["partner"])
    text = client.post(at("item-not-needed", action), {"reason": "No cameras."}, follow=True).content.decode()
    assert "Already marked not needed by" in text
    assert "What you entered was kept as a note." in text
    assert told(action)[-1].endswith("Not needed, somebody else said: No cameras.")
    action.refresh_from_db()
    assert action.not_needed_reason == "Nobody saw it."


@pytest.mark.parametrize("name", ["item-done", "item-note", "item-not-needed", "item-send-back"])
def test_what_was_typed_outlives_an_item_that_was_passed_on(client, cast, action, seen, actors, name):
    actions.assign(seen=seen("coordinator"), item=action, agency=actors["youth"].agency)
    client.force_login(cast["partner"])
    words = {"note": "The appeal ran at six.", "reason": "Because of the rain."}
    answer = client.post(at(name, action), words)
    assert answer.status_code == 403
    text = answer.content.decode()
    assert "This was not saved" in text
    assert "<textarea" in text
    assert "The appeal ran at six." in text
    assert "Because of the rain." in text


@pytest.mark.parametrize("name", ["item-done", "item-note", "item-due", "item-assign"])
def test_what_was_typed_outlives_an_incident_that_was_closed(client, cast, action, incident, actors, name):
    close(incident=incident, by=actors["coordinator"], reason="Over")
    client.force_login(cast["coordinator"])
    answer = client.post(at(name, action), {"note": "The appeal ran at six.", "reason": "Rain"})
    assert answer.status_code == 403
    assert "Rain" in answer.content.decode()


def test_what_was_typed_outlives_the_agencys_part(client, cast, action, incident, actors):
    engagement = Engagement.objects.get(incident=incident, agency=actors["partner"].agency)
    actions.stand_down(engagement=engagement, by=actors["coordinator"], reason="Done")
    client.force_login(cast["partner"])
    answer = client.post(at("item-done", action), {"note": "The appeal ran at six."})
    unknown = client.post(
        reverse("item-done", args=[uuid.uuid4(), uuid.uuid4()]), {"note": "The appeal ran at six."}
    )
    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert "The appeal ran at six." in answer.content.decode()
    assert "This was not saved" in unknown.content.decode()
    assert action.title not in answer.content.decode()


def test_what_is_not_possible_any_more_may_be_kept_as_a_note(client, cast, action, seen):
    actions.mark_done(seen=seen("colleague"), item=action)
    client.force_login(cast["partner"])
    text = client.post(at("item-send-back", action), {"reason": "For the press office."}).content.decode()
    assert "That is not possible for this item as it stands now." in text
    assert "For the press office." in text
    assert f'action="{at("item-note", action)}"' in text


def test_a_reason_for_a_phase_outlives_a_closed_incident(client, cast, incident, actors):
    close(incident=incident, by=actors["coordinator"], reason="Over")
    client.force_login(cast["coordinator"])
    url = reverse("phase-close", args=[incident.uuid, "health"])
    text = client.post(url, {"reason": "Nobody is in hospital."}).content.decode()
    assert "is closed. Reopen it first." in text
    assert "Nobody is in hospital." in text


@pytest.mark.parametrize(
    ("name", "field"), [("item-note", "note"), ("item-done", "note"), ("item-assign", "note")]
)
def test_a_note_that_is_too_long_is_refused_whole_and_never_cut(client, cast, action, name, field):
    client.force_login(cast["coordinator"])
    assert "maxlength" not in page(client, at(name, action))
    text = client.post(at(name, action), {field: "x" * 4001}).content.decode()
    assert "The note must be 4,000 characters or fewer." in text
    assert "x" * 4001 in text
