"""Who sees and works which item, as truth tables."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from checklists import access, queries
from checklists.models import ChecklistItem
from incidents.access import ReasonNeeded, sight
from incidents.actions import engage, give_reason
from incidents.models import Entry, RecordGrant
from incidents.sections import default_sections

pytestmark = pytest.mark.django_db

# Of an item that the police hold, in the section general.
TABLE = {
    #                      see   work  assign due   send  record
    "coordinator":        (True, True, True, True, False, True),
    "csp_manager":        (True, True, True, True, False, True),
    "partner":            (True, True, True, False, True, False),
    "colleague":          (True, True, True, False, True, False),
    "agency_manager":     (True, True, True, True, True, False),
    "youth":              (True, False, False, False, False, False),
    "stranger":           (False, False, False, False, False, False),
    "other_coordinator":  (False, False, False, False, False, False),
    "administrator":      (False, False, False, False, False, False),
    "superuser":          (False, False, False, False, False, False),
}  # fmt: skip


def door(actor, item, to=None):
    """What the door answers: 200, 403 or 404."""
    try:
        access.get_item(actor, item.incident.uuid, item.uuid, to=to)
    except PermissionDenied:
        return 403
    except Http404:
        return 404
    return 200


@pytest.mark.parametrize("who", TABLE)
def test_the_door_of_an_item(action, actors, who):
    sees, *rules = TABLE[who]
    assert door(actors[who], action) == (200 if sees else 404)
    doors = (
        access.can_work,
        access.can_assign,
        access.can_reschedule,
        access.can_send_back,
        access.can_record_for,
    )
    for rule, allowed in zip(doors, rules, strict=True):
        assert door(actors[who], action, rule) == (200 if allowed else 403 if sees else 404), rule.__name__


@pytest.mark.parametrize("who", TABLE)
def test_lists_agree_with_the_door(incident, actors, who):
    """What `items_seen` and `visible_items` list is what the door opens, item by item."""
    seen = sight(actors[who], incident)
    listed = set(access.items_seen(seen)) if seen else set()
    everywhere = set(access.visible_items(actors[who]).filter(incident=incident))
    opened = {
        item for item in ChecklistItem.objects.filter(incident=incident) if door(actors[who], item) == 200
    }
    assert listed == opened
    assert everywhere == opened


def test_a_governance_officer_reads_after_giving_a_reason_and_works_nothing(action, actors):
    governor = actors["governance"]
    with pytest.raises(ReasonNeeded):
        access.get_item(governor, action.incident.uuid, action.uuid)
    assert not access.visible_items(governor).exists()
    give_reason(incident=action.incident, by=governor, reason="audit", text="Yearly review")
    assert door(governor, action) == 200
    assert door(governor, action, access.can_work) == 403
    assert access.visible_items(governor).filter(pk=action.pk).exists()


def test_an_item_of_another_section_shows_to_the_agency_that_holds_it_alone(item_of, actors, world):
    item = item_of("discharge")
    assert door(actors["youth"], item) == 404
    ChecklistItem.objects.filter(pk=item.pk).update(agency=world.agencies.youth)
    assert door(actors["youth"], item, access.can_work) == 200


def test_a_restricted_item_shows_that_it_exists_and_no_more(action, actors, incident):
    ChecklistItem.objects.filter(pk=action.pk).update(sensitivity="restricted")
    assert door(actors["youth"], action) == 403
    assert door(actors["partner"], action) == 200
    assert door(actors["coordinator"], action) == 200
    row = next(
        item for item in queries.phase_items(sight(actors["youth"], incident), action.phase) if item == action
    )
    assert row.masked


@pytest.fixture
def sealed(action, actors, incident):
    entry = Entry.objects.filter(incident=incident, kind="person").first()
    ChecklistItem.objects.filter(pk=action.pk).update(sensitivity="sealed", about=entry)
    RecordGrant.objects.create(
        entry=entry, user=actors["colleague"].user, given_by=actors["coordinator"].user
    )
    return ChecklistItem.objects.select_related("incident").get(pk=action.pk)


@pytest.mark.parametrize(
    ("who", "status"), [("colleague", 200), ("partner", 404), ("coordinator", 404), ("youth", 404)]
)
def test_a_sealed_item_is_its_holders_alone(sealed, actors, who, status):
    assert door(actors[who], sealed) == status
    assert access.visible_items(actors[who]).filter(pk=sealed.pk).exists() is (status == 200)


def test_a_sealed_item_counts_nowhere(action, actors, incident, request):
    before = {
        who: queries.phase_progress(sight(actors[who], incident)) for who in ("coordinator", "colleague")
    }
    sealed = request.getfixturevalue("sealed")
    for who, counts in before.items():
        after = queries.phase_progress(sight(actors[who], incident))
        assert after[sealed.phase].total == counts[sealed.phase].total - 1
    assert queries.overdue_counts(actors["partner"], [incident]).get(incident.pk, 0) == 0


def test_two_boroughs_and_two_incidents_stay_apart(incident, actors, world):
    """Each sees the incidents that their agency is in, whichever borough owns them."""
    from tests.conftest import log_one

    theirs = log_one(actors["other_coordinator"])
    assert not access.visible_items(actors["coordinator"]).filter(incident=theirs).exists()
    assert not access.visible_items(actors["partner"]).filter(incident=theirs).exists()
    engage(
        incident=theirs, agency=world.agencies.police, by=actors["other_coordinator"], reason="Shared",
        sections=default_sections("police"),
    )  # fmt: skip
    assert access.visible_items(actors["partner"]).filter(incident=theirs).exists()
    assert not access.visible_items(actors["youth"]).filter(incident=theirs).exists()


def test_what_the_agency_has_to_do_is_its_own(incident, actors):
    work = access.visible_work(actors["partner"])
    assert set(work.values_list("agency", flat=True)) == {actors["partner"].agency.pk}
    assert not access.visible_work(actors["stranger"]).exists()
    assert not access.visible_work(actors["administrator"]).exists()
    assert not access.visible_work(actors["governance"]).exists()
