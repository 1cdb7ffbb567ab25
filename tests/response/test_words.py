"""Pages say what they are for, and afterwards what happened."""

import pytest
from django.urls import reverse

from response.actions import start_clock
from svit import clock


@pytest.fixture
def page(client, cast, incident, person):
    client.force_login(cast["coordinator"])

    def ask(name, data=None, *more, query=""):
        url = reverse(name, args=[incident.uuid, person.uuid, *more]) + query
        return (client.get(url) if data is None else client.post(url, data, follow=True)).content.decode()

    return ask


@pytest.mark.parametrize(
    ("query", "title", "button"),
    [
        ("?outcome=attempted", "Record attempt to reach {}", "Record attempt"),
        ("?outcome=made", "Record contact with {}", "Record contact"),
        ("", "Record contact with {}", "Record contact"),
    ],
)
def test_title_and_button_follow_the_outcome_that_was_asked_for(page, person, query, title, button):
    for data in (None, {"outcome": ""}):
        shown = page("record-contact", data, query=query)
        assert title.format(person.label) in shown
        assert f"{button}\n" in shown or f">{button}<" in shown or f"{button}</button>" in shown


def test_after_contact_it_says_which_clocks_were_met(page, person):
    shown = page("record-contact", {"outcome": "made", "method": "visit"})
    assert f"Contact with {person.label} recorded. Met: first attempt, 24 h" in shown
    assert "contact made, 48 h (met in" in shown


def test_after_an_attempt_it_names_the_attempt_clock_alone(page, person):
    shown = page("record-contact", {"outcome": "attempted", "method": "visit"})
    assert f"Attempt to reach {person.label} recorded. Met: first attempt, 24 h (met in" in shown
    assert "contact made, 48 h (met" not in shown


def test_after_the_other_acts_as_well(page, person, by, clock_of):
    row = start_clock(person=person, kind="golden_hour", by=by, event="Booked in", started_at=clock.now())
    assert "The clock is met (met in" in page("clock-told", {"late_reason": ""}, row.uuid)
    data = {"role": "victim", "age_band": "child", "setting": "home", "version": 1}
    assert f"{person.label}: saved." in page("change-person", data)
    at = clock.local(clock_of(person).started_at)
    data = {
        "event": "Arrival", "started_at_0": at.day, "started_at_1": at.month, "started_at_2": at.year,
        "started_at_3": at.strftime("%H:%M"),
    }  # fmt: skip
    assert f"{person.label}, contact made, 48 h: runs from" in page("move-start", data, clock_of(person).uuid)
