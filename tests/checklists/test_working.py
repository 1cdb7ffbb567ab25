"""Ticking, answering, confirming, checking, handing on, handing back, undoing: each way, and each refusal."""

from datetime import timedelta

import pytest

from checklists import actions
from checklists.access import UNDO_FOR
from checklists.models import ChecklistItem, ItemState
from incidents.access import sight
from incidents.actions import close, stand_down
from incidents.models import Engagement, LogEntry
from svit import clock
from svit.refused import Conflict, Refused
from tests.checklists.conftest import upload

pytestmark = pytest.mark.django_db


def log_of(item):
    return [entry.words.text for entry in LogEntry.objects.filter(about_uuid=item.uuid).order_by("pk")]


def fresh(item):
    return ChecklistItem.objects.select_related("incident").get(pk=item.pk)


# --- By kind


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


# --- Two people


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


# --- For a partner


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


# --- Undo and reopen


def test_undo_gives_back_what_was_before_and_the_log_keeps_both(action, seen):
    actions.mark_done(seen=seen("partner"), item=action, note="Out.")
    actions.undo(seen=seen("partner"), item=action)
    item = fresh(action)
    assert (item.state, item.done_by, item.done_at, item.done_recorded_at) == ("open", None, None, None)
    assert [text.split(":")[0] for text in log_of(item)] == ["Marked done", "Undone"]


def test_undo_of_a_check_brings_its_due_time_back(item_of, seen):
    item = item_of("tensions")
    due = item.due_at
    actions.record_check(seen=seen("partner"), item=item)
    actions.add_note(seen=seen("colleague"), item=item, note="In between.")
    actions.undo(seen=seen("partner"), item=item)
    assert (fresh(item).due_at, fresh(item).checked_at) == (due, None)


def test_two_checks_are_undone_one_after_the_other(item_of, seen):
    item = item_of("tensions")
    start = clock.now()
    for minute in (1, 2):
        with clock.at(start + timedelta(minutes=minute)):
            actions.record_check(seen=seen("partner"), item=fresh(item))
    with clock.at(start + timedelta(minutes=3)):
        actions.undo(seen=seen("partner"), item=item)
        assert fresh(item).checked_at == start + timedelta(minutes=1)
        actions.undo(seen=seen("partner"), item=item)
        assert fresh(item).checked_at is None
        with pytest.raises(Refused):
            actions.undo(seen=seen("partner"), item=item)


@pytest.mark.parametrize(("after", "possible"), [(UNDO_FOR, True), (UNDO_FOR + timedelta(seconds=1), False)])
def test_undo_lasts_ten_minutes(action, seen, after, possible):
    with clock.at(clock.now()) as now:
        actions.mark_done(seen=seen("partner"), item=action)
    with clock.at(now + after):
        if possible:
            actions.undo(seen=seen("partner"), item=action)
        else:
            with pytest.raises(Refused, match="no longer be undone"):
                actions.undo(seen=seen("partner"), item=action)
    assert fresh(action).is_open is possible


@pytest.mark.parametrize("who", ["colleague", "agency_manager", "coordinator"])
def test_only_the_ticker_undoes(action, seen, who):
    actions.mark_done(seen=seen("partner"), item=action)
    with pytest.raises(Refused, match="no longer be undone"):
        actions.undo(seen=seen(who), item=action)


def test_after_that_it_is_reopened_with_a_reason(action, seen):
    actions.mark_done(seen=seen("partner"), item=action)
    actions.reopen(seen=seen("coordinator"), item=action, reason="The appeal was withdrawn.")
    item = fresh(action)
    assert (item.state, item.done_by) == ("open", None)
    assert log_of(item)[-1] == f"Reopened: {item.title}\nThe appeal was withdrawn."
    with pytest.raises(Refused, match="open already"):
        actions.reopen(seen=seen("coordinator"), item=action, reason="Again")


# --- Handing on and back


def test_a_coordinator_gives_an_item_to_an_engaged_agency_and_a_person_there(item_of, seen, actors):
    item = item_of("friends-family")
    actions.assign(
        seen=seen("coordinator"), item=item, agency=actors["youth"].agency, assignee=actors["youth"].user
    )
    item = fresh(item)
    assert (item.agency, item.assignee, item.seen_at) == (actors["youth"].agency, actors["youth"].user, None)
    assert item.tell_at
    assert item.assigned_by == actors["coordinator"].user


def test_an_agency_that_is_not_engaged_gets_nothing(item_of, seen, world):
    with pytest.raises(Refused, match="not engaged"):
        actions.assign(
            seen=seen("coordinator"), item=item_of("friends-family"), agency=world.agencies.housing
        )


def test_a_person_of_another_agency_gets_nothing(item_of, seen, actors):
    with pytest.raises(Refused, match="does not work items"):
        actions.assign(
            seen=seen("coordinator"), item=item_of("friends-family"), agency=actors["youth"].agency,
            assignee=actors["partner"].user,
        )  # fmt: skip


def test_somebody_deactivated_gets_nothing(action, seen, world):
    with pytest.raises(Refused, match="does not work items"):
        actions.assign(
            seen=seen("partner"),
            item=action,
            agency=world.agencies.police,
            assignee=world.cast["deactivated"].user,
        )


def test_a_partner_passes_on_to_a_colleague_and_not_to_another_agency(action, seen, actors):
    actions.assign(
        seen=seen("partner"), item=action, agency=actors["partner"].agency, assignee=actors["colleague"].user
    )
    assert fresh(action).assignee == actors["colleague"].user
    with pytest.raises(Refused, match="Only a coordinator"):
        actions.assign(seen=seen("partner"), item=action, agency=actors["youth"].agency)


def test_not_ours_goes_back_to_the_coordinator(action, seen):
    actions.send_back(seen=seen("partner"), item=action, reason="This is for the press office.")
    item = fresh(action)
    assert (item.agency, item.assignee, item.state) == (None, None, ItemState.OPEN)
    assert item.sent_back_reason == "This is for the press office."
    assert item.tell_at
    with pytest.raises(Refused, match="no longer yours"):
        actions.mark_done(seen=seen("partner"), item=item)


def test_a_coordinator_has_nobody_to_send_it_back_to(item_of, seen):
    with pytest.raises(Refused, match="Only the agency that holds"):
        actions.send_back(seen=seen("coordinator"), item=item_of("develop-plan"), reason="Not mine")


def test_a_manager_moves_the_due_time_and_a_practitioner_does_not(action, seen):
    at = clock.now() + timedelta(hours=5)
    with pytest.raises(Refused, match="not yours to move"):
        actions.set_due(seen=seen("partner"), item=action, due_at=at, reason="Busy")
    actions.set_due(seen=seen("agency_manager"), item=action, due_at=at, reason="Staff arrive at six.")
    assert fresh(action).due_at == at
    assert log_of(action)[0].startswith("Due time moved to")


def test_several_items_are_given_to_one_colleague(seen, actors, incident):
    items = list(ChecklistItem.objects.filter(incident=incident, agency=actors["partner"].agency)[:5])
    actions.mark_done(seen=seen("partner"), item=next(i for i in items if i.kind == "action"))
    moved = actions.reassign(actor=actors["agency_manager"], items=items, assignee=actors["colleague"].user)
    assert moved == 4
    assert ChecklistItem.objects.filter(assignee=actors["colleague"].user).count() == 4


def test_items_of_others_are_not_reassigned(actors, incident):
    items = list(ChecklistItem.objects.filter(incident=incident, agency=actors["coordinator"].agency)[:3])
    assert (
        actions.reassign(actor=actors["agency_manager"], items=items, assignee=actors["colleague"].user) == 0
    )


# --- Local items, notes


def test_a_coordinator_adds_an_item_of_their_own(seen, actors):
    item = actions.add_local_item(
        seen=seen("coordinator"), phase="community", title="Open the community hall", section="community",
        agency=actors["youth"].agency, due_at=clock.now() + timedelta(hours=6),
    )  # fmt: skip
    assert (item.source, item.agency, item.kind) == ("local", actors["youth"].agency, "action")
    assert item.history.count() == 1
    assert log_of(item) == ["Item added: Open the community hall. For Northmere Youth Service."]


@pytest.mark.parametrize("who", ["partner", "agency_manager"])
def test_nobody_else_does(seen, who):
    with pytest.raises(Refused, match="Only a coordinator"):
        actions.add_local_item(seen=seen(who), phase="community", title="Anything", section="community")


def test_a_recurring_item_says_how_often(seen):
    with pytest.raises(Refused, match="how often"):
        actions.add_local_item(
            seen=seen("coordinator"), phase="community", title="Look", section="community", kind="recurring"
        )


# --- The rule is asked again


@pytest.mark.parametrize("verb", [actions.mark_done, actions.undo])
def test_an_agency_that_was_stood_down_meanwhile_is_refused(action, seen, actors, verb):
    before = seen("partner")
    engagement = Engagement.objects.get(incident=action.incident, agency=actors["partner"].agency)
    stand_down(engagement=engagement, by=actors["coordinator"], reason="Done")
    with pytest.raises(Refused, match="no longer part"):
        verb(seen=before, item=action)


def test_an_item_that_was_passed_on_meanwhile_is_refused(action, seen, actors):
    before = seen("partner")
    actions.assign(seen=seen("coordinator"), item=action, agency=actors["youth"].agency)
    with pytest.raises(Refused, match="no longer yours"):
        actions.mark_done(seen=before, item=action)


def test_a_closed_incident_takes_no_tick(action, seen, actors):
    before = seen("partner")
    close(incident=action.incident, by=actors["coordinator"], reason="Over")
    with pytest.raises(Refused, match="no longer yours"):
        actions.mark_done(seen=before, item=action)


# --- Seen


def test_the_first_look_of_the_agency_that_holds_it_is_kept(action, seen, actors):
    for who in ("coordinator", "youth"):
        actions.mark_seen(seen=seen(who), item=fresh(action))
    assert fresh(action).seen_at is None
    actions.mark_seen(seen=seen("partner"), item=fresh(action))
    actions.mark_seen(seen=seen("colleague"), item=fresh(action))
    item = fresh(action)
    assert (item.seen_by, item.progress) == (actors["partner"].user, "seen")
    assert item.history.count() == 1


# --- Contact items follow the clocks


def test_a_contact_item_follows_its_clocks(item_of, incident, actors, seen):
    item = item_of("contact-made-48h")
    with pytest.raises(Refused, match="each young person"):
        actions.mark_done(seen=seen("coordinator"), item=item)
    actions.settle_contact_item(
        incident=incident, kind="contact_made", clocks=1, running=[], by=actors["youth"]
    )
    assert (fresh(item).state, fresh(item).done_by) == ("done", actors["youth"].user)
    version = fresh(item).version
    actions.settle_contact_item(
        incident=incident, kind="contact_made", clocks=1, running=[], by=actors["youth"]
    )
    assert fresh(item).version == version
    actions.settle_contact_item(
        incident=incident, kind="contact_made", clocks=1, running=[clock.now()], by=actors["coordinator"]
    )
    assert (fresh(item).state, fresh(item).done_at) == ("open", None)
    assert [text.split(",")[0] for text in log_of(item)] == ["Done", "Open again"]


def test_a_contact_item_that_is_not_needed_stays_so(item_of, incident, actors, seen):
    item = item_of("contact-made-48h")
    actions.not_needed(seen=seen("coordinator"), item=item, reason="Nobody is under 25.")
    assert (
        actions.settle_contact_item(
            incident=incident, kind="contact_made", clocks=1, running=[], by=actors["youth"]
        )
        is None
    )
    assert fresh(item).state == "not_needed"


def test_a_contact_item_that_was_not_needed_is_undone_or_reopened(item_of, incident, actors, seen):
    item = item_of("contact-made-48h")
    actions.not_needed(seen=seen("coordinator"), item=item, reason="Nobody is under 25.")
    actions.undo(seen=seen("coordinator"), item=item)
    assert fresh(item).is_open
    actions.not_needed(seen=seen("coordinator"), item=item, reason="Nobody is under 25.")
    actions.reopen(seen=seen("coordinator"), item=item, reason="Somebody is.")
    actions.settle_contact_item(
        incident=incident, kind="contact_made", clocks=1, running=[], by=actors["youth"]
    )
    with pytest.raises(Refused, match="when a contact clock runs"):
        actions.reopen(seen=seen("coordinator"), item=item, reason="By hand")


def test_an_incident_without_the_item_has_nothing_to_settle(incident, actors):
    assert (
        actions.settle_contact_item(
            incident=incident, kind="golden_hour", clocks=1, running=[], by=actors["partner"]
        )
        is None
    )


def test_an_ordinary_item_is_done_by_its_agency_with_a_file(action, seen):
    from checklists.actions.evidence import check_file

    actions.mark_done(seen=seen("partner"), item=action, file=check_file(upload()))
    assert "File: scene.jpg" in log_of(action)[0]
    assert sight(seen("partner").actor, action.incident)
