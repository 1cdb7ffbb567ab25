"""What an incident opens with, and what is added when more is known."""

from datetime import UTC, datetime, timedelta

import pytest

from checklists.actions import add_offered, open_for_traits
from checklists.durations import due_after, next_school_day
from checklists.models import ChecklistItem, OfferedItem, OpenedWith
from incidents.models import LogEntry, Trait
from svit import clock
from svit.refused import Refused
from tests.conftest import log_one

pytestmark = pytest.mark.django_db


def keys(incident):
    return set(incident.items.values_list("template_item__key", flat=True))


def offered(incident):
    return set(OfferedItem.objects.filter(incident=incident).values_list("template_item__key", flat=True))


def test_what_fits_opens_and_the_rest_is_offered(toolkit, actors):
    incident = log_one(actors["coordinator"], young_people=0, custody=False, hospital=False)
    assert keys(incident).isdisjoint(offered(incident))
    assert len(keys(incident)) + len(offered(incident)) == 66
    assert "contact-made-48h" in offered(incident)
    assert "cross-borough" in keys(incident)


def test_a_trait_that_is_not_known_opens_its_items(toolkit, actors):
    incident = log_one(actors["coordinator"], young_people=None)
    assert "young_person?" in incident.traits
    assert "contact-made-48h" in keys(incident)


def test_items_fall_due_from_when_the_incident_was_logged(toolkit, actors):
    incident = log_one(actors["coordinator"])
    for item in incident.items.filter(follows_clocks=False).select_related("template_item"):
        assert item.due_at == due_after(item.template_item.due, incident.logged_at)


def test_each_opened_item_has_its_history_and_its_author(toolkit, actors):
    incident = log_one(actors["coordinator"])
    for item in incident.items.all():
        row = item.history.get()
        assert row.history_user == actors["coordinator"].user
        reason = f"Opened with {item.template_item.template}" if item.is_open else "Answered by the log form"
        assert row.history_change_reason == reason


def test_what_the_partnership_usually_does_is_its_own_at_once(toolkit, actors):
    incident = log_one(actors["coordinator"])
    own = incident.items.filter(suggested_to="community_safety")
    assert own.count() > 10
    assert set(own.values_list("agency", flat=True)) == {actors["coordinator"].agency.pk}
    assert not incident.items.exclude(suggested_to="community_safety").filter(agency__isnull=False).exists()


def test_opening_is_in_the_log(toolkit, actors):
    incident = log_one(actors["coordinator"])
    entry = LogEntry.objects.get(incident=incident, kind="logged")
    assert f"Checklist opened: {incident.items.count()} items" in entry.words.text
    assert OpenedWith.objects.filter(incident=incident).exists()


def test_more_that_became_known_opens_its_items_once(toolkit, actors):
    incident = log_one(actors["coordinator"], young_people=0, custody=False, hospital=False)
    before = keys(incident)
    items = open_for_traits(incident=incident, by=actors["coordinator"], traits=[Trait.YOUNG_PERSON])
    assert keys(incident) - before == {item.template_item.key for item in items}
    assert "contact-made-48h" in keys(incident)
    assert all(clock.now() - item.opened_at < timedelta(minutes=1) for item in items)
    assert open_for_traits(incident=incident, by=actors["coordinator"], traits=[Trait.YOUNG_PERSON]) == []


def test_an_offered_item_is_added_once(toolkit, actors):
    incident = log_one(actors["coordinator"])
    row = OfferedItem.objects.filter(incident=incident).first()
    item = add_offered(incident=incident, by=actors["coordinator"], template_item=row.template_item)
    assert item.template_item == row.template_item
    with pytest.raises(Refused, match="already added"):
        add_offered(incident=incident, by=actors["coordinator"], template_item=row.template_item)
    assert ChecklistItem.objects.filter(incident=incident, template_item=row.template_item).count() == 1


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (datetime(2026, 6, 6, 1, tzinfo=UTC), datetime(2026, 6, 8, 8, tzinfo=UTC)),  # Saturday night: Monday
        (
            datetime(2026, 6, 8, 1, tzinfo=UTC),
            datetime(2026, 6, 8, 8, tzinfo=UTC),
        ),  # Monday 2am: that morning
        (datetime(2026, 6, 8, 8, tzinfo=UTC), datetime(2026, 6, 9, 8, tzinfo=UTC)),  # 9am itself: tomorrow
        (datetime(2026, 1, 9, 12, tzinfo=UTC), datetime(2026, 1, 12, 9, tzinfo=UTC)),  # Friday noon in winter
        (
            datetime(2026, 3, 27, 12, tzinfo=UTC),
            datetime(2026, 3, 30, 8, tzinfo=UTC),
        ),  # over the clock change
    ],
)
def test_the_next_school_day_begins_at_nine_in_london(at, opens):
    assert next_school_day(at) == opens


@pytest.mark.parametrize("text", ["", "P", "PT", "4 hours", "-PT4H", "PT0S", "P-1D", "1 00:00:00"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="is no duration"):
        due_after(text, clock.now())
