"""Contact items follow the clocks of the people."""

import pytest

from checklists import actions
from svit import clock
from svit.refused import Refused
from tests.checklists.conftest import fresh, log_of

pytestmark = pytest.mark.django_db


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
