"""The pages: what each shows, what each form answers, and that no input breaks one."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from checklists import actions
from checklists.models import ChecklistItem, OfferedItem
from incidents.actions import close, close_phase, log, set_not_applicable, withhold
from incidents.models import Engagement, LogEntry, Phase
from svit import clock
from tests.checklists.conftest import upload

pytestmark = pytest.mark.django_db


def page(client, url, status=200, **data):
    answer = client.get(url, data)
    assert answer.status_code == status
    return answer.content.decode()


def at(name, item):
    return reverse(name, args=[item.incident.uuid, item.uuid])


# --- The item's page (journey D)


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
     ("notification-source", "Fire brigade"), ("who-leads", "Northmere Youth Service"),
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


def test_the_second_of_two_reads_who_and_when(client, cast, action, seen):
    actions.mark_done(seen=seen("colleague"), item=action)
    client.force_login(cast["partner"])
    text = client.post(
        at("item-done", action), {"note": "Mine too", "version": 1}, follow=True
    ).content.decode()
    assert "Already marked done by Police Two, Riverside Police, today at" in text
    assert "Your note was added." in text
    assert "Mine too" in text


def test_a_withheld_note_is_on_no_page(client, cast, action, seen):
    actions.add_note(seen=seen("partner"), item=action, note="A name that should not be here")
    entry = LogEntry.objects.filter(about_uuid=action.uuid).latest("pk")
    withhold(seen=seen("coordinator"), entry=entry, reason="Names somebody")
    client.force_login(cast["partner"])
    for url in (
        action.get_absolute_url(),
        reverse("my-work"),
        reverse("phase", args=[action.incident.uuid, "response-plan"]),
    ):
        assert "A name that should not" not in page(client, url)


def test_what_the_log_hides_the_history_hides(client, cast, action, incident, actors):
    log(
        incident,
        by=actors["coordinator"],
        kind="item",
        text="For coordinators",
        sensitivity="restricted",
        about=action,
    )
    client.force_login(cast["partner"])
    assert "For coordinators" not in page(client, action.get_absolute_url())
    client.force_login(cast["coordinator"])
    assert "For coordinators" in page(client, action.get_absolute_url())


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


# --- Phases and the checklist


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


# --- My work and the team's


def rows(text):
    return text.count('class="govuk-table__header svit-item"')


def test_my_work_is_mine_over_all_incidents_overdue_first(client, cast, incident, actors, action):
    now = clock.now()
    ChecklistItem.objects.filter(pk=action.pk).update(due_at=now - timedelta(hours=3))
    client.force_login(cast["partner"])
    text = page(client, reverse("my-work"))
    assert text.index("Overdue (1)") < text.index("Due soon (") < text.index("Later (")
    assert text.index(action.title) < text.index("Due soon (")
    assert rows(page(client, reverse("my-work"), tab="overdue")) == 1
    ChecklistItem.objects.filter(pk=action.pk).update(assignee=cast["colleague"])
    assert rows(page(client, reverse("my-work"), tab="overdue")) == 0
    assert rows(page(client, reverse("team-work"), tab="overdue")) == 1


def test_a_row_is_ticked_without_leaving_the_list(client, cast, action):
    client.force_login(cast["partner"])
    here = "/my-work/?tab=open"
    answer = client.post(at("item-done", action), {"version": action.version, "next": here})
    assert answer["Location"] == here
    assert "Marked done." in page(client, here)


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", "\x00"]
)
def test_the_way_back_is_a_page_of_ours(client, cast, action, wanted):
    client.force_login(cast["partner"])
    answer = client.post(at("item-done", action), {"next": wanted})
    assert answer["Location"] == action.get_absolute_url()


def test_a_long_list_is_paged_by_key_and_nothing_is_missed(client, cast, incident, actors):
    now = clock.now()
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            incident=incident, phase="review", section="general", title=f"Extra {number}",
            agency=actors["partner"].agency,
            due_at=now + timedelta(days=1) if number % 3 else None,
        )
        for number in range(70)
    )  # fmt: skip
    client.force_login(cast["partner"])
    from checklists.queries import my_work, work_counts

    found, after = [], ""
    while True:
        items, after = my_work(actors["partner"], after=after or "")
        found += [item.pk for item in items]
        if not after:
            break
    assert len(found) == len(set(found)) == work_counts(actors["partner"])["open"]
    text = page(client, reverse("my-work"))
    url = text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert rows(page(client, url)) == 25


def test_what_was_passed_on_waits_and_what_was_done_is_kept(client, cast, seen, action, item_of):
    actions.assign(
        seen=seen("partner"), item=action, agency=action.agency, assignee=seen("colleague").actor.user
    )
    actions.confirm(seen=seen("partner"), item=item_of("scene-managed"))
    client.force_login(cast["partner"])
    assert action.title in page(client, reverse("my-work"), tab="waiting")
    assert item_of("scene-managed").title in page(client, reverse("my-work"), tab="done")


def test_what_was_sent_back_comes_to_the_coordinators(client, cast, seen, action):
    actions.send_back(seen=seen("partner"), item=action, reason="Not ours")
    for who in ("coordinator", "second_coordinator", "csp_manager"):
        client.force_login(cast[who])
        assert action.title in page(client, reverse("my-work"))
    client.force_login(cast["other_coordinator"])
    assert action.title not in page(client, reverse("my-work"))


def test_what_rests_with_its_phase_presses_nobody(client, cast, incident, actors, action):
    client.force_login(cast["partner"])
    before = rows(page(client, reverse("my-work")))
    phase = Phase.objects.get(incident=incident, key="community")
    ours = ChecklistItem.objects.filter(
        incident=incident, phase="community", agency=actors["partner"].agency
    ).count()
    close_phase(phase=phase, by=actors["coordinator"])
    assert rows(page(client, reverse("my-work"))) == before - ours
    other = Phase.objects.get(incident=incident, key="response_plan")
    set_not_applicable(phase=other, by=actors["coordinator"], reason="Nothing to plan")
    assert action.title not in page(client, reverse("my-work"))


def test_several_items_are_reassigned_at_once(client, cast, incident, actors, world):
    client.force_login(cast["agency_manager"])
    items = list(ChecklistItem.objects.filter(incident=incident, agency=actors["partner"].agency)[:3])
    foreign = ChecklistItem.objects.filter(incident=incident, agency=actors["coordinator"].agency).first()
    whom = f"person:{world.agencies.police.uuid}:{cast['colleague'].uuid}"
    data = {
        "items": [*(str(item.uuid) for item in items), str(foreign.uuid), "rubbish", "\x00"],
        "whom": whom,
    }
    answer = client.post(reverse("team-work"), data, follow=True)
    assert "3 items given to Police Two." in answer.content.decode()
    assert ChecklistItem.objects.filter(assignee=cast["colleague"]).count() == 3
    assert "Tick at least one item." in client.post(reverse("team-work"), {"whom": whom}).content.decode()
    assert "Choose a colleague." in client.post(reverse("team-work"), data | {"whom": ""}).content.decode()


@pytest.mark.parametrize("who", ["administrator", "governance"])
@pytest.mark.parametrize("route", ["my-work", "team-work"])
def test_who_works_no_items_has_no_list(client, cast, who, route):
    client.force_login(cast[who])
    assert client.get(reverse(route)).status_code == 403
    assert client.post(reverse("team-work"), {}).status_code == 403


# --- Bad input

RUBBISH = [
    "", "\x00", "a" * 10_000, "<script>alert(1)</script>", "' OR 1=1 --", "../../etc/passwd", "\N{GRINNING FACE}", "-1",
    "99999999999999999999", "None", "11111111-2222-4333-8444-555555555555",
]  # fmt: skip


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_no_form_breaks_on_rubbish(client, cast, incident, action, item_of, rubbish):
    every = (
        "note", "reason", "version", "whom", "answer", "unknown", "told_by", "told_how", "done_at_0", "done_at_3",
        "due_at_0", "due_at_1", "due_at_2", "due_at_3", "title", "details", "phase", "kind", "every",
        "section", "item", "items",
        "agencies", "template", "find", "who", "how", "lead_agency", "file", "next", "restricted",
    )  # fmt: skip
    data = dict.fromkeys(every, rubbish)
    engagement = Engagement.objects.get(
        incident=incident, agency=item_of("consent").agency_id or action.agency_id
    )
    question, check = item_of("imm-required"), item_of("review-plan")
    for who in ("coordinator", "partner"):
        client.force_login(cast[who])
        for item in (action, question, check):
            for name in (
                "item-done", "item-answer", "item-confirm", "item-check", "item-not-needed", "item-assign", "item-due",
                "item-note", "item-evidence", "item-reopen", "item-undo", "item-send-back",
            ):  # fmt: skip
                assert client.post(at(name, item), data).status_code in (200, 302, 403), name
        for name in ("phase-lead", "phase-not-applicable", "phase-close", "phase-reopen"):
            assert client.post(reverse(name, args=[incident.uuid, "health"]), data).status_code in (
                200,
                302,
                403,
            )
        for name in ("new-item", "add-offered", "mobilise"):
            assert client.post(reverse(name, args=[incident.uuid]), data).status_code in (200, 302, 403)
        assert client.post(reverse("team-work"), data).status_code in (200, 302)
        told = reverse("record-told", args=[incident.uuid, engagement.uuid])
        assert client.post(told, data).status_code in (200, 302, 403)
        for name in ("my-work", "team-work"):
            assert client.get(reverse(name), {"tab": rubbish, "after": rubbish}).status_code == 200
            assert client.get(reverse(name), {"after": f"{rubbish}_1"}).status_code == 200
        assert client.get(reverse("checklist", args=[incident.uuid]), {"show": rubbish}).status_code == 200
        got = client.get(reverse("mobilise", args=[incident.uuid]), {"find": rubbish, "template": rubbish})
        assert got.status_code in (200, 403)


@pytest.mark.parametrize("name", ["item", "item-done", "file", "file-preview", "stand-down", "record-told"])
def test_an_identifier_that_is_nobodys_is_unknown(client, cast, incident, name):
    client.force_login(cast["coordinator"])
    assert client.get(reverse(name, args=[incident.uuid, uuid.uuid4()])).status_code == 404
    assert client.get(reverse(name, args=[uuid.uuid4(), uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize(
    "path", ["phases/nowhere/", "phases/response_plan/", "checklist/not-a-uuid/", "files/1/"]
)
def test_an_address_that_is_none_is_unknown(client, cast, incident, path):
    client.force_login(cast["coordinator"])
    assert client.get(f"/incidents/{incident.uuid}/{path}").status_code == 404


def test_another_incidents_item_is_unknown_here(client, cast, incident, actors):
    from tests.conftest import log_one

    other = log_one(actors["coordinator"]).items.first()
    client.force_login(cast["coordinator"])
    assert client.get(reverse("item", args=[incident.uuid, other.uuid])).status_code == 404


# --- Nothing that somebody typed is lost


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


# --- What rests with its phase


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


# --- The rail


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


# --- The item's page again


def test_the_history_says_nothing_false_after_not_ours(client, cast, fresh_item, seen):
    item = fresh_item
    client.force_login(cast["partner"])
    page(client, item.get_absolute_url())
    actions.send_back(seen=seen("partner"), item=item, reason="Not ours")
    client.force_login(cast["coordinator"])
    text = page(client, item.get_absolute_url())
    assert "To None" not in text
    assert "To Riverside Police." in text
    assert "Riverside Police sent it back" in text


@pytest.fixture
def fresh_item(incident, actors):
    """An item that mobilising gave to the police."""
    from checklists.actions.mobilising import Call

    item = ChecklistItem.objects.filter(incident=incident, agency=None, section="general").first()
    call = Call(actors["partner"].agency, items=[item])
    actions.mobilise(incident=incident, by=actors["coordinator"], calls=[call], reason="Now")
    return ChecklistItem.objects.select_related("incident").get(pk=item.pk)


def test_the_history_is_in_the_order_of_recording_and_says_who_told_once(client, cast, fresh_item):
    client.force_login(cast["coordinator"])
    yesterday = clock.local(clock.now() - timedelta(days=1))
    data = {
        "told_by": "Duty sergeant", "told_how": "by telephone", "answer": "Yes",
        "done_at_0": yesterday.day, "done_at_1": yesterday.month, "done_at_2": yesterday.year, "done_at_3": "4am",
    }  # fmt: skip
    from checklists.views.items import end_url

    client.post(end_url(fresh_item), data)
    answer = client.get(fresh_item.get_absolute_url())
    titles = [row["title"] for row in answer.context["timeline"]]
    assert titles[-1] == "Assigned"
    assert len(titles) == 2
    history = answer.content.decode().split("History</h2>")[1].lower()
    assert history.count("told by duty sergeant") == 1


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


# --- The lists again


def test_a_row_says_which_it_was_and_undo_of_a_check_opens_nothing(client, cast, item_of):
    item = item_of("tensions")
    client.force_login(cast["partner"])
    data = {"version": item.version, "next": "/my-work/"}
    text = client.post(at("item-check", item), data, follow=True).content.decode()
    assert f"Check recorded. {item.title}, {item.incident.reference}." in text
    text = client.post(at("item-undo", item), follow=True).content.decode()
    assert "Undone." in text
    assert "open again" not in text


def test_what_opened_with_a_report_waits_for_nobody(client, cast, incident, actors):
    assert ChecklistItem.objects.filter(incident=incident, agency=actors["coordinator"].agency).exists()
    from checklists.queries import work_counts

    assert work_counts(actors["coordinator"])["waiting"] == 0
    reported = ChecklistItem.objects.filter(incident=incident, assigned_by=actors["coordinator"].user)
    assert not reported.exists()


def test_an_error_keeps_the_ticks_of_the_team(client, cast, incident, actors):
    client.force_login(cast["agency_manager"])
    items = list(ChecklistItem.objects.filter(incident=incident, agency=actors["partner"].agency)[:3])
    first = client.get(reverse("team-work"), {"tab": "open"})
    assert 'data-module="moj-multi-select"' in first.content.decode()
    assert 'id="select-all"' in first.content.decode()
    data = {"items": [str(item.uuid) for item in items], "whom": ""}
    answer = client.post(first.context["my_team_url"], data)
    chosen = {item.pk for group in answer.context["groups"] for item in group["rows"] if item.chosen}
    assert chosen == {item.pk for item in items}
    assert answer.content.decode().count(" checked") == 3


def test_the_teams_list_says_nothing_that_contradicts_itself(client, cast, action, seen):
    actions.add_note(seen=seen("coordinator"), item=action, note="Rang them.")
    client.force_login(cast["agency_manager"])
    rows = client.get(reverse("team-work")).context["groups"]
    row = next(item for group in rows for item in group["rows"] if item.pk == action.pk)
    assert "In progress" in row.words
    assert not row.unopened
    actions.mark_done(seen=seen("partner"), item=action)
    text = page(client, reverse("team-work"), tab="done")
    assert cast["partner"].name in text
    assert "Nobody named" not in text
    assert "the latest first" in text


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
