"""Items of a coordinator's own, and the first look of the agency that holds one."""

from datetime import timedelta

import pytest

from checklists import actions
from svit import clock
from svit.refused import Refused
from tests.checklists.conftest import fresh, log_of

pytestmark = pytest.mark.django_db


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


def test_the_first_look_of_the_agency_that_holds_it_is_kept(action, seen, actors):
    for who in ("coordinator", "youth"):
        actions.mark_seen(seen=seen(who), item=fresh(action))
    assert fresh(action).seen_at is None
    actions.mark_seen(seen=seen("partner"), item=fresh(action))
    actions.mark_seen(seen=seen("colleague"), item=fresh(action))
    item = fresh(action)
    assert (item.seen_by, item.progress) == (actors["partner"].user, "seen")
    assert item.history.count() == 1
