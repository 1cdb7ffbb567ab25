"""The item's page (journey D): what it shows, what each form of it answers, and the way back."""

import pytest
from django.urls import reverse

from checklists import actions
from checklists.models import ChecklistItem
from incidents.models import Engagement
from tests.checklists.conftest import at, page

pytestmark = pytest.mark.django_db


def test_a_partner_opens_an_item_and_has_all_that_is_needed(client, cast, action):
    client.force_login(cast["partner"])
    text = page(client, action.get_absolute_url())
    for words in (
        action.title, action.template_item.what, action.template_item.why, "Riverside Police", "Mark it done",
        "Note (optional)", "Photo (optional)", "You can undo this for 10 minutes.", "Not ours, send back",
        "Whom to ring", "020 7946 0142", "History",
    ):  # fmt: skip
        assert words in text, words


def test_a_tick_says_so_with_undo_and_the_next_item(client, cast, action):
    client.force_login(cast["partner"])
    answer = client.post(
        at("item-done", action), {"note": "Appeal is out.", "version": action.version}, follow=True
    )
    text = answer.content.decode()
    assert answer.redirect_chain == [(action.get_absolute_url(), 302)]
    assert "Marked done." in text
    assert at("item-undo", action) in text
    assert "Next for you" in text
    assert "Appeal is out." in text
    client.post(at("item-undo", action))
    action.refresh_from_db()
    assert action.state == "open"


def test_opening_changes_nothing_but_that_it_was_seen(client, cast, action):
    client.force_login(cast["partner"])
    for name in (
        "item",
        "item-done",
        "item-undo",
        "item-not-needed",
        "item-send-back",
        "item-assign",
        "item-note",
    ):
        page(client, at(name, action))
    now = ChecklistItem.objects.get(pk=action.pk)
    assert (now.state, now.version, now.agency_id) == ("open", action.version, action.agency_id)
    assert now.seen_by == cast["partner"]
    assert (
        Engagement.objects.get(incident=action.incident, agency=action.agency_id).seen_by == cast["partner"]
    )


@pytest.mark.parametrize("who", ["coordinator", "youth"])
def test_somebody_elses_look_is_no_seen(client, cast, action, who):
    client.force_login(cast[who])
    page(client, action.get_absolute_url())
    assert ChecklistItem.objects.get(pk=action.pk).seen_at is None


def test_a_reader_gets_no_form(client, cast, action):
    client.force_login(cast["youth"])
    text = page(client, action.get_absolute_url())
    assert '<form class="svit-panel' not in text
    assert "Not ours" not in text
    assert client.post(at("item-done", action)).status_code == 403


@pytest.mark.parametrize(
    ("key", "words"),
    [("scene-managed", "Confirm that it is so"), ("tensions", "Record a check"), ("imm-required", "Not known yet"),
     ("who-leads", "Northmere Youth Service"),
     ("contact-made-48h", "Record contact")],
)  # fmt: skip
def test_each_kind_has_its_own_form(client, cast, item_of, key, words):
    client.force_login(cast["coordinator"])
    assert words in page(client, item_of(key).get_absolute_url())


def test_an_answer_is_chosen_from_those_offered(client, cast, item_of):
    client.force_login(cast["coordinator"])
    item = item_of("imm-required")
    assert "Choose an answer" in client.post(at("item-answer", item), {}).content.decode()
    assert client.post(at("item-answer", item), {"answer": "Perhaps"}).status_code == 200
    assert client.post(at("item-answer", item), {"answer": "Not known yet"}).status_code == 302
    item.refresh_from_db()
    assert (item.state, item.answer) == ("open", "Not known yet")


def test_an_open_question_takes_words_or_not_known(client, cast, seen):
    item = actions.add_local_item(
        seen=seen("coordinator"), phase="community", title="Which hall", section="community", kind="question"
    )
    client.force_login(cast["coordinator"])
    assert "Enter the answer" in client.post(at("item-answer", item), {"answer": " "}).content.decode()
    client.post(at("item-answer", item), {"unknown": "on"})
    client.post(at("item-answer", item), {"answer": "The one at the station"})
    item.refresh_from_db()
    assert item.answer == "The one at the station"


def test_a_coordinator_records_for_a_partner_on_the_same_page(client, cast, action):
    client.force_login(cast["coordinator"])
    assert "Who told you?" in page(client, action.get_absolute_url())
    data = {"told_by": "Duty sergeant", "told_how": "by telephone", "note": ""}
    assert client.post(at("item-done", action), data).status_code == 302
    action.refresh_from_db()
    assert action.told_by == "Duty sergeant, by telephone"
    assert action.done_for == action.agency
    assert "Told by Duty sergeant, by telephone" in page(client, action.get_absolute_url())


def test_a_partner_cannot_say_who_told(client, cast, action):
    client.force_login(cast["partner"])
    client.post(at("item-done", action), {"told_by": "Somebody"})
    action.refresh_from_db()
    assert (action.state, action.told_by) == ("done", "")


@pytest.mark.parametrize(
    ("came", "words"),
    [("", "My work"), ("checklist", "Checklist"), ("phase", "Plan the response"), ("team", "Team work"),
     ("https://evil.example", "My work")],
)  # fmt: skip
def test_the_way_back_is_the_list_from_which_it_was_opened(client, cast, action, came, words):
    client.force_login(cast["partner"])
    answer = client.get(action.get_absolute_url(), {"from": came} if came else {})
    expected = action.get_phase_display() if came == "phase" else words
    assert answer.context["back_text"] == expected


def test_the_lists_remember_themselves_and_a_tick_keeps_them(client, cast, action, incident):
    client.force_login(cast["partner"])
    for url, came in (
        (reverse("checklist", args=[incident.uuid]), "checklist"),
        (reverse("phase", args=[incident.uuid, "response-plan"]), "phase"),
        (reverse("team-work"), "team"),
    ):
        assert f'href="{action.get_absolute_url()}?from={came}"' in page(client, url)
    text = page(client, action.get_absolute_url(), **{"from": "phase"})
    assert f'action="{at("item-done", action)}?from=phase"' in text
    answer = client.post(f"{at('item-done', action)}?from=phase", {"version": action.version})
    assert answer["Location"] == f"{action.get_absolute_url()}?from=phase"


def test_the_item_says_which_incident_and_links_its_phase(client, cast, action, incident):
    client.force_login(cast["partner"])
    text = page(client, action.get_absolute_url())
    assert incident.title in text
    assert f'href="{reverse("phase", args=[incident.uuid, "response-plan"])}"' in text


def test_the_next_item_of_another_incident_shows_its_reference(client, cast, actors, action, seen):
    from incidents.actions import engage
    from tests.conftest import log_one

    ChecklistItem.objects.exclude(pk=action.pk).filter(agency=actors["partner"].agency).delete()
    other = log_one(actors["coordinator"])
    engage(incident=other, agency=actors["partner"].agency, by=actors["coordinator"], reason="Needed")
    ChecklistItem.objects.filter(incident=other, template_item__key="witness-appeals").update(
        agency=actors["partner"].agency
    )
    actions.mark_done(seen=seen("partner"), item=action)
    client.force_login(cast["partner"])
    assert other.reference in page(client, action.get_absolute_url()).split("Next for you")[1]
