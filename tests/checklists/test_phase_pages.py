"""Phases, the checklist and the rail: what is in each, closing one, and what rests with it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from checklists import actions
from checklists.models import ChecklistItem, OfferedItem
from incidents.actions import close, close_phase, set_not_applicable
from incidents.models import Engagement, Phase
from svit import clock
from tests.checklists.conftest import page

pytestmark = pytest.mark.django_db


def test_a_phase_lists_its_items_with_whose_and_when(client, cast, incident, action):
    client.force_login(cast["partner"])
    text = page(client, reverse("phase", args=[incident.uuid, "response-plan"]))
    assert action.title in text
    assert "Riverside Police. Not started." in text
    assert "1 recurring check" in text or "2 recurring checks" in text
    assert "Close it" not in text


def test_every_phase_and_the_checklist_open_for_everybody_who_sees_the_incident(client, cast, incident):
    for who in ("coordinator", "partner", "youth"):
        client.force_login(cast[who])
        for key, _ in Phase._meta.get_field("key").choices:
            page(client, reverse("phase", args=[incident.uuid, key.replace("_", "-")]))
        for show in ("", "mine", "overdue", "unassigned", "nonsense"):
            page(client, reverse("checklist", args=[incident.uuid]), show=show)


def test_nothing_left_offers_to_close_and_a_recurring_check_does_not_hold_it(client, cast, incident, actors):
    client.force_login(cast["coordinator"])
    url = reverse("phase", args=[incident.uuid, "communications"])
    assert "Nothing is left to do here." not in page(client, url)
    ChecklistItem.objects.filter(incident=incident, phase="communications").exclude(kind="recurring").update(
        state="done", done_at=clock.now()
    )
    assert "Nothing is left to do here." in page(client, url)
    assert client.post(reverse("phase-close", args=[incident.uuid, "communications"]), {}).status_code == 302
    assert Phase.objects.get(incident=incident, key="communications").closed_at
    assert (
        client.post(
            reverse("phase-reopen", args=[incident.uuid, "communications"]), {"reason": "A leak"}
        ).status_code
        == 302
    )
    assert Phase.objects.get(incident=incident, key="communications").closed_at is None


def test_closing_with_items_open_takes_a_reason(client, cast, incident):
    client.force_login(cast["coordinator"])
    url = reverse("phase-close", args=[incident.uuid, "health"])
    assert "Say why" in client.post(url, {}).content.decode()
    assert client.post(url, {"reason": "Nobody was hurt after all"}).status_code == 302


def test_a_phase_has_a_lead_and_may_not_apply(client, cast, incident, world):
    client.force_login(cast["coordinator"])
    lead = reverse("phase-lead", args=[incident.uuid, "health"])
    assert client.post(lead, {"lead_agency": str(world.agencies.youth.uuid)}).status_code == 302
    assert client.post(lead, {"lead_agency": str(world.agencies.housing.uuid)}).status_code == 200
    assert "Led by Northmere Youth Service." in page(client, reverse("phase", args=[incident.uuid, "health"]))
    not_applicable = reverse("phase-not-applicable", args=[incident.uuid, "health"])
    assert client.post(not_applicable, {"reason": ""}).status_code == 200
    assert client.post(not_applicable, {"reason": "Nobody was hurt"}).status_code == 302
    assert Phase.objects.get(incident=incident, key="health").not_applicable_reason
    assert client.post(not_applicable, {"reason": ""}).status_code == 302
    assert not Phase.objects.get(incident=incident, key="health").not_applicable_reason


@pytest.mark.parametrize("name", ["phase-lead", "phase-not-applicable", "phase-close", "phase-reopen"])
def test_only_a_coordinator_changes_a_phase(client, cast, incident, name):
    client.force_login(cast["agency_manager"])
    url = reverse(name, args=[incident.uuid, "health"])
    assert client.get(url).status_code == 403
    assert client.post(url, {"reason": "x"}).status_code == 403


def test_a_coordinator_adds_what_was_offered_and_what_is_their_own(client, cast, incident):
    client.force_login(cast["coordinator"])
    offered = OfferedItem.objects.filter(incident=incident).first().template_item
    assert offered.title in page(client, reverse("checklist", args=[incident.uuid])).replace("&#x27;", "'")
    url = reverse("add-offered", args=[incident.uuid])
    assert client.post(url, {"item": offered.pk}).status_code == 302
    assert ChecklistItem.objects.filter(incident=incident, template_item=offered).exists()
    assert "already added" in client.post(url, {"item": offered.pk}, follow=True).content.decode()
    new = reverse("new-item", args=[incident.uuid])
    assert "Enter what has to be done" in client.post(new, {}).content.decode()
    data = {"title": "Open the hall", "phase": "community", "kind": "recurring", "every": "P1D", "whom": ""}
    assert client.post(new, data).status_code == 302
    item = ChecklistItem.objects.get(title="Open the hall")
    assert (item.section, item.every, item.source) == ("community", "P1D", "local")
    client.force_login(cast["partner"])
    assert client.get(new).status_code == 403
    assert client.post(url, {"item": offered.pk}).status_code == 403


@pytest.mark.parametrize("how", ["closed", "not applicable", "incident"])
def test_what_rests_is_not_overdue_on_any_page(client, cast, incident, actors, action, how):
    ChecklistItem.objects.filter(incident=incident).update(due_at=clock.now() - timedelta(days=339))
    phase = Phase.objects.get(incident=incident, key="response_plan")
    if how == "closed":
        close_phase(phase=phase, by=actors["coordinator"], reason="Over")
    elif how == "not applicable":
        set_not_applicable(phase=phase, by=actors["coordinator"], reason="Nothing to plan")
    else:
        close(incident=incident, by=actors["coordinator"], reason="Over")
    for who in ("partner", "coordinator"):
        client.force_login(cast[who])
        for url in (action.get_absolute_url(), reverse("phase", args=[incident.uuid, "response-plan"])):
            text = page(client, url)
            main = text.split('<div class="svit-cols">')[-1].split("</nav>")[-1]
            assert "Resting" in main
            assert "Overdue 339 days" not in main
        rows = client.get(reverse("checklist", args=[incident.uuid]), {"show": "unassigned"})
        for group in rows.context["groups"]:
            if group["id"] == "response-plan":
                assert not group["rows"]
    assert "Close it" not in page(client, reverse("phase", args=[incident.uuid, "response-plan"]))


def test_a_closed_incident_has_nothing_overdue_in_its_rail(incident, seen, actors):
    from checklists.queries import phase_progress

    ChecklistItem.objects.filter(incident=incident).update(due_at=clock.now() - timedelta(days=1))
    assert any(row.overdue for row in phase_progress(seen("coordinator")).values())
    close(incident=incident, by=actors["coordinator"], reason="Over")
    incident.refresh_from_db()
    assert not any(row.overdue for row in phase_progress(seen("coordinator")).values())


def test_the_rail_says_what_is_not_shown_to_an_agency_and_counts_nothing(client, cast, incident, action):
    client.force_login(cast["partner"])
    answer = client.get(reverse("phase", args=[incident.uuid, "response-plan"]))
    empty = {row["key"]: row["empty"] for row in answer.context["phases"]}
    assert empty["health"] == "Not shown to your agency"
    assert empty["community"] == empty["reporting"] == ""
    assert "Not shown to your agency" in answer.content.decode()
    ChecklistItem.objects.filter(incident=incident, phase="health").delete()
    assert "Not shown to your agency" in page(client, reverse("phase", args=[incident.uuid, "response-plan"]))


def test_a_late_check_is_in_the_words_of_the_rail_and_not_in_its_bar(incident, seen, client, cast):
    from checklists.queries import phase_progress

    items = ChecklistItem.objects.filter(incident=incident, phase="community")
    items.exclude(kind="recurring").update(state="done", done_at=clock.now())
    items.filter(kind="recurring").update(due_at=clock.now() + timedelta(days=1))
    late = items.filter(kind="recurring").first()
    ChecklistItem.objects.filter(pk=late.pk).update(due_at=clock.now() - timedelta(days=1))
    row = phase_progress(seen("coordinator"))["community"]
    assert (row.overdue, row.checks, row.done) == (1, 1, row.total)
    client.force_login(cast["coordinator"])
    text = page(client, reverse("phase", args=[incident.uuid, "community"]))
    assert "1 check overdue" in text


def test_what_is_begun_and_overdue_is_drawn_once(incident, seen, action):
    from checklists.queries import phase_progress

    before = phase_progress(seen("partner"))["response_plan"]
    ChecklistItem.objects.filter(pk=action.pk).update(
        noted_at=clock.now(), due_at=clock.now() - timedelta(days=1)
    )
    after = phase_progress(seen("partner"))["response_plan"]
    assert (after.progress, after.overdue) == (before.progress, before.overdue + 1)


def test_a_hint_ends_once(client, cast, item_of, incident):
    item = item_of("imm-required")
    ChecklistItem.objects.filter(pk=item.pk).update(state="done", answer="Yes.", done_at=clock.now())
    client.force_login(cast["coordinator"])
    text = page(client, reverse("checklist", args=[incident.uuid]))
    assert "Yes." in text
    assert "Yes.." not in text


def test_nobody_sent_back_what_a_stood_down_agency_held(client, cast, incident, actors, action):
    engagement = Engagement.objects.get(incident=incident, agency=actors["partner"].agency)
    actions.stand_down(engagement=engagement, by=actors["coordinator"], reason="Done")
    client.force_login(cast["coordinator"])
    text = page(client, reverse("phase", args=[incident.uuid, "response-plan"]))
    assert "Nobody’s again. Not started." in text
    assert "Sent back" not in text
    assert "Sent back" not in page(client, reverse("my-work"))
    text = page(client, action.get_absolute_url())
    assert "Riverside Police was stood down." in text
    assert "sent it back" not in text.lower()
