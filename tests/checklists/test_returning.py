"""Undoing within ten minutes, and reopening after that."""

from datetime import timedelta

import pytest

from checklists import actions
from checklists.access import UNDO_FOR
from svit import clock
from svit.refused import Refused
from tests.checklists.conftest import fresh, log_of

pytestmark = pytest.mark.django_db


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
