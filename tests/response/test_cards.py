"""What clocks look like above an incident, and what is said to be the best next step."""

from datetime import timedelta

import pytest
from django.urls import reverse

from incidents.actions import close, decline
from response.actions import mark_missed, start_clock
from response.models import ContactClock
from response.queries import clock_cards, lead_words
from svit import clock
from tests.conftest import log_one

HOUR = timedelta(hours=1)


def test_the_step_for_a_missed_golden_hour_is_to_tell_mash(client, cast, incident, person, by):
    row = start_clock(
        person=person, kind="golden_hour", by=by, event="Booked in", started_at=clock.now() - 2 * HOUR
    )
    client.force_login(cast["partner"])
    page = client.get(incident.get_absolute_url()).content.decode()
    assert "MASH or the emergency duty team has to be told" in page
    assert reverse("clock-told", args=[incident.uuid, person.uuid, row.uuid]) in page
    assert f"Record contact with {person.label}" not in page


def test_the_step_for_missed_contact_is_to_record_it(client, cast, incident, person, by, clock_of):
    with clock.at(clock_of(person).due_at + HOUR):
        client.force_login(cast["partner"])
        mark_missed(clock=clock_of(person), by=by)
        page = client.get(incident.get_absolute_url()).content.decode()
    assert reverse("record-contact", args=[incident.uuid, person.uuid]) in page


class TestOver:
    """The clocks of an incident that is over do not count down, and nothing turns missed by that."""

    @pytest.fixture
    def declined(self, toolkit, actors):
        report = log_one(actors["youth"])
        return decline(incident=report, by=actors["coordinator"], reason="Known already")

    def test_a_declined_report_shows_clocks_that_ended_with_it(self, client, cast, declined):
        with clock.at(clock.now() + timedelta(days=5)):
            client.force_login(cast["coordinator"])
            for url in (declined.get_absolute_url(), reverse("people", args=[declined.uuid])):
                page = client.get(url).content.decode()
                assert "Not running: the report was declined" in page, url
                for words in ("left, due", "Missed", "svit-clock--overdue", ">now</text>"):
                    assert words not in page, (words, url)
        assert not ContactClock.objects.filter(missed_at__isnull=False).exists()

    def test_a_closed_incident_says_so(self, incident, seen, by, person, clock_of):
        missed = clock_of(person)
        with clock.at(missed.due_at + HOUR):
            mark_missed(clock=missed, by=by)
        seen.incident = close(incident=incident, by=by, reason="Over")
        leads = {one["lead"] for one in clock_cards(seen, clock.now(), most=12)}
        assert leads == {"Missed, then ended: the incident is closed", "Not running: the incident is closed"}
        assert {one["state"] for one in clock_cards(seen, clock.now(), most=12)} == {"open"}


def test_a_duration_never_loses_its_sign(person, clock_of):
    row = clock_of(person)
    row.met_at = row.started_at - 8 * HOUR
    assert lead_words(row, clock.now()) == "Recorded for 8 h before its start"
