"""What rests with its phase, or with its incident, says nothing any more: the messages and the pack."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from checklists import actions
from checklists import reminders as kinds
from checklists.models import ChecklistItem
from checklists.pack import actions as pack_actions
from incidents.actions import close, close_phase, set_not_applicable
from incidents.models import Phase
from reminders.actions import sweep
from reminders.models import Notification
from reminders.registry import kind_of
from svit import clock

pytestmark = pytest.mark.django_db


def rest(how, incident, by):
    phase = Phase.objects.get(incident=incident, key="response_plan")
    if how == "closed":
        close_phase(phase=phase, by=by, reason="Over")
    elif how == "not applicable":
        set_not_applicable(phase=phase, by=by, reason="Nothing to plan")
    else:
        close(incident=incident, by=by, reason="Over")


def messages(item, kind):
    found = list(Notification.objects.filter(subject=item.uuid, kind=kind))
    for one in found:
        one.about = ChecklistItem.objects.select_related("incident__partnership", "agency").get(pk=item.pk)
    return found


@pytest.mark.parametrize("how", ["closed", "not applicable", "incident"])
def test_messages_of_an_item_end_with_its_phase(incident, seen, actors, action, how):
    actions.assign(seen=seen("coordinator"), item=action, agency=actors["partner"].agency)
    sweep(clock.now())
    said = messages(action, "assigned")
    assert said
    assert all(kind_of(one).still_due(one) for one in said)
    rest(how, incident, actors["coordinator"])
    assert not any(kind_of(one).still_due(one) for one in messages(action, "assigned"))


@pytest.mark.parametrize("how", ["closed", "not applicable", "incident"])
def test_an_item_that_rests_is_not_said_to_be_given_or_sent_back(incident, seen, actors, action, how):
    actions.assign(seen=seen("coordinator"), item=action, agency=actors["partner"].agency)
    rest(how, incident, actors["coordinator"])
    sweep(clock.now())
    assert not messages(action, "assigned")
    ChecklistItem.objects.filter(pk=action.pk).update(
        agency=None, sent_back_at=clock.now(), tell_at=clock.now()
    )
    item = ChecklistItem.objects.select_related("incident__partnership").get(pk=action.pk)
    assert not kinds.SentBack().say(item, clock.now())


def test_an_item_that_rests_is_marked_in_the_actions_of_a_pack(incident, seen, actors, action):
    ChecklistItem.objects.filter(pk=action.pk).update(due_at=clock.now() - timedelta(days=3))
    rest("not applicable", incident, actors["coordinator"])
    from django.template.loader import render_to_string

    section = pack_actions(seen("coordinator"), "gold", clock.now())
    text = render_to_string(section.template, section.context)
    row = text.split(action.title)[1].split("</tr>")[0]
    assert "Resting with its phase" in row
    assert "Overdue" not in row


def test_closing_a_phase_takes_what_was_said_of_its_items_off_the_badge(incident, actors, item_of):
    item = item_of("witness-appeals")
    note = Notification.objects.create(
        kind="item_due", step="due", subject=item.uuid, recipient=actors["partner"].user, due_at=clock.now(),
    )  # fmt: skip
    close_phase(phase=incident.phases.get(key=item.phase), by=actors["coordinator"])
    note.refresh_from_db()
    assert note.over_at


def test_closing_an_incident_says_first_what_is_still_open(client, cast, incident):
    client.force_login(cast["coordinator"])
    page = client.get(reverse("change-status", args=[incident.uuid])).content.decode()
    assert re.search(r"Still open: \d+ items, 6 contact clocks", page)
