"""What meets a clock, and what only seems to: contact from before its event, late contact, a start put right."""

from datetime import timedelta

import pytest
from django.urls import reverse

from incidents.models import LogEntry
from response.actions import (
    assign_clock,
    mark_missed,
    meet_by_word,
    move_start,
    record_contact,
    refer,
    start_clock,
)
from response.models import ContactAttempt
from response.queries import contact_words, lead_words
from svit import clock
from svit.refused import Refused
from tests.conftest import log_one

HOUR = timedelta(hours=1)
WHY = {"missed_cause": "No address", "new_plan": "Through the school"}


@pytest.fixture
def early(person, by, clock_of):
    """Contact an hour before the event that the clocks run from."""
    at = clock_of(person).started_at - HOUR
    return record_contact(
        person=person, by=by, outcome="made", method="visit", occurred_at=at, late_reason="Told only now"
    )


class TestBeforeTheEvent:
    def test_is_recorded_and_meets_nothing(self, early, person, clock_of, logged):
        assert ContactAttempt.objects.get() == early
        assert clock_of(person).running
        assert clock_of(person, "first_attempt").running
        assert f"{person.label}: Contact made, 48 h runs on." in logged()
        assert "before the start of a clock, which runs on" in contact_words(person, early)

    def test_the_person_who_recorded_it_is_told(self, client, cast, incident, person, clock_of):
        client.force_login(cast["coordinator"])
        at = clock.local(clock_of(person).started_at - HOUR)
        data = {
            "outcome": "made", "method": "visit", "late_reason": "Told only now", "occurred_at_0": at.day,
            "occurred_at_1": at.month, "occurred_at_2": at.year, "occurred_at_3": at.strftime("%H:%M"),
        }  # fmt: skip
        url = reverse("record-contact", args=[incident.uuid, person.uuid])
        page = client.post(url, data, follow=True).content.decode()
        assert "before the start of a clock, which runs on" in page
        assert "Met in" not in page

    def test_meets_the_clock_once_the_start_is_put_right(self, early, person, by, clock_of, logged):
        row = clock_of(person)
        move_start(clock_row=row, by=by, started_at=row.started_at - 2 * HOUR, event="Arrival")
        row = clock_of(person)
        assert row.met_at == early.occurred_at
        assert lead_words(row, clock.now()) == "Met in 1 h"
        assert f"{person.label}: Contact made, 48 h is met by what was recorded" in logged()

    def test_the_earliest_that_fits_counts(self, early, person, by, clock_of):
        record_contact(person=person, by=by, outcome="made", method="visit")
        row = clock_of(person)
        assert row.met_at > row.started_at
        move_start(clock_row=row, by=by, started_at=row.started_at - 2 * HOUR, event="Arrival")
        assert clock_of(person).met_at == early.occurred_at

    def test_an_attempt_never_meets_the_contact_clock_so(self, person, by, clock_of):
        row = clock_of(person)
        record_contact(person=person, by=by, outcome="attempted", method="visit", late_reason="Told only now",
                       occurred_at=row.started_at - HOUR)  # fmt: skip
        for kind in ("first_attempt", "contact_made"):
            move_start(
                clock_row=clock_of(person, kind), by=by, started_at=row.started_at - 2 * HOUR, event="x"
            )
        assert clock_of(person, "first_attempt").met_at
        assert clock_of(person).running

    def test_a_start_moved_to_after_the_contact_lets_the_clock_run_again(
        self, person, by, clock_of, contact_item, other, logged
    ):
        for one in (person, other):
            record_contact(person=one, by=by, outcome="made", method="visit")
        assert contact_item().state == "done"
        with clock.at(clock.now() + 2 * HOUR):
            move_start(clock_row=clock_of(person), by=by, started_at=clock.now() - HOUR, event="Arrival")
        assert clock_of(person).running
        assert contact_item().is_open
        assert f"{person.label}: Contact made, 48 h runs again" in logged()

    def test_the_same_minute_is_not_before(self, person, by, clock_of):
        at = clock_of(person).started_at.replace(second=0, microsecond=0)
        record_contact(person=person, by=by, outcome="made", method="visit", occurred_at=at)
        assert lead_words(clock_of(person), clock.now()) == "Met in 0 min"


class TestGoldenHour:
    @pytest.fixture
    def row(self, person, by):
        return start_clock(
            person=person, kind="golden_hour", by=by, event="Booked in",
            started_at=clock.now() - timedelta(minutes=20),
        )  # fmt: skip

    def test_told_before_the_booking_meets_nothing_until_the_start_is_put_right(
        self, row, person, by, clock_of
    ):
        told = row.started_at - timedelta(minutes=10)
        meet_by_word(clock_row=row, by=by, occurred_at=told)
        assert clock_of(person, "golden_hour").running
        move_start(clock_row=row, by=by, started_at=told - timedelta(minutes=5), event="Booked in")
        assert clock_of(person, "golden_hour").met_at == told

    def test_told_late_takes_the_cause_and_the_plan(self, row, person, by, clock_of):
        with clock.at(row.due_at + HOUR):
            with pytest.raises(Refused, match="why the clock was missed"):
                meet_by_word(clock_row=row, by=by)
            meet_by_word(clock_row=row, by=by, **WHY)
            assert lead_words(clock_of(person, "golden_hour"), clock.now()) == "Met late, 1 h over"


class TestAMissIsLogged:
    def test_that_putting_the_start_right_made(self, person, by, clock_of, logged):
        row = clock_of(person)
        move_start(clock_row=row, by=by, started_at=row.started_at - 60 * HOUR, event="Arrival")
        assert clock_of(person).missed_at
        assert f"{person.label}: clock missed, Contact made, 48 h." in logged()
        entry = LogEntry.objects.get(words__text__contains="clock missed")
        assert entry.occurred_at == clock_of(person).due_at

    def test_that_late_contact_made(self, person, by, clock_of, logged):
        with clock.at(clock_of(person).due_at + HOUR):
            record_contact(person=person, by=by, outcome="made", method="visit", **WHY)
        assert f"{person.label}: clock missed, Contact made, 48 h." in logged()
        assert "No address New plan: Through the school" in logged()

    def test_that_was_over_when_the_clock_was_written_down(self, toolkit, actors):
        incident = log_one(actors["coordinator"], occurred_at=clock.now() - 30 * HOUR, young_people=1)
        texts = LogEntry.objects.filter(incident=incident).values_list("words__text", flat=True)
        missed = [text for text in texts if "clock missed" in text]
        assert len(missed) == 1
        assert "First contact attempted, 24 h" in missed[0]


class TestALateContact:
    """UX G: a miss also needs its cause and a new plan."""

    @pytest.fixture
    def missed(self, person, by, clock_of):
        with clock.at(clock_of(person).due_at + HOUR) as now:
            for kind in ("first_attempt", "contact_made"):
                mark_missed(clock=clock_of(person, kind), by=by)
            yield now

    @pytest.mark.parametrize("outcome", ["made", "attempted"])
    @pytest.mark.parametrize(
        ("told", "words"), [({}, "why the clock was missed"), ({"missed_cause": "x"}, "the new plan")]
    )
    def test_is_refused_without_them(self, missed, person, by, outcome, told, words):
        with pytest.raises(Refused, match=words):
            record_contact(person=person, by=by, outcome=outcome, method="visit", **told)
        assert not ContactAttempt.objects.exists()

    def test_an_attempt_explains_the_clock_that_runs_on(self, missed, person, by, clock_of):
        record_contact(person=person, by=by, outcome="attempted", method="visit", **WHY)
        assert clock_of(person).missed_cause == WHY["missed_cause"]
        assert clock_of(person).running
        record_contact(person=person, by=by, outcome="made", method="visit")

    def test_another_agencys_miss_is_not_asked_of_who_reached_the_person(
        self, missed, person, by, actors, clock_of
    ):
        for kind in ("first_attempt", "contact_made"):
            assign_clock(clock_row=clock_of(person, kind), by=by, agency=actors["youth"].agency)
        record_contact(person=person, by=actors["partner"], outcome="made", method="visit")
        assert clock_of(person).state(missed) == "met_late"
        assert not clock_of(person).missed_cause

    def test_stands_on_the_persons_page_and_on_the_overview(self, missed, client, cast, incident, person, by):
        client.force_login(cast["coordinator"])
        url = reverse("record-contact", args=[incident.uuid, person.uuid])
        data = {"outcome": "made", "method": "visit"}
        assert "Enter why the clock was missed" in client.post(url, data).content.decode()
        page = client.post(url, data | WHY, follow=True).content.decode()
        assert "met late, 1 h over" in page
        refer(person=person, by=by, to="mash")  # the overview shows one clock a person, what runs first
        assert "Met late, 1 h over" in client.get(incident.get_absolute_url()).content.decode()
