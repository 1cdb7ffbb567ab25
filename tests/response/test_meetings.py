"""Meetings: two clicks to set up, four fields to decide, signed by the chair, and then only added to."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from checklists.models import ChecklistItem
from incidents.access import get_sight, sight
from incidents.actions import engage
from incidents.models import AccessRecord, LogEntry, LogKind
from response import meeting_queries
from response.actions import meetings as actions
from response.models import Person
from response.models.meetings import Addendum, Attendance, Decision, Meeting
from svit import clock
from svit.refused import Refused
from tests.conftest import log_one
from tests.test_routes import make_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(incident, actors):
    return get_sight(actors["coordinator"], incident.uuid)


@pytest.fixture
def live(seen):
    return make_meeting(seen)


@pytest.fixture
def coordinator(client, cast):
    client.force_login(cast["coordinator"])
    return client


def at(name, meeting, query=""):
    return reverse(name, args=[meeting.entry.incident.uuid, meeting.uuid]) + query


def words_of(response):
    return " ".join(response.content.decode().split())


def decide(seen, meeting, **more):
    given = {"text": "Open the club late", "why": "Young people ask for it", "submission": uuid.uuid4()}
    return actions.decide(seen=seen, meeting=meeting, **given | {"by_agency": seen.actor.agency} | more)


# --- Set up -----------------------------------------------------------------------------------------


def test_a_meeting_is_set_up_with_its_usual_agenda_and_everybody_who_responds(coordinator, incident, world):
    page = coordinator.get(reverse("new-meeting", args=[incident.uuid]))
    form = page.context["form"]
    sent = {
        "what": "gold_group", "chaired_by": str(world.agencies.csp.uuid), "sensitivity": "standard",
        **{f"planned_at_{number}": part for number, part in enumerate(["6", "6", "2026", "9am"])},
    }  # fmt: skip
    assert form["planned_at"].value()
    answer = coordinator.post(reverse("new-meeting", args=[incident.uuid]), sent)
    assert answer.status_code == 302, words_of(answer)
    meeting = Meeting.objects.get()
    assert meeting.entry.title == "Gold group 1"
    assert "Victim and family" in [point.title for point in meeting.agenda.all()]
    asked = set(Attendance.objects.filter(meeting=meeting).values_list("agency__name", flat=True))
    assert asked == {"Northmere CSP", "Riverside Police", "Northmere Youth Service"}


def test_a_meeting_has_the_agenda_that_somebody_wrote(seen, world):
    found = actions.set_up(seen=seen, what="panel", planned_at=clock.now(), chaired_by=world.agencies.csp,
                           agenda="Risk plans\n\nMissing episodes\n")  # fmt: skip
    assert [point.title for point in found.agenda.all()] == ["Risk plans", "Missing episodes"]


def test_meetings_of_a_kind_are_numbered_each_by_itself(seen, world):
    given = {"seen": seen, "planned_at": clock.now(), "chaired_by": world.agencies.csp}
    titles = [
        actions.set_up(what=what, **given).entry.title for what in ("gold_group", "panel", "gold_group")
    ]
    assert titles == ["Gold group 1", "Exploitation and risk panel 1", "Gold group 2"]


def test_a_form_sent_twice_sets_up_one_meeting(seen, world):
    once = uuid.uuid4()
    for _ in range(2):
        actions.set_up(
            seen=seen, what="panel", planned_at=clock.now(), chaired_by=world.agencies.csp, submission=once
        )
    assert Meeting.objects.count() == 1


# --- Live -------------------------------------------------------------------------------------------


def test_a_decision_takes_three_fields_and_stands_in_the_log(coordinator, live, world):
    sent = {
        "text": "Patrols until Friday",
        "why": "Two schools asked",
        "by_agency": str(world.agencies.police.uuid),
    }
    answer = coordinator.post(at("live-meeting", live, "?tab=decision"), sent)
    assert answer.status_code == 302
    said = words_of(coordinator.get(answer.url))
    assert "Decision 2 added." in said
    assert "autofocus" in said
    decision = Decision.objects.get(number=2)
    assert str(decision.by_agency) == "Riverside Police"
    entry = LogEntry.objects.filter(kind=LogKind.DECISION).latest("pk")
    assert "Why: Two schools asked" in entry.words.text
    assert entry.about_uuid == live.uuid


def test_an_action_stands_in_the_agency_s_work_at_once(coordinator, client, cast, live, world):
    sent = {"title": "Ring both heads", "agency": str(world.agencies.police.uuid), "due": "4h"}
    assert coordinator.post(at("live-meeting", live, "?tab=action"), sent).status_code == 302
    item = ChecklistItem.objects.get(title="Ring both heads")
    assert timedelta(hours=3) < item.due_at - clock.now() < timedelta(hours=5)
    client.force_login(cast["partner"])
    assert "Ring both heads" in words_of(client.get("/my-work/"))


def test_a_decision_that_is_sent_twice_is_one(seen, live):
    once = uuid.uuid4()
    assert decide(seen, live, submission=once) == decide(seen, live, submission=once)


def test_two_people_who_take_notes_lose_nothing(seen, live, incident, actors):
    other = get_sight(actors["second_coordinator"], incident.uuid)
    for number in range(3):
        decide(seen, live, text=f"Mine {number}")
        decide(other, live, text=f"Theirs {number}")
    assert sorted(live.decisions.values_list("number", flat=True)) == list(range(1, 8))


def test_an_empty_decision_says_what_is_missing_and_keeps_the_rest(coordinator, live):
    said = words_of(coordinator.post(at("live-meeting", live, "?tab=decision"), {"why": "Because"}))
    for words in ("Enter what was decided.", "Choose the agency that decided."):
        assert words in said
    assert "Because" in said


def test_an_independent_adviser_owns_no_decision(seen, live, world):
    actions.attend(seen=seen, meeting=live, answers={}, advisers={world.agencies.youth.pk})
    with pytest.raises(Refused, match="adviser"):
        decide(seen, live, by_agency=world.agencies.youth)
    assert world.agencies.youth not in meeting_queries.deciding(meeting_queries.attendance_of(live))


def test_whoever_owns_a_decision_is_no_adviser_afterwards(seen, live, world):
    decide(seen, live, by_agency=world.agencies.youth)
    with pytest.raises(Refused, match="adviser"):
        actions.attend(seen=seen, meeting=live, answers={}, advisers={world.agencies.youth.pk})


def test_attendance_is_kept_by_agency(coordinator, live, world):
    police, youth = world.agencies.police, world.agencies.youth
    sent = {f"answer_{police.uuid}": "deputy", f"answer_{youth.uuid}": "apologies", "extra": ""}
    assert coordinator.post(at("meeting-attendance", live), sent).status_code == 302
    found = {str(row.agency): row.answer for row in Attendance.objects.filter(meeting=live)}
    assert found == {
        "Riverside Police": "deputy",
        "Northmere Youth Service": "apologies",
        "Northmere CSP": "",
    }


def test_an_agency_that_does_not_respond_is_given_no_action(seen, live, world):
    with pytest.raises(Refused, match="does not respond"):
        actions.raise_action(seen=seen, meeting=live, title="x", agency=world.agencies.housing, due_at=clock.now(),
                             submission=uuid.uuid4())  # fmt: skip


# --- Who reads and writes it ------------------------------------------------------------------------


def test_a_restricted_decision_is_for_those_who_take_the_notes(client, cast, seen, live):
    decide(seen, live, text="Move the family tonight", restricted=True)
    client.force_login(cast["partner"])
    for name in ("meeting", "share-meeting"):
        said = words_of(client.get(at(name, live)))
        assert "Patrols stay" in said
        assert "Move the family" not in said
    client.force_login(cast["coordinator"])
    assert "Move the family" in words_of(client.get(at("meeting", live)))
    assert "Move the family" not in words_of(client.get(at("share-meeting", live)))


def test_the_shared_screen_has_codes_in_place_of_names(coordinator, seen, live, incident):
    person = Person.objects.filter(entry__incident=incident).first()
    Person.objects.filter(pk=person.pk).update(name="Remi Lockyer")
    decide(seen, live, text="Lockyer moves", why="remi asked")
    said = words_of(coordinator.get(at("share-meeting", live)))
    assert "Lockyer" not in said
    assert "remi asked" not in said
    assert f"{person.label} moves" in said


def test_a_partner_reads_and_takes_no_notes(client, cast, live):
    client.force_login(cast["partner"])
    assert client.get(at("meeting", live)).status_code == 200
    for name in ("live-meeting", "end-meeting", "meeting-attendance", "change-meeting", "add-addendum"):
        assert client.get(at(name, live)).status_code == 403


def test_the_agency_that_chairs_takes_the_notes_and_its_manager_signs(seen, incident, actors, world):
    meeting = make_meeting(seen, chaired_by=world.agencies.police)
    police = get_sight(actors["partner"], incident.uuid)
    assert decide(police, meeting, by_agency=world.agencies.police).number == 2
    actions.end(seen=police, meeting=meeting)
    version = Meeting.objects.get().version
    with pytest.raises(Refused):
        actions.sign_minutes(seen=police, meeting=meeting, read=version)
    manager = get_sight(actors["agency_manager"], incident.uuid)
    assert actions.sign_minutes(seen=manager, meeting=meeting, read=version).signed_as


def test_a_stranger_finds_no_meeting_and_reading_is_recorded(client, cast, live):
    client.force_login(cast["stranger"])
    assert client.get(at("meeting", live)).status_code == 404
    client.force_login(cast["partner"])
    client.get(at("meeting", live))
    assert AccessRecord.objects.filter(user=cast["partner"], subject_uuid=live.uuid).exists()


# --- Ended and signed -------------------------------------------------------------------------------


def test_from_the_end_to_the_signature_and_an_addendum(coordinator, seen, live):
    assert "End the meeting" in words_of(coordinator.get(at("end-meeting", live)))
    coordinator.post(at("end-meeting", live))
    with pytest.raises(Refused, match="ended"):
        decide(seen, live)
    page = words_of(coordinator.get(at("meeting", live)))
    assert "Sign the minutes" in page
    coordinator.post(at("sign-meeting", live), {"version": Meeting.objects.get().version})
    assert "Northmere CSP, coordinator" in Meeting.objects.get().signed_as
    coordinator.post(at("add-addendum", live), {"text": "The bus company was told as well."})
    said = words_of(coordinator.get(at("meeting", live)))
    assert "The bus company was told as well." in said
    assert Addendum.objects.get().by_label


@pytest.mark.parametrize("sent", ["", "0", "x", "9" * 30])
def test_minutes_that_were_not_read_are_not_signed(coordinator, seen, live, sent):
    actions.end(seen=seen, meeting=live)
    answer = coordinator.post(at("sign-meeting", live), {"version": sent}, follow=True)
    assert "The minutes changed while you read them." in words_of(answer)
    assert Meeting.objects.get().signed_at is None


def test_nothing_is_added_before_the_start_or_to_what_has_ended(seen, world):
    planned = actions.set_up(seen=seen, what="panel", planned_at=clock.now(), chaired_by=world.agencies.csp)
    with pytest.raises(Refused, match="Start"):
        decide(seen, planned)
    with pytest.raises(Refused, match="not signed"):
        actions.add_addendum(seen=seen, meeting=planned, text="x")


def test_the_list_suggests_what_the_category_asks_for(coordinator, incident):
    assert "No meeting held." in words_of(coordinator.get(reverse("meetings", args=[incident.uuid])))


def test_a_meeting_that_has_ended_is_not_changed(seen, live):
    actions.end(seen=seen, meeting=live)
    now = Meeting.objects.select_related("entry__incident").get()
    with pytest.raises(Refused, match="ended"):
        actions.change_meeting(seen=seen, record=now, version=now.version, place="Elsewhere")


# --- What it costs ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "most"), [("meeting", 22), ("live-meeting", 20), ("share-meeting", 16)])
def test_a_page_costs_the_same_with_few_and_with_many_notes(coordinator, seen, live, world, name, most):
    costs = []
    for _ in range(2):
        coordinator.get(at(name, live))
        with CaptureQueriesContext(connection) as asked:
            assert coordinator.get(at(name, live)).status_code == 200
        costs.append(len(asked))
        for number in range(4):
            decide(seen, live)
            actions.raise_action(seen=seen, meeting=live, title=f"Do {number}", agency=world.agencies.police,
                                 due_at=clock.now(), submission=uuid.uuid4())  # fmt: skip
    assert costs[0] == costs[1] <= most, "\n".join(row["sql"][:150] for row in asked)


def test_a_decision_of_another_incident_s_meeting_is_out_of_reach(coordinator, live, actors, world):
    other = log_one(actors["other_coordinator"])
    engage(incident=other, agency=world.agencies.police, by=actors["other_coordinator"], reason="x")
    theirs = make_meeting(sight(actors["other_coordinator"], other))
    assert coordinator.get(at("meeting", theirs)).status_code == 404
    wrong = reverse("meeting", args=[live.entry.incident.uuid, theirs.uuid])
    assert coordinator.get(wrong).status_code == 404
