"""Each kind of clock has its own event, its own time and its own way to be met."""

from datetime import UTC, date, datetime, timedelta

import pytest

from checklists.models import ChecklistItem
from incidents.access import sight
from partners.models import AgencyKind, WorkingHours
from response.actions import (
    add_person,
    assign_clock,
    change_person,
    join,
    meet_by_word,
    move_start,
    open_urgent_response,
    record_contact,
    refer,
    start_clock,
)
from response.models import ClockRule, ContactClock, Person
from response.models.clocks import mash_rule
from response.queries import lead_words, what
from svit import clock
from svit.refused import Refused
from tests.conftest import log_one, make_agency

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 6, 6, 0, 10, tzinfo=UTC)  # Saturday, ten past one in the morning
HOUR = timedelta(hours=1)


@pytest.fixture
def incident(toolkit, actors, world):
    with clock.at(NIGHT):
        return log_one(actors["coordinator"], occurred_at=NIGHT, known_at=NIGHT, young_people=1)


def kinds(person):
    return set(person.clocks.values_list("kind", flat=True))


def child(seen, **more):
    given = {"role": "suspect", "age_band": "child", "setting": "custody"} | more
    return add_person(seen=seen, event="Booked in at custody", started_at=clock.now(), **given)


def test_a_child_in_custody_has_all_clocks_of_the_protocol(seen):
    with clock.at(NIGHT):
        person = child(seen)
    rows = {row.kind: row for row in person.clocks.all()}
    assert set(rows) == {"golden_hour", "first_attempt", "contact_made", "professionals", "mash_referral"}
    due = {kind: row.due_at - NIGHT for kind, row in rows.items()}
    assert due["golden_hour"] == HOUR
    assert (due["first_attempt"], due["contact_made"], due["professionals"]) == (
        24 * HOUR,
        48 * HOUR,
        48 * HOUR,
    )
    assert rows["mash_referral"].due_at == datetime(2026, 6, 8, 16, tzinfo=UTC), (
        "Monday, at the end of the day"
    )
    assert not any(row.estimated for row in rows.values())


def test_hospital_brings_the_professionals_later_as_well(seen, person):
    assert "professionals" not in kinds(person)
    with clock.at(NIGHT + HOUR):
        change_person(seen=seen, person=person, version=None, setting="hospital")
    row = person.clocks.get(kind="professionals")
    assert (row.event, row.estimated) == ("Arrival at hospital", True)
    assert kinds(person) == {"first_attempt", "contact_made", "mash_referral", "professionals"}


def test_a_parent_has_clocks_where_that_is_chosen_and_no_referral(seen):
    parent = {"role": "family", "age_band": "adult", "setting": "home"}
    assert not kinds(add_person(seen=seen, **parent))
    assert kinds(add_person(seen=seen, clocks_chosen=True, **parent)) == {"first_attempt", "contact_made"}


def test_an_age_says_the_band_and_a_birthday_says_the_age(seen):
    today = clock.today()
    person = add_person(seen=seen, role="victim", setting="home", born=date(today.year - 16, 12, 31))
    assert (person.age, person.age_band) == (16 if (today.month, today.day) == (12, 31) else 15, "child")
    older = add_person(seen=seen, role="family", setting="home", age=41)
    assert (older.age_band, kinds(older)) == ("adult", set())


class TestWhatMeetsWhat:
    @pytest.mark.parametrize(
        ("whom", "outcome", "met"),
        [
            ("person", "attempted", {"first_attempt"}),
            ("person", "made", {"first_attempt", "contact_made"}),
            ("parent", "made", {"first_attempt", "contact_made"}),
            ("professional", "attempted", set()),
            ("professional", "made", {"professionals"}),
            ("trusted_adult", "made", set()),
            ("other", "made", set()),
        ],
    )
    def test_an_attempt_meets_the_clocks_that_ask_for_it(self, seen, by, whom, outcome, met):
        with clock.at(NIGHT):
            person = child(seen)
        with clock.at(NIGHT + HOUR / 2):
            attempt = record_contact(person=person, by=by, outcome=outcome, method="custody", whom=whom)
        assert {row.kind for row in attempt.met} == met
        assert set(person.clocks.filter(met_at__isnull=False).values_list("kind", flat=True)) == met

    def test_a_referral_to_mash_meets_its_clock_and_another_does_not(self, seen, by, person):
        with clock.at(NIGHT + HOUR):
            assert refer(person=person, by=by, to="specialist").met == []
            assert [row.kind for row in refer(person=person, by=by, to="mash").met] == ["mash_referral"]

    def test_a_referral_before_the_case_came_to_notice_meets_nothing(self, by, person):
        with clock.at(NIGHT + HOUR):
            assert (
                refer(person=person, by=by, to="mash", occurred_at=NIGHT - HOUR, late_reason="Told now").met
                == []
            )
            row = person.clocks.get(kind="mash_referral")
            move_start(clock_row=row, by=by, started_at=NIGHT - 2 * HOUR, event="Known to the school")
        row.refresh_from_db()
        assert row.met_at == NIGHT - HOUR, "measured anew by the start that was put right"

    def test_the_contact_items_follow(self, seen, by, incident):
        with clock.at(NIGHT + HOUR):
            person = incident.entries.get().person
            refer(person=person, by=by, to="mash")
        item = ChecklistItem.objects.get(incident=incident, clock_kind="mash_referral")
        assert (item.state, item.follows_clocks) == ("done", True)


class TestWorkingHours:
    def test_the_clock_goes_by_the_hours_that_were_chosen_wherever_it_is_given(self, toolkit, actors, world):
        hub = make_agency("Northmere Children's Services", AgencyKind.CHILDRENS_SOCIAL_CARE, world.north)
        WorkingHours.objects.create(
            agency=hub, days=list(range(7)), opens="08:00", closes="20:00", bank_holidays=True
        )
        rule = mash_rule(world.north)
        rule.calendar = hub
        rule.save()
        with clock.at(NIGHT):
            incident = log_one(actors["coordinator"], occurred_at=NIGHT, known_at=NIGHT, young_people=1)
        row = ContactClock.objects.get(person__entry__incident=incident, kind="mash_referral")
        assert row.due_at == datetime(2026, 6, 6, 15, tzinfo=UTC), "Saturday: eight hours from 8am"
        assert what(row) == "referral to MASH, 8 working hours"
        assign_clock(clock_row=row, by=actors["coordinator"], agency=world.agencies.csp)
        row.refresh_from_db()
        assert (row.due_at, row.calendar) == (datetime(2026, 6, 6, 15, tzinfo=UTC), hub)

    def test_a_partnership_sets_how_long_it_may_take(self, toolkit, actors, world):
        ClockRule.objects.create(
            partnership=world.north,
            kind="mash_referral",
            name="Referral to MASH",
            event="x",
            hours=24,
            working=False,
        )
        with clock.at(NIGHT):
            incident = log_one(actors["coordinator"], occurred_at=NIGHT, known_at=NIGHT, young_people=1)
        row = ContactClock.objects.get(person__entry__incident=incident, kind="mash_referral")
        assert row.due_at == NIGHT + 24 * HOUR


class TestOwnKinds:
    @pytest.fixture
    def rule(self, world):
        return ClockRule.objects.create(
            partnership=world.north, name="School told", event="Return from missing", hours=4, ages=["child"],
            settings=["missing_return"],
        )  # fmt: skip

    def test_it_starts_for_whom_it_is_made_and_for_nobody_else(self, rule, seen):
        with clock.at(NIGHT):
            found = add_person(seen=seen, role="other", age_band="child", setting="missing_return")
            other = add_person(seen=seen, role="other", age_band="child", setting="home")
        [row] = found.clocks.filter(kind="local")
        assert (row.name, row.hours, row.event) == ("School told", 4, "Return from missing")
        assert not other.clocks.filter(kind="local").exists()

    def test_it_is_met_by_word_missed_in_time_and_keeps_its_hours(self, rule, seen, by):
        with clock.at(NIGHT):
            person = add_person(seen=seen, role="other", age_band="child", setting="missing_return")
            [row] = person.clocks.filter(kind="local")
            ClockRule.objects.filter(pk=rule.pk).update(hours=1)
        with clock.at(NIGHT + 3 * HOUR):
            assert lead_words(row, clock.now()).startswith("1 h left")
            meet_by_word(clock_row=row, by=by)
        row.refresh_from_db()
        assert row.met_at == NIGHT + 3 * HOUR
        assert row.missed_at is None

    def test_one_of_a_kind_and_several_kinds(self, rule, person, by, world):
        second = ClockRule.objects.create(
            partnership=world.north, name="Housing told", event="Threat", hours=8
        )
        with clock.at(NIGHT + HOUR):
            for one in (rule, second):
                start_clock(person=person, kind="local", rule=one, by=by, event="x", started_at=NIGHT)
            with pytest.raises(Refused, match="has this clock already"):
                start_clock(person=person, kind="local", rule=rule, by=by, event="x", started_at=NIGHT)


class TestUrgentResponse:
    def open(self, by, **more):
        given = {"noticed": "arrest_blade", "age_band": "child", "setting": "custody", "place": "Brook ward",
                 "source": "police", "submission": None} | more  # fmt: skip
        return open_urgent_response(by=by, **given)

    def test_a_person_comes_first_with_the_golden_hour(self, toolkit, actors):
        with clock.at(NIGHT + HOUR / 6):
            case = self.open(actors["coordinator"], occurred_at=NIGHT)
        assert case.title == "Urgent response, Brook ward"
        person = Person.objects.get(entry__incident=case)
        golden = person.clocks.get(kind="golden_hour")
        assert (golden.started_at, golden.estimated) == (NIGHT, False)
        assert golden.event == "Arrested with a blade"
        assert person.noticed == "arrest_blade"
        items = set(ChecklistItem.objects.filter(incident=case).values_list("template_item__key", flat=True))
        assert {"golden-hour", "consent", "mash-referral", "safeguarding"} <= items
        assert "is-serious" not in items
        assert case.offered_items.filter(template_item__key="is-serious").exists()

    def test_joined_to_an_incident_it_loses_no_clock(self, toolkit, actors, incident):
        with clock.at(NIGHT + HOUR):
            case = self.open(actors["coordinator"], occurred_at=NIGHT)
            person = Person.objects.get(entry__incident=case)
            before = list(person.clocks.values_list("kind", "started_at", "due_at", "met_at", "missed_at"))
            refer(person=person, by=actors["coordinator"], to="specialist")
            join(report=case, into=incident, by=actors["coordinator"], reason="The same young person")
        person = Person.objects.select_related("entry").get(pk=person.pk)
        assert person.entry.incident_id == incident.pk
        assert (
            list(person.clocks.values_list("kind", "started_at", "due_at", "met_at", "missed_at")) == before
        )
        assert person.referrals.count() == 1

    def test_an_incident_itself_is_not_joined(self, toolkit, actors, incident):
        other = log_one(actors["coordinator"])
        with pytest.raises(Refused, match="cannot be joined"):
            join(report=other, into=incident, by=actors["coordinator"], reason="Same")

    def test_a_partners_is_unconfirmed_and_stays_in_its_sight(self, toolkit, actors):
        case = self.open(actors["youth"])
        assert case.unconfirmed
        assert sight(actors["youth"], case).works_people
