"""History and summary of a record as people read them: our words, our times, and roles instead of names."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from comms.models import KeyMessage
from incidents.access import sight
from incidents.actions import create_record, engage
from response.actions import add_person, change_person
from response.models import Person
from svit import clock
from tests.conftest import log_one, make_member

SUMMER = datetime(2026, 6, 7, 8, 30, tzinfo=UTC)


@pytest.fixture
def incident(toolkit, actors, world):
    """Logged in summer, an hour before anything was changed."""
    with clock.at(SUMMER - timedelta(hours=1)):
        found = log_one(actors["coordinator"])
    engage(incident=found, agency=world.agencies.youth, by=actors["coordinator"], reason="Works with them")
    return found


@pytest.fixture
def changed(seen, person):
    with clock.at(SUMMER):
        return change_person(
            seen=seen, person=person, version=None, setting="custody", born=date(2011, 3, 4),
            next_of_kin_told_at=SUMMER,
        )  # fmt: skip


def test_a_change_is_told_in_words_and_in_our_time(changed, seen):
    [row] = [row for row in changed.changes(seen) if "Where they are" in row["title"]]
    assert row["title"].split("; ") == [
        "Age: Child or young adult, age not known → Child, under 18",
        "Age in years: empty → 15",
        "Where they are: Not known yet → In custody",
        "Date of birth: empty → Friday 4 March 2011",
        "Next of kin told: empty → 7 June 2026 at 9:30am",
    ]


def test_the_summary_has_our_times(changed, seen):
    rows = {row["key"]: row["value"] for row in changed.summary(seen)}
    assert rows["Next of kin told"] == "7 June 2026 at 9:30am"
    assert rows["Date of birth"] == "Friday 4 March 2011"
    assert rows["Where they are"] == "In custody"


@pytest.mark.parametrize("who", ["coordinator", "youth"])
def test_who_changed_it_is_an_agency_and_a_role(client, cast, incident, changed, who):
    client.force_login(cast[who])
    page = client.get(reverse("person", args=[incident.uuid, changed.uuid])).content.decode()
    history = page[page.index(">History<") :]
    assert "Northmere CSP, coordinator" in history
    assert cast["coordinator"].name + "<" not in history
    assert "custody →" not in history
    assert "not_known" not in history


def test_the_act_is_the_agencys_for_which_it_was_done(changed, seen, actors, world):
    """The coordinator also works for the school."""
    member = make_member("twice@northmere.example", world.agencies.school, "practitioner")
    type(member).objects.filter(pk=member.pk).update(user=actors["coordinator"].user)
    assert {row["by"] for row in changed.changes(seen) if row["title"] != "Added"} == {
        "Northmere CSP, coordinator"
    }


def test_adding_is_the_oldest_row_and_dated_when_it_was_done(toolkit, actors):
    with clock.at(SUMMER):
        incident = log_one(actors["coordinator"])
        seen = sight(actors["coordinator"], incident)
        added = add_person(
            seen=seen, event="", started_at=None, role="victim", age_band="child", setting="home"
        )
        note = create_record(seen=seen, model=KeyMessage, audience="All", message="Words")
    first = Person.objects.select_related("entry__incident").filter(entry__incident=incident).first()
    person = change_person(seen=seen, person=first, version=None, role="suspect")
    titles = [(row["title"], row["at"]) for row in person.changes(seen)]
    assert titles[0][0] == "Role in the incident: Not known yet → Suspect"
    assert titles[-1] == ("Added", SUMMER)
    for record in (added, note):
        assert record.history.earliest().history_date == SUMMER
    assert {row.history.earliest().history_date for row in first.clocks.all()} == {SUMMER}
