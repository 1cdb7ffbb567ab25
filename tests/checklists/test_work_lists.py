"""My work and the team's: what is in each list, in which order, and what is done from there."""

from datetime import timedelta

import pytest
from django.urls import reverse

from checklists import actions
from checklists.models import ChecklistItem
from checklists.queries import work_counts
from incidents.actions import close_phase, set_not_applicable
from incidents.models import Phase
from svit import clock
from tests.checklists.conftest import at, page

pytestmark = pytest.mark.django_db


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


def test_what_was_done_is_counted_no_further_than_it_helps(incident, actors, action):
    by, now = actors["partner"], clock.now()
    assert work_counts(by)["done"] == 0
    values = {
        "incident": incident, "phase": "community", "section": "community", "title": "Done", "agency": by.agency,
        "state": "done", "done_at": now, "done_recorded_at": now, "done_by": by.user, "done_for": by.agency,
    }  # fmt: skip
    ChecklistItem.objects.bulk_create(ChecklistItem(**values) for _ in range(1000))
    assert work_counts(by)["done"] == 1000
    ChecklistItem.objects.bulk_create(ChecklistItem(**values) for _ in range(5))
    assert work_counts(by)["done"] == "1,000+"
    assert work_counts(by, team=True)["done"] == "1,000+"
