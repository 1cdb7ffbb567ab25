"""A death ends clocks. It makes nobody's contact, hides no miss, and one entered by mistake is taken back whole."""

from datetime import timedelta

import pytest
from django.urls import reverse

from checklists.actions import reopen
from response.actions import add_person, change_person, mark_missed, record_contact, start_clock
from response.actions.clocks import DIED
from response.models import ContactClock, Person
from response.pack import figures
from response.queries import STATES, card, lead_words, state_of
from svit import clock
from svit.refused import Refused


@pytest.fixture
def dies(seen):
    """`dies(person)`, or at another time; `dies(person, None)` takes it back."""

    def change(person, at="now"):
        return change_person(
            seen=seen, person=person, version=None, died_at=clock.now() if at == "now" else at
        )

    return change


def test_where_all_clocks_ended_the_item_is_not_needed_and_never_done(people, dies, contact_item, logged):
    for person in people:
        dies(person)
    item = contact_item()
    assert item.state == "not_needed"
    assert item.not_needed_reason == "No contact clock runs any longer."
    assert f"Not needed: {item.title}\nNo contact clock runs any longer." in logged()
    assert "Done, because" not in logged()


def test_a_death_leaves_the_item_to_the_clocks_that_run(person, other, dies, by, contact_item, logged):
    dies(person)
    assert contact_item().is_open
    record_contact(person=other, by=by, outcome="made", method="visit")
    assert contact_item().state == "done"
    assert "Done, because each clock that did not end unmet is met" in logged()


def test_an_item_that_the_clocks_ended_comes_back_when_one_runs_again(people, dies, seen, contact_item):
    for person in people:
        dies(person)
    add_person(seen=seen, event="", started_at=None, role="friend", age_band="child", setting="home")
    item = contact_item()
    assert (item.state, item.not_needed_reason, item.done_at) == ("open", "", None)
    assert item.follows_clocks


def test_what_the_clocks_ended_may_be_reopened_by_hand_and_stays_open(people, dies, seen, contact_item):
    dies(people[0])
    dies(people[1])
    reopen(seen=seen, item=contact_item(), reason="The family is to be seen")
    change_person(seen=seen, person=people[0], version=None, died_at=clock.now() - timedelta(minutes=5))
    item = contact_item()
    assert (item.state, item.follows_clocks) == ("open", False)


def test_met_late_is_not_said_to_be_met_simply(person, other, by, clock_of, logged):
    record_contact(person=other, by=by, outcome="made", method="visit")
    with clock.at(clock_of(person).due_at + timedelta(hours=2)):
        record_contact(
            person=person,
            by=by,
            outcome="made",
            method="visit",
            missed_cause="No address",
            new_plan="By school",
        )
    assert "Done, because each young person's clock is met, 1 of them late" in logged()
    assert "Done, because each young person's clock is met:" not in logged()


class TestAMissAndADeath:
    """Missed, then ended."""

    @pytest.fixture
    def row(self, person, by, dies, clock_of):
        now = clock_of(person).due_at + timedelta(hours=1)
        with clock.at(now):
            for kind in ("first_attempt", "contact_made"):
                mark_missed(clock=clock_of(person, kind), by=by)
            dies(person)
        return clock_of(person)

    def test_shows_both(self, row, incident):
        now = row.stopped_at + timedelta(days=3)
        assert state_of(row, now) == "missed_ended"
        assert lead_words(row, now) == "Missed, then ended"
        shown = card(row, [], now, incident)
        assert shown["state"] == STATES["missed_ended"]
        assert "Missed, then ended" in shown["picture"]
        assert ">ended</text>" in shown["picture"]
        assert ">now</text>" not in shown["picture"]

    def test_counts_in_the_figures_as_not_reached(self, row, people, clock_of):
        for one in people:
            one.age_band = "child"
        rows = [clock_of(one) for one in people]
        found = figures({one.pk: one for one in people}, rows, row.stopped_at)
        assert [one["figure"] for one in found] == ["0 of 2", "0 of 2"]

    def test_a_death_after_its_due_time_is_a_miss_though_nobody_had_marked_it(
        self, other, dies, clock_of, logged
    ):
        with clock.at(clock_of(other).due_at + timedelta(hours=3)):
            dies(other, clock_of(other).due_at + timedelta(hours=1))
        assert clock_of(other).missed_at == clock_of(other).due_at
        assert f"{other.label}: clock missed, Contact made, 48 h." in logged()

    def test_a_death_before_it_is_none(self, other, dies, clock_of):
        with clock.at(clock_of(other).due_at + timedelta(hours=3)):
            dies(other, clock_of(other).due_at - timedelta(hours=1))
        assert clock_of(other).state(clock.now()) == "stopped"


class TestTakenBack:
    """The child lives, and the clocks run as if nothing had been entered."""

    def test_the_clocks_run_with_their_old_times(self, person, dies, clock_of, logged):
        before = clock_of(person)
        dies(person)
        person.refresh_from_db()
        dies(person, None)
        row = clock_of(person)
        assert row.running
        assert (row.started_at, row.due_at, row.stopped_reason) == (before.started_at, before.due_at, "")
        assert row.remind_at == before.remind_at
        assert f"{person.label}: contact clocks run again" in logged()

    def test_what_ran_out_meanwhile_is_missed_and_logged(self, person, dies, clock_of, logged):
        dies(person)
        with clock.at(clock_of(person).due_at + timedelta(hours=1)):
            person.refresh_from_db()
            dies(person, None)
        row = clock_of(person)
        assert row.running
        assert row.missed_at == row.due_at
        assert f"{person.label}: clock missed, Contact made, 48 h." in logged()

    def test_the_items_open_again(self, people, dies, contact_item, logged):
        for person in people:
            dies(person)
        people[0].refresh_from_db()
        dies(people[0], None)
        assert contact_item().is_open
        assert "Open again, because a contact clock is running" in logged()

    def test_what_ended_for_another_reason_stays_ended(self, person, dies, clock_of):
        ContactClock.objects.filter(person=person).update(
            stopped_at=clock.now(), stopped_reason="Moved abroad"
        )
        dies(person)
        person.refresh_from_db()
        dies(person, None)
        assert clock_of(person).stopped_reason == "Moved abroad" != DIED


class TestOnThePage:
    """The death is confirmed, and nothing is offered that it forbids."""

    @pytest.fixture
    def page(self, client, cast, incident, person):
        client.force_login(cast["coordinator"])
        args = [incident.uuid, person.uuid]

        def ask(name, data=None, **options):
            url = reverse(name, args=args)
            return client.get(url, **options) if data is None else client.post(url, data, **options)

        return ask

    @pytest.fixture
    def answers(self):
        died = clock.local(clock.now() - timedelta(minutes=10))
        return {
            "role": "not_known", "age_band": "child", "setting": "not_known", "version": 1, "died_at_0": died.day,
            "died_at_1": died.month, "died_at_2": died.year, "died_at_3": died.strftime("%H:%M"),
        }  # fmt: skip

    def test_a_death_is_saved_only_with_the_confirmation(self, page, answers, person):
        refused = page("change-family", answers).content.decode()
        assert "Confirm that this person has died" in refused
        assert 'name="death_confirmed"' in refused
        assert Person.objects.get(pk=person.pk).died_at is None
        done = page("change-family", answers | {"death_confirmed": "on"}, follow=True).content.decode()
        assert Person.objects.get(pk=person.pk).died_at
        assert "The contact clocks have ended." in done

    def test_clearing_it_needs_none_and_says_what_happened(self, page, answers, person):
        page("change-family", answers | {"death_confirmed": "on"})
        assert "death_confirmed" not in page("change-family").content.decode()
        cleared = {name: value for name, value in answers.items() if not name.startswith("died")}
        done = page("change-family", cleared | {"version": 2}, follow=True).content.decode()
        assert "run again" in done
        assert not ContactClock.objects.filter(person=person, stopped_at__isnull=False).exists()

    def test_the_dead_are_offered_no_clock_and_no_contact(self, page, answers, person):
        page("change-family", answers | {"death_confirmed": "on"}, follow=True)
        shown = page("person").content.decode()
        for words in ("Start a clock", "Record contact", "Record attempt", "Put the start right"):
            assert words not in shown
        for name in ("record-contact", "add-clock"):
            answer = page(name)
            assert answer.status_code == 302
            assert "has died" in page("person").content.decode()


def test_no_clock_starts_for_the_dead(person, dies, by):
    dies(person)
    with pytest.raises(Refused, match="has died"):
        start_clock(person=person, kind="golden_hour", by=by, event="Booked in", started_at=clock.now())


def test_a_child_that_died_in_custody_gets_no_golden_hour(seen):
    person = add_person(
        seen=seen, event="", started_at=None, role="suspect", age_band="child", setting="custody",
        died_at=clock.now(),
    )  # fmt: skip
    assert not person.clocks.exists()
