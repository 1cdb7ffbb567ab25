"""Contact clocks: an attempt is not a contact, and a miss stays a miss."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from checklists.actions import mark_done
from checklists.models import ChecklistItem, ClockKind, ItemState
from incidents import access
from incidents.models import Entry, LogEntry, Sensitivity
from reminders.actions import sweep
from reminders.models import Notification
from response.access import visible_people
from response.actions import (
    add_person,
    change_person,
    explain_miss,
    mark_missed,
    move_start,
    record_contact,
    seal_person,
)
from response.models import ContactAttempt, ContactClock, Person
from response.reminders import FirstAttempt
from svit import clock
from svit.refused import Refused


def of(person, kind):
    return ContactClock.objects.get(person=person, kind=kind)


def test_an_attempt_meets_the_attempt_clock_and_never_the_contact_clock(person, by):
    record_contact(person=person, by=by, outcome="attempted", method="visit")
    assert of(person, ClockKind.FIRST_ATTEMPT).met_at
    assert not of(person, ClockKind.CONTACT_MADE).met_at


def test_contact_made_meets_both(person, by):
    record_contact(person=person, by=by, outcome="made", method="visit")
    assert of(person, ClockKind.FIRST_ATTEMPT).met_at
    assert of(person, ClockKind.CONTACT_MADE).met_at


def test_the_contact_item_is_done_when_each_persons_clock_is_met(incident, person, by):
    item = ChecklistItem.objects.get(incident=incident, clock_kind=ClockKind.CONTACT_MADE)
    record_contact(person=person, by=by, outcome="made", method="visit")
    item.refresh_from_db()
    assert item.state == ItemState.OPEN
    other = Person.objects.select_related("entry__incident").filter(entry__incident=incident)[1]
    record_contact(person=other, by=by, outcome="made", method="telephone")
    item.refresh_from_db()
    assert item.state == ItemState.DONE


def test_a_batch_of_a_sweep_that_breaks_writes_each_miss_once(people, clock_of, logged, monkeypatch):
    """The second clock breaks when the first was marked already: it is all taken back, and said row by row."""
    first, second = (clock_of(person, ClockKind.FIRST_ATTEMPT) for person in people[:2])
    say = FirstAttempt.say

    def break_one(kind, row, now):
        if row.pk == second.pk:
            raise ZeroDivisionError
        return say(kind, row, now)

    due = max(first.due_at, second.due_at)
    monkeypatch.setattr(FirstAttempt, "say", break_one)
    sweep(due)
    now = clock_of(people[0], ClockKind.FIRST_ATTEMPT)
    assert (now.missed_at, now.version) == (first.due_at, first.version + 1)
    assert not clock_of(people[1], ClockKind.FIRST_ATTEMPT).missed_at
    assert logged().count("clock missed, First contact attempted") == 1
    said = Notification.objects.filter(subject=first.uuid)
    assert said.count() == said.values("recipient").distinct().count() > 0
    monkeypatch.undo()
    sweep(due + timedelta(minutes=1))
    assert clock_of(people[1], ClockKind.FIRST_ATTEMPT).missed_at == second.due_at
    assert logged().count("clock missed, First contact attempted") == 2


def test_a_miss_survives_a_change_of_start(person, by):
    row = of(person, ClockKind.CONTACT_MADE)
    with clock.at(row.due_at + timedelta(minutes=1)):
        mark_missed(clock=row, by=by)
        moved = move_start(
            clock_row=row, by=by, started_at=clock.now() - timedelta(hours=1), event="Hospital"
        )
    assert moved.missed_at is not None
    assert not moved.estimated


def test_an_earlier_contact_written_later_is_met_and_says_so(person, by):
    row = of(person, ClockKind.CONTACT_MADE)
    with clock.at(row.due_at + timedelta(hours=3)):
        mark_missed(clock=row, by=by)
        record_contact(
            person=person, by=by, outcome="made", method="visit", occurred_at=row.due_at - timedelta(hours=1),
            late_reason="The worker was with the family", missed_cause="Not written down", new_plan="Weekly visits",
        )  # fmt: skip
        row.refresh_from_db()
        assert row.state(clock.now()) == "met_late"
        assert row.missed_at


def test_a_miss_takes_a_cause_and_a_plan(person, by):
    row = of(person, ClockKind.CONTACT_MADE)
    with pytest.raises(Refused):
        explain_miss(clock_row=row, by=by, missed_cause="x", new_plan="y")
    with clock.at(row.due_at):
        mark_missed(clock=row, by=by)
        row = explain_miss(clock_row=row, by=by, missed_cause="No address", new_plan="Through the school")
    assert row.missed_cause == "No address"


def test_an_attempt_is_never_changed(person, by):
    record_contact(person=person, by=by, outcome="attempted", method="visit")
    with pytest.raises(DatabaseError), transaction.atomic():
        ContactAttempt.objects.update(outcome="made")


def test_a_death_ends_the_clocks(seen, person, by):
    change_person(seen=seen, person=person, version=None, died_at=clock.now())
    assert all(row.stopped_at for row in ContactClock.objects.filter(person=person))
    person.refresh_from_db()
    with pytest.raises(Refused):
        record_contact(person=person, by=by, outcome="made", method="visit")


def test_a_child_in_custody_gets_the_golden_hour(seen):
    person = add_person(
        seen=seen, event="Booked in", started_at=clock.now() - timedelta(minutes=5), role="suspect",
        age_band="child", setting="custody",
    )  # fmt: skip
    row = of(person, ClockKind.GOLDEN_HOUR)
    assert row.due_at - row.started_at == timedelta(hours=1)
    assert not row.estimated


def test_two_people_change_different_fields_and_both_stand(seen, person):
    version = person.version
    change_person(seen=seen, person=person, version=version, role="victim")
    again = Person.objects.select_related("entry__incident").get(pk=person.pk)
    change_person(seen=seen, person=again, version=version, setting="hospital", role="not_known")
    again.refresh_from_db()
    assert (again.role, again.setting) == ("victim", "hospital")


def test_the_same_field_asks(seen, person):
    version = person.version
    change_person(seen=seen, person=person, version=version, role="victim")
    again = Person.objects.select_related("entry__incident").get(pk=person.pk)
    with pytest.raises(Refused):
        change_person(seen=seen, person=again, version=version, role="suspect")


class TestSealed:
    """Nobody but the holders learns of a sealed person."""

    @pytest.fixture
    def sealed(self, seen, actors):
        return add_person(
            seen=seen, event="", started_at=None, sealed=True, holders=[actors["csp_manager"].user], role="witness",
            age_band="child", setting="elsewhere", name="A hidden name",
        )  # fmt: skip

    def test_leaves_no_gap_in_the_numbers_of_the_others(self, seen, sealed):
        after = add_person(
            seen=seen, event="", started_at=None, role="family", age_band="adult", setting="home"
        )
        numbers = [person.number for person in Person.objects.exclude(pk=sealed.pk)]
        assert len(set(numbers)) == len(numbers)
        assert sealed.number not in numbers
        assert after.number >= 10, "drawn, and no next in an order"

    @pytest.mark.parametrize("others_met", [True, False])
    def test_the_act_of_sealing_writes_nothing_that_tells(self, incident, seen, by, actors, others_met):
        first, second = Person.objects.select_related("entry__incident").filter(entry__incident=incident)
        if others_met:
            record_contact(person=second, by=by, outcome="made", method="visit")
        logged = LogEntry.objects.filter(incident=incident).count()
        items = set(ChecklistItem.objects.filter(incident=incident).values_list("pk", "version", "state"))
        seal_person(seen=seen, person=first, holders=[actors["csp_manager"].user], reason="At risk")
        assert LogEntry.objects.filter(incident=incident).count() == logged
        assert (
            set(ChecklistItem.objects.filter(incident=incident).values_list("pk", "version", "state"))
            == items
        )
        item = ChecklistItem.objects.get(incident=incident, clock_kind=ClockKind.CONTACT_MADE)
        assert item.follows_clocks is not others_met
        assert (item.due_at is None) is others_met

    def test_a_contact_item_whose_clocks_are_all_sealed_is_an_item_like_any_other(
        self, incident, seen, by, actors
    ):
        for person in Person.objects.select_related("entry__incident").filter(entry__incident=incident):
            seal_person(seen=seen, person=person, holders=[actors["csp_manager"].user], reason="At risk")
        item = ChecklistItem.objects.get(incident=incident, clock_kind=ClockKind.CONTACT_MADE)
        mark_done(seen=seen, item=item)
        item.refresh_from_db()
        assert item.state == ItemState.DONE

    def test_needs_a_second_holder(self, seen):
        with pytest.raises(Refused):
            add_person(seen=seen, event="", started_at=None, sealed=True, role="witness", age_band="child",
                       setting="elsewhere")  # fmt: skip

    @pytest.mark.parametrize(("who", "knows"), [("coordinator", True), ("csp_manager", True),
                                                ("second_coordinator", False), ("youth", False)])  # fmt: skip
    def test_is_known_to_the_holders_alone(self, incident, sealed, actors, who, knows):
        seen = access.sight(actors[who], incident)
        assert visible_people(seen).filter(pk=sealed.pk).exists() is knows
        assert access.visible_log(seen).filter(about_uuid=sealed.entry.uuid).exists() is knows

    def test_sealing_later_hides_what_was_logged(self, incident, seen, person, actors, by):
        record_contact(person=person, by=by, outcome="attempted", method="visit")
        other = access.sight(actors["youth"], incident)
        assert access.visible_log(other).filter(about_uuid=person.entry.uuid).exists()
        seal_person(seen=seen, person=person, holders=[actors["csp_manager"].user], reason="At risk")
        assert Entry.objects.get(pk=person.pk).sensitivity == Sensitivity.SEALED
        assert not access.visible_log(other).filter(about_uuid=person.entry.uuid).exists()

    def test_its_clocks_hold_no_contact_item_open(self, incident, sealed, by):
        people = Person.objects.select_related("entry__incident").filter(entry__incident=incident)
        for person in people.exclude(pk=sealed.pk):
            record_contact(person=person, by=by, outcome="made", method="visit")
        assert (
            ChecklistItem.objects.get(incident=incident, clock_kind=ClockKind.CONTACT_MADE).state
            == ItemState.DONE
        )

    def test_an_act_on_its_clocks_moves_no_item_of_others(self, incident, sealed, people, actors, by):
        """What an item has to catch up on is not written down at the minute of an act that nobody may know of."""
        others = [person for person in people if person.pk != sealed.pk]
        for person in others:
            record_contact(person=person, by=by, outcome="attempted", method="visit")
        ContactClock.objects.filter(person__in=others).update(missed_at=clock.now() - timedelta(hours=1))
        other = access.sight(actors["second_coordinator"], incident)
        before = access.visible_log(other).count()
        record_contact(person=sealed, by=by, outcome="attempted", method="visit")
        assert access.visible_log(other).count() == before
