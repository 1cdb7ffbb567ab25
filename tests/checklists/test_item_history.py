"""What an item's page tells of what was done with it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from checklists import actions
from checklists.models import ChecklistItem
from incidents.actions import categorise, log, withhold
from incidents.models import LogEntry
from svit import clock
from tests.checklists.conftest import at, page
from tests.incidents.test_stage import CATEGORY

pytestmark = pytest.mark.django_db


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


def timeline(client, item):
    rows = client.get(item.get_absolute_url()).context["timeline"]
    return [(row["title"], row["at"], row["by"]) for row in rows if row["title"].endswith(("form", "ing"))]


def test_it_says_that_the_log_form_answered_it_when_and_by_whom(client, cast, incident, actors):
    item = incident.items.get(template_item__key="notification-source")
    csp = actors["coordinator"].agency
    for who, words in (
        ("coordinator", "you"),
        ("second_coordinator", f"{cast['coordinator'].name}, {csp}"),
        ("youth", str(csp)),
    ):
        client.force_login(cast[who])
        assert timeline(client, item) == [
            ("Answered by the log form", item.history.get().history_date, words)
        ]
    assert abs(item.history.get().history_date - incident.logged_at) < timedelta(minutes=1)


def test_it_says_that_a_categorisation_answered_it_once(client, cast, incident, actors):
    by, item = actors["coordinator"], incident.items.get(template_item__key="who-leads")
    categorise(incident=incident, by=by, **{"lead_agency": by.agency, **CATEGORY})
    client.force_login(cast["second_coordinator"])
    [(title, at_, label)] = timeline(client, item)
    assert (title, label) == ("Answered by categorising", by.label)
    assert clock.now() - at_ < timedelta(minutes=1)


def test_so_does_it_to_whoever_holds_the_item_and_has_not_its_section(client, cast, incident, actors):
    by, rows = actors["coordinator"], incident.items.filter(template_item__key="who-leads")
    rows.update(agency=actors["youth"].agency, section="safeguarding")
    categorise(incident=incident, by=by, **{"lead_agency": by.agency, **CATEGORY})
    client.force_login(cast["youth"])
    [(title, _, words)] = timeline(client, rows.get())
    assert (title, words) == ("Answered by categorising", str(by.agency))
