"""What a form has answered is not asked again: by the log form, by a categorisation, and what an answer brings."""

from datetime import timedelta

import pytest
from django.urls import reverse

from checklists import access
from checklists.actions import answer, not_needed, reopen
from checklists.models import ItemState, OfferedItem
from incidents.access import sight
from incidents.actions import categorise
from incidents.models import LogEntry, Trait
from svit import clock
from tests.conftest import log_one
from tests.incidents.test_stage import CATEGORY

pytestmark = pytest.mark.django_db


@pytest.fixture
def categorised(incident, actors):
    def do(**more):
        by = actors["coordinator"]
        return categorise(incident=incident, by=by, **{"lead_agency": by.agency, **CATEGORY, **more})

    return do


def opened(incident, key):
    return incident.items.get(template_item__key=key)


def test_the_log_form_says_who_told_us(toolkit, actors):
    incident = log_one(actors["coordinator"], source="transport_police")
    item = opened(incident, "notification-source")
    assert (item.state, item.answer) == (ItemState.DONE, "British Transport Police")
    assert (item.done_by, item.done_for) == (actors["coordinator"].user, actors["coordinator"].agency)
    assert item.remind_at is None
    assert (
        "Answered by the log form: Where has"
        in LogEntry.objects.get(incident=incident, kind="logged").words.text
    )


def test_a_source_that_is_not_known_is_asked_for(toolkit, actors):
    assert opened(log_one(actors["coordinator"], source="not_known"), "notification-source").is_open


def test_how_and_when_it_came_to_light_late_is_on_the_log_form(toolkit, actors):
    late = log_one(actors["coordinator"], source="cctv", occurred_at=clock.now() - timedelta(days=1))
    assert opened(late, "late-identified-route").state == ItemState.DONE
    perhaps = log_one(actors["coordinator"], occurred_at=None)
    assert opened(perhaps, "late-identified-route").is_open


def test_what_the_log_form_answered_is_reopened_and_not_undone(toolkit, actors):
    incident = log_one(actors["coordinator"])
    seen, item = sight(actors["coordinator"], incident), opened(incident, "notification-source")
    assert not access.can_undo(seen, item)
    assert access.can_reopen(seen, item)
    assert reopen(seen=seen, item=item, reason="It was the ambulance service.").is_open


def test_a_categorisation_answers_its_questions(incident, actors, categorised):
    categorised(serious="yes", response="gold_group", other_boroughs="Eastbrook")
    states = {
        key: (opened(incident, key).state, opened(incident, key).answer)
        for key in ("imm-required", "is-serious", "categorised", "who-leads", "cross-borough")
    }
    assert states == {
        "imm-required": ("done", "No"),
        "is-serious": ("done", "Yes"),
        "categorised": ("done", ""),
        "who-leads": ("done", str(actors["coordinator"].agency)),
        "cross-borough": ("done", "Yes"),
    }
    item = opened(incident, "is-serious")
    row = item.history.latest()
    assert (row.history_user, row.version) == (actors["coordinator"].user, item.version)
    [entry] = LogEntry.objects.filter(about_uuid=item.uuid)
    assert entry.words.text == f"Answered by categorising: {item.title}\nYes"


def test_what_a_categorisation_leaves_open_stays_open(incident, categorised):
    categorised(serious="not_known", other_boroughs="")
    assert opened(incident, "is-serious").is_open
    assert opened(incident, "cross-borough").is_open


def test_a_later_categorisation_changes_what_an_earlier_one_answered(incident, actors, categorised):
    categorised()
    categorised(lead_agency=actors["partner"].agency, response="incident_management", of_note=[])
    assert opened(incident, "who-leads").answer == str(actors["partner"].agency)
    assert opened(incident, "imm-required").answer == "Yes"


def test_an_answer_given_by_hand_stays(incident, actors, categorised):
    seen = sight(actors["coordinator"], incident)
    answer(seen=seen, item=opened(incident, "imm-required"), answer="Not before the morning")
    not_needed(seen=seen, item=opened(incident, "cross-borough"), reason="The neighbours rang first.")
    categorised(other_boroughs="Eastbrook")
    assert opened(incident, "imm-required").answer == "Not before the morning"
    assert opened(incident, "cross-borough").state == ItemState.NOT_NEEDED


def test_the_same_category_again_writes_no_answer_again(incident, categorised):
    categorised()
    before = opened(incident, "who-leads").version
    categorised()
    assert opened(incident, "who-leads").version == before


def test_a_response_that_crosses_the_borough_opens_what_fits(incident, actors):
    seen, item = sight(actors["coordinator"], incident), opened(incident, "cross-borough")
    outside = OfferedItem.objects.filter(incident=incident, template_item__key="partners-outside-borough")
    assert outside.exists()
    answer(seen=seen, item=item, answer="No")
    assert outside.exists()
    answer(seen=seen, item=reopen(seen=seen, item=item, reason="It does."), answer="Yes")
    incident.refresh_from_db()
    assert Trait.CROSS_BOROUGH in incident.traits
    assert opened(incident, "partners-outside-borough").is_open


def test_the_phase_says_that_categorising_answers_it_until_it_did(client, cast, incident, categorised):
    url = reverse("phase", args=[incident.uuid, "categorisation"])
    words = "you need not tick it here"
    client.force_login(cast["youth"])
    assert words not in client.get(url).content.decode()
    client.force_login(cast["coordinator"])
    assert words in client.get(url).content.decode()
    categorised()
    page = client.get(url).content.decode()
    assert words not in page
    assert "3 of 10 done" in page or "4 of 10 done" in page


def test_who_told_us_is_asked_with_the_routes_of_the_toolkit(client, cast, toolkit, actors):
    item = opened(log_one(actors["coordinator"], source="not_known"), "notification-source")
    client.force_login(cast["coordinator"])
    page = client.get(item.get_absolute_url()).content.decode()
    assert "Fire brigade" in page
    assert "Not known yet" in page
