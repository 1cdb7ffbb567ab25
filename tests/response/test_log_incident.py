"""Logging: one act, one incident, everything open."""

import re
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse

from checklists.actions import mark_done
from checklists.models import ChecklistItem, OfferedItem
from incidents.access import reads_restricted, sight
from incidents.models import Engagement, Incident, LogEntry, Phase, ReportState, Trait
from response.actions import add_person, change_person, join, log_incident
from response.actions.log_incident import traits_of
from response.models import ContactClock, Person
from svit import clock
from svit.refused import Refused
from tests.conftest import ANSWERS, log_one

BASE = {"young_people": 1, "custody": False, "hospital": False, "source": "police"}


def test_an_incident_opens_with_all_that_belongs_to_it(toolkit, actors):
    incident = log_one(actors["coordinator"])
    assert incident.reference.startswith("NM-")
    assert Phase.objects.filter(incident=incident).count() == 9
    items = ChecklistItem.objects.filter(incident=incident).count()
    offered = OfferedItem.objects.filter(incident=incident).count()
    assert items + offered == 66
    labels = {person.label for person in Person.objects.filter(entry__incident=incident)}
    assert len(labels) == 2
    assert all(re.fullmatch(r"Person [1-9]\d", label) for label in labels), (
        "a number that is drawn tells no order"
    )
    clocks = ContactClock.objects.filter(person__entry__incident=incident)
    assert Counter(clocks.values_list("kind", "estimated")) == {
        ("first_attempt", True): 2,
        ("contact_made", True): 2,
        ("mash_referral", False): 2,  # it counts from when the case came to notice, which is known
    }
    assert LogEntry.objects.filter(incident=incident).exists()


def test_sending_twice_makes_one(toolkit, actors):
    answers = ANSWERS | {"submission": uuid.uuid4()}
    first = log_incident(by=actors["coordinator"], **answers)
    second = log_incident(by=actors["coordinator"], **answers)
    assert first == second
    assert Incident.objects.count() == 1


def test_references_have_no_gap_and_exercises_their_own_series(toolkit, actors):
    references = [log_one(actors["coordinator"]).reference for _ in range(3)]
    exercise = log_one(actors["coordinator"], exercise=True)
    assert [reference[-4:] for reference in references] == ["0001", "0002", "0003"]
    assert exercise.reference.startswith("EX-NM-")
    assert exercise.reference.endswith("0001")


def test_a_partners_report_is_unconfirmed_and_its_clocks_run(toolkit, actors):
    report = log_one(actors["youth"])
    assert report.report_state == ReportState.UNCONFIRMED
    assert ContactClock.objects.filter(person__entry__incident=report, met_at__isnull=True).count() == 6
    assert Engagement.objects.get(incident=report).agency == actors["youth"].agency
    assert report.remind_at is not None


def test_a_report_is_joined_without_losing_a_clock(toolkit, actors):
    into = log_one(actors["coordinator"])
    report = log_one(actors["youth"], young_people=1)
    moved = Person.objects.get(entry__incident=report)
    clocks = ContactClock.objects.filter(person=moved).order_by("kind")
    started = list(clocks.values_list("kind", "started_at"))
    join(report=report, into=into, by=actors["coordinator"], reason="The same event")
    people = Person.objects.filter(entry__incident=into)
    assert len({person.label for person in people}) == 3
    assert list(clocks.values_list("kind", "started_at")) == started
    assert len(started) == 3
    assert moved in people
    report.refresh_from_db()
    assert report.joined_to == into


def test_who_reported_comes_along_and_goes_on_seeing_the_people_it_reported(toolkit, actors):
    into, report = log_one(actors["coordinator"]), log_one(actors["youth"], young_people=1)
    person = Person.objects.select_related("entry").get(entry__incident=report)
    own = Engagement.objects.get(incident=report)
    join(
        report=report, into=into, by=actors["coordinator"], reason="The same", bring=[actors["youth"].agency]
    )
    there = sight(actors["youth"], into)
    person = Person.objects.select_related("entry").get(pk=person.pk)
    assert there.engagement.role == "reporter"
    assert there.engagement.sections == own.sections
    assert reads_restricted(there, person.entry)
    assert sum(reads_restricted(there, entry) for entry in into.entries.all()) == 1


def test_without_being_brought_along_nobody_sees_the_incident(client, cast, toolkit, actors):
    into, report = log_one(actors["coordinator"]), log_one(actors["youth"])
    join(report=report, into=into, by=actors["coordinator"], reason="The same")
    assert sight(actors["youth"], into) is None
    client.force_login(cast["youth"])
    page = client.get(report.get_absolute_url()).content.decode()
    assert "Joined to another incident" in page
    assert into.reference not in page
    client.force_login(cast["coordinator"])
    assert f"Open {into.reference}" in client.get(report.get_absolute_url()).content.decode()


def test_the_join_page_brings_the_reporter_unless_it_is_unticked(client, cast, toolkit, actors, world):
    into, report = log_one(actors["coordinator"]), log_one(actors["youth"])
    client.force_login(cast["coordinator"])
    url = reverse("join", args=[report.uuid])
    assert "Northmere Youth Service" in client.get(url).content.decode()
    assert "Choose the incident." in client.post(url, {"reason": "x"}).content.decode()
    youth = world.agencies.youth.uuid
    client.post(url, {"into": into.uuid, "reason": "The same event", "bring": youth})
    assert sight(actors["youth"], into).engagement


def test_a_time_of_knowing_can_be_told_without_the_time_of_the_event(client, cast, toolkit):
    client.force_login(cast["coordinator"])
    known = clock.local(clock.now() - timedelta(hours=3))
    data = {
        "happened": "stabbing", "when": "not_known", "place": "Not known", "source": "school", "injury": "not_known",
        "young_people": "1", "places": "not_known", "known_since_0": known.day, "known_since_1": known.month,
        "known_since_2": known.year, "known_since_3": known.strftime("%H:%M"),
    }  # fmt: skip
    assert client.post(reverse("log-incident"), data).status_code == 302
    [incident] = Incident.objects.all()
    assert incident.occurred_at is None
    assert incident.known_at == known.replace(second=0, microsecond=0)
    assert ContactClock.objects.first().started_at == incident.known_at


def test_a_form_that_somebody_else_sent_is_refused_in_words(toolkit, actors):
    submission = uuid.uuid4()
    log_one(actors["coordinator"], submission=submission)
    with pytest.raises(Refused, match="Open a new one"):
        log_one(actors["second_coordinator"], submission=submission)
    assert Incident.objects.count() == 1


def test_only_a_report_is_joined(toolkit, actors):
    one, two = log_one(actors["coordinator"]), log_one(actors["coordinator"])
    with pytest.raises(Refused):
        join(report=one, into=two, by=actors["coordinator"], reason="x")


@pytest.mark.parametrize("answers", [{"young_people": None}, {"young_people": 0}, {"custody": True}])
def test_a_contact_item_without_a_clock_is_an_item_like_any_other(toolkit, actors, answers):
    """How many young people there are is not known yet: nobody has a clock, and the item is reminded of and ticked."""
    incident = log_one(actors["coordinator"], **answers)
    kinds = set(ContactClock.objects.filter(person__entry__incident=incident).values_list("kind", flat=True))
    items = list(ChecklistItem.objects.filter(incident=incident).exclude(clock_kind=""))
    assert items or answers == {"young_people": 0}
    for item in items:
        assert item.follows_clocks is (item.clock_kind in kinds)
        assert (item.remind_at is None) is item.follows_clocks
        if not item.follows_clocks:
            mark_done(seen=sight(actors["coordinator"], incident), item=item)
            item.refresh_from_db()
            assert item.state == "done"


def test_a_contact_item_falls_due_with_the_first_of_its_clocks(toolkit, actors):
    incident = log_one(actors["coordinator"], occurred_at=clock.now() - timedelta(hours=5))
    for kind in ("first_attempt", "contact_made"):
        item = ChecklistItem.objects.get(incident=incident, clock_kind=kind)
        due = ContactClock.objects.filter(person__entry__incident=incident, kind=kind).first().due_at
        assert item.due_at == due


def test_an_item_that_was_ticked_opens_again_when_somebody_gets_a_clock(toolkit, actors):
    incident = log_one(actors["coordinator"], young_people=None)
    item = ChecklistItem.objects.get(incident=incident, clock_kind="contact_made")
    seen = sight(actors["coordinator"], incident)
    mark_done(seen=seen, item=item)
    person = add_person(seen=seen, event="", started_at=None, role="victim", age_band="adult", setting="home")
    item.refresh_from_db()
    assert item.state == "done"
    change_person(seen=seen, person=person, version=1, age_band="child")
    item.refresh_from_db()
    assert (item.state, item.follows_clocks) == ("open", True)
    assert person.clocks.count() == 3, "the age was put right, and the clocks started"


@pytest.mark.parametrize(
    ("answers", "trait", "expected"),
    [
        ({}, Trait.YOUNG_PERSON, True),
        ({"young_people": 0}, Trait.YOUNG_PERSON, False),
        ({"young_people": None}, "young_person?", True),
        ({"hospital": True}, Trait.HOSPITAL_OR_CUSTODY, True),
        ({"hospital": None, "custody": None}, "hospital_or_custody?", True),
        ({"custody": True}, "child_in_custody?", True),
        ({"custody": True, "young_people": 0}, "child_in_custody?", False),
        ({"source": "cctv"}, Trait.REPORTED_LATE, True),
        ({"occurred_at": None}, "reported_late?", True),
    ],
)
def test_traits_follow_from_the_answers(answers, trait, expected):
    now = clock.now()
    given = {"occurred_at": now - timedelta(minutes=10), "known_at": now} | BASE | answers
    assert (trait in traits_of(**given)) is expected


def test_the_administrator_logs_nothing(toolkit, actors):
    with pytest.raises(Refused):
        log_one(actors["administrator"])


def test_a_clock_that_is_past_when_written_down_is_shown_as_missed(toolkit, actors):
    incident = log_one(
        actors["coordinator"],
        occurred_at=clock.now() - timedelta(days=4),
        known_at=clock.now(),
        young_people=1,
    )
    rows = ContactClock.objects.filter(person__entry__incident=incident)
    assert all(row.missed_at for row in rows.exclude(kind="mash_referral"))
