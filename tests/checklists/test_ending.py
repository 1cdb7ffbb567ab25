"""Ticking, answering, confirming, checking: each way by kind, by two people, and for a partner."""

from datetime import timedelta

import pytest

from checklists import actions
from checklists.models import ChecklistItem
from incidents.access import sight
from incidents.models import LogEntry
from svit import clock
from svit.refused import Conflict, Refused
from tests.checklists.conftest import fresh, log_of, upload

pytestmark = pytest.mark.django_db


def test_an_action_is_marked_done_with_its_note(action, seen, actors):
    outcome = actions.mark_done(seen=seen("partner"), item=action, note="Appeal is out.")
    item = fresh(action)
    assert not outcome.already
    assert (item.state, item.done_by, item.done_for) == (
        "done",
        actors["partner"].user,
        actors["partner"].agency,
    )
    assert item.noted_at
    assert log_of(item) == [f"Marked done: {item.title}\nAppeal is out."]
    assert item.history.first().history_user == actors["partner"].user
    assert item.version == action.version + 1


def test_a_question_keeps_its_answer(item_of, seen):
    item = item_of("imm-required")
    actions.answer(seen=seen("coordinator"), item=item, answer="No")
    assert (fresh(item).state, fresh(item).answer) == ("done", "No")
    assert log_of(item) == [f"Answered: {item.title}\nNo"]


def test_not_known_yet_leaves_a_question_open(item_of, seen):
    item = item_of("imm-required")
    actions.answer(seen=seen("coordinator"), item=item, answer="Not known yet")
    item = fresh(item)
    assert (item.state, item.answer, item.progress, item.done_at) == (
        "open",
        "Not known yet",
        "in_progress",
        None,
    )
    actions.answer(seen=seen("coordinator"), item=item, answer="Yes")
    assert (fresh(item).state, fresh(item).answer) == ("done", "Yes")


def test_an_assurance_is_confirmed_and_confirmed_again(item_of, seen):
    item = item_of("scene-managed")
    with clock.at(clock.now()) as now:
        actions.confirm(seen=seen("partner"), item=item)
    with clock.at(now + timedelta(hours=3)):
        item = fresh(item)
        outcome = actions.confirm(seen=seen("partner"), item=item, version=item.version)
    assert not outcome.already
    assert fresh(item).done_at == now + timedelta(hours=3)
    assert [text.split(":")[0] for text in log_of(item)] == ["Confirmed", "Confirmed again"]


def test_a_recurring_check_makes_the_next_one_due_and_is_never_done(item_of, seen):
    item = item_of("tensions")
    now = clock.now()
    with clock.at(now):
        actions.record_check(seen=seen("partner"), item=item, note="Calm.")
    item = fresh(item)
    assert (item.state, item.checked_at, item.due_at) == ("open", now, now + timedelta(days=1))


def test_monitoring_social_media_relaxes_after_three_days(item_of, seen, incident):
    item = item_of("social-media")
    for days, hours in ((1, 4), (4, 24)):
        with clock.at(incident.logged_at + timedelta(days=days)) as now:
            actions.record_check(seen=seen("coordinator"), item=fresh(item))
        assert fresh(item).due_at == now + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("key", "verb"),
    [
        ("witness-appeals", actions.confirm), ("imm-required", actions.mark_done), ("scene-managed", actions.mark_done),
        ("tensions", actions.mark_done), ("witness-appeals", actions.record_check),
    ],
)  # fmt: skip
def test_an_item_ends_in_the_way_of_its_kind_alone(item_of, seen, key, verb):
    with pytest.raises(Refused, match="ends in another way"):
        verb(seen=seen("coordinator"), item=item_of(key))


def test_an_empty_answer_is_refused(item_of, seen):
    with pytest.raises(Refused, match="Enter the answer"):
        actions.answer(seen=seen("coordinator"), item=item_of("imm-required"), answer="  ")


def test_not_needed_takes_a_reason(action, seen):
    actions.not_needed(seen=seen("partner"), item=action, reason="There were no witnesses.")
    item = fresh(action)
    assert (item.state, item.not_needed_reason) == ("not_needed", "There were no witnesses.")


def test_whoever_comes_second_is_told_and_keeps_the_note(action, seen):
    actions.mark_done(seen=seen("partner"), item=action)
    outcome = actions.mark_done(
        seen=seen("colleague"), item=action, note="Also on local radio.", version=action.version
    )
    assert outcome.already.startswith("Already marked done by Police, Riverside Police, today at")
    assert outcome.already.endswith("Your note was added.")
    assert log_of(action)[-1] == f"Note: {action.title}\nAlso on local radio."
    assert fresh(action).done_by == seen("partner").actor.user


def test_a_second_tick_without_a_note_changes_nothing(action, seen):
    actions.mark_done(seen=seen("partner"), item=action)
    version = fresh(action).version
    outcome = actions.mark_done(seen=seen("colleague"), item=action)
    assert outcome.already
    assert fresh(action).version == version
    assert len(log_of(action)) == 1


def test_another_agency_hears_the_agency_and_no_name(action, seen, world):
    actions.mark_done(seen=seen("partner"), item=action)
    item = ChecklistItem.objects.select_related("done_by", "done_for").get(pk=action.pk)
    assert actions.who_did(seen("youth"), item) == "Riverside Police"
    assert actions.who_did(seen("coordinator"), item) == "Police, Riverside Police"
    assert actions.who_did(seen("partner"), item) == "you"


def test_a_check_that_somebody_else_made_meanwhile_counts_once(item_of, seen):
    item = item_of("tensions")
    actions.record_check(seen=seen("partner"), item=item, version=item.version)
    due = fresh(item).due_at
    outcome = actions.record_check(seen=seen("colleague"), item=item, version=item.version)
    assert "Already checked" in outcome.already
    assert fresh(item).due_at == due


def test_a_note_in_between_is_no_check(item_of, seen):
    item = item_of("tensions")
    actions.add_note(seen=seen("colleague"), item=item, note="Heard raised voices.")
    assert not actions.record_check(seen=seen("partner"), item=item, version=item.version).already


def test_two_people_move_the_due_time_and_neither_is_overwritten(action, seen):
    now = clock.now()
    actions.set_due(
        seen=seen("coordinator"),
        item=action,
        due_at=now + timedelta(hours=3),
        reason="Earlier",
        version=action.version,
    )
    with pytest.raises(Conflict):
        actions.set_due(
            seen=seen("agency_manager"), item=action, due_at=now + timedelta(hours=9), reason="Later",
            version=action.version,
        )  # fmt: skip


def test_a_coordinator_records_for_a_partner(action, seen, actors):
    at = clock.now() - timedelta(minutes=20)
    actions.mark_done(
        seen=seen("coordinator"), item=action, told_by="Duty sergeant, by telephone", done_at=at
    )
    item = fresh(action)
    assert (item.done_at, item.done_for, item.done_by) == (
        at,
        actors["partner"].agency,
        actors["coordinator"].user,
    )
    entry = LogEntry.objects.filter(about_uuid=item.uuid).latest("pk")
    assert entry.occurred_at == at
    assert "Told by Duty sergeant, by telephone." in entry.words.text
    assert "Riverside Police" in entry.words.late_reason


def test_nobody_else_records_for_a_partner(action, seen):
    with pytest.raises(Refused, match="Only a coordinator"):
        actions.mark_done(seen=seen("partner"), item=action, told_by="Somebody")


def test_nothing_is_done_tomorrow(action, seen):
    with pytest.raises(Refused, match="now or in the past"):
        actions.mark_done(seen=seen("coordinator"), item=action, done_at=clock.now() + timedelta(days=1))


def test_an_ordinary_item_is_done_by_its_agency_with_a_file(action, seen):
    from checklists.actions.evidence import check_file

    actions.mark_done(seen=seen("partner"), item=action, file=check_file(upload()))
    assert "File: scene.jpg" in log_of(action)[0]
    assert sight(seen("partner").actor, action.incident)
