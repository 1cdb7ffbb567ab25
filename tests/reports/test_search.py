"""Search: what the reader may see, and nothing of what there is besides."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from checklists.models import ChecklistItem
from incidents.access import sight
from incidents.actions import add_note, change_engagement, correct, engage, log, seal, withhold
from incidents.models import Engagement, Incident, LogKind
from reports import queries
from response.models import Person
from svit.asked import sealed
from tests.conftest import log_one


@pytest.fixture(params=[1000, 0], ids=["by index", "latest first"], autouse=True)
def way(request, monkeypatch):
    """Both ways of searching find the same."""
    monkeypatch.setattr(queries, "MANY", request.param)
    return request.param


@pytest.fixture
def find(client, cast):
    def run(who, words):
        client.force_login(cast[who])
        response = client.post(reverse("search"), {"q": words}, follow=True)
        assert response.status_code == 200
        return response.content.decode()

    return run


@pytest.fixture
def seen(incident, actors):
    return sight(actors["coordinator"], incident)


def found(actor, words):
    return [row.reference for row in queries.search(actor, words)[0]]


@pytest.mark.parametrize(
    "words", ["station parade", "PARADE stabbing", "two young people", "nm-26", "Parade nm-"]
)
def test_an_incident_is_found_by_reference_place_and_words(incident, actors, words):
    assert found(actors["coordinator"], words.replace("nm-26", incident.reference)) == [incident.reference]
    assert found(actors["partner"], words.replace("nm-26", incident.reference)) == [incident.reference]
    assert found(actors["stranger"], words) == []
    assert found(actors["other_coordinator"], words) == []


def test_a_whole_reference_finds_that_incident_and_not_what_speaks_of_it(seen, incident, actors, find):
    other = log_one(actors["coordinator"])
    add_note(seen=sight(actors["coordinator"], other), text=f"As in {incident.reference}", section="general")
    for words in (incident.reference, f" {incident.reference.lower()} "):
        assert other.reference not in find("coordinator", words)
        assert incident.reference in find("coordinator", words)
    part = incident.reference[:-1]  # no reference is that: it stands in both
    assert {row.pk for row in queries.search(actors["coordinator"], part)[0]} >= {incident.pk, other.pk}


def test_every_word_has_to_be_found(incident, actors):
    assert found(actors["coordinator"], "station seaside") == []


def test_the_log_is_searched_as_far_as_it_may_be_read(seen, actors):
    add_note(seen=seen, text="A blue bicycle was found", section="general")
    add_note(seen=seen, text="A green scooter was found", section="safeguarding")
    add_note(seen=seen, text="A red lorry was found", section="general", sensitivity="restricted")
    reference = [seen.incident.reference]
    assert found(actors["partner"], "blue bicycle") == reference
    assert found(actors["partner"], "green scooter") == reference
    assert found(actors["youth"], "green scooter") == []
    for who in ("coordinator", "partner"):
        assert found(actors[who], "red lorry") == []
    assert found(actors["stranger"], "blue bicycle") == []


def test_a_section_that_was_taken_away_is_searched_no_more(seen, actors):
    add_note(seen=seen, text="A green scooter was found", section="safeguarding")
    assert found(actors["partner"], "scooter")
    engagement = Engagement.objects.current().get(incident=seen.incident, agency=actors["partner"].agency)
    change_engagement(
        engagement=engagement, by=actors["coordinator"], sections={"general": "see"}, people=[], reason="x"
    )
    assert not found(actors["partner"], "scooter")


def test_withheld_words_are_not_found(seen, actors):
    entry = add_note(seen=seen, text="A blue bicycle was found", section="general")
    withhold(seen=seen, entry=entry, reason="It names somebody")
    assert found(actors["coordinator"], "blue bicycle") == []


def test_what_is_sealed_is_found_by_nobody(seen, actors):
    person = Person.objects.filter(entry__incident=seen.incident).first()
    about = log(seen.incident, by=seen.actor, kind=LogKind.NOTE, about=person.entry, text="A blue bicycle")
    correct(seen=seen, entry=about, text="A blue tricycle")
    ChecklistItem.objects.create(
        incident=seen.incident,
        phase="review",
        title="Ask about the canoe",
        sensitivity="sealed",
        about=person.entry,
    )
    assert found(actors["partner"], "blue")
    seal(seen=seen, entry=person.entry, holders=[actors["csp_manager"].user], reason="At risk")
    for who in ("coordinator", "second_coordinator", "partner"):
        assert found(actors[who], "blue") == []
        assert found(actors[who], "canoe") == []


def test_items_are_found_by_title(incident, actors, find):
    assert "Monitor social media" in find("coordinator", "monitor social")
    ChecklistItem.objects.create(
        incident=incident, phase="review", title="Ask the canoe club", sensitivity="restricted"
    )
    assert found(actors["coordinator"], "canoe") == []


def test_whoever_finds_nothing_learns_nothing(find, incident):
    page = find("stranger", "station")
    assert "No results you have access to." in page
    nothing = find("stranger", "qqqqqq")

    def plain(text):
        text = text.replace("station", "").replace("qqqqqq", "")
        return re.sub(r'(csrfmiddlewaretoken" value="|Updated |%3Fs%3D)[^"<]*', "", text)

    assert plain(page) == plain(nothing)


def test_the_page_says_what_to_enter(find):
    assert "Enter at least two characters." in find("coordinator", "x")
    assert "Use 100 characters or fewer. This is 101." in find("coordinator", "x" * 101)
    assert "Enter what to look for." in find("coordinator", "")


def test_an_administrator_does_not_search(client, cast):
    client.force_login(cast["administrator"])
    asked = {"s": sealed(cast["administrator"], q="station")}
    assert client.get(reverse("search"), asked).status_code == 403
    assert client.post(reverse("search"), {"q": "station"}).status_code == 403


def test_a_governance_officer_searches_references_and_places_alone(seen, actors):
    add_note(seen=seen, text="A blue bicycle was found", section="general")
    assert found(actors["governance"], "station parade") == [seen.incident.reference]
    for words in ("two young people", "bicycle", "monitor social"):
        assert found(actors["governance"], words) == []


def test_what_was_found_leads_to_where_it_stands(seen, find, client):
    for words in ("A blue bicycle was found", "A red lorry was found"):
        add_note(seen=seen, text=words, section="general")
    page = find("partner", "blue bicycle")
    assert "A blue bicycle" not in page  # the log records who reads it
    log = reverse("incident-log", args=[seen.incident.uuid])
    there = client.get(re.search(rf'href="({log}\?s=[^"]+)"', page)[1]).content.decode()
    assert "A blue bicycle" in there
    assert "A red lorry" not in there
    assert 'value="blue bicycle"' in there


def test_pages_run_from_the_latest_back(toolkit, actors, find, monkeypatch):
    rows = [log_one(actors["coordinator"]) for _ in range(5)]
    references = [row.reference for row in reversed(rows)]
    first, older = queries.search(actors["coordinator"], "parade", size=3)
    rest, last = queries.search(actors["coordinator"], "parade", before=older, size=3)
    assert [row.reference for row in (*first, *rest)] == references
    assert last is None


def test_words_that_stand_nearly_everywhere_are_sought_no_further_than_a_page_takes(
    toolkit, actors, find, monkeypatch
):
    monkeypatch.setattr(queries, "MANY", 0)
    monkeypatch.setattr(queries, "LOOKED_THROUGH", (1, 2))
    old = log_one(actors["coordinator"], place="Harbour steps")
    for number in range(8):
        log_one(actors["coordinator"], place=f"Mill lane {number}")
    rows, older = queries.search(actors["coordinator"], "harbour", size=2)
    assert rows == []
    monkeypatch.setattr(queries, "PAGE", 2)
    assert "Nothing among the latest incidents." in find("coordinator", "harbour")
    assert "before=" in find("coordinator", "harbour")
    assert queries.search(actors["coordinator"], "harbour", before=older, size=2) == ([old], None)


def test_a_search_costs_the_same_at_two_sizes(client, cast, actors, incident, way):
    most = 9 if way else 11
    client.force_login(cast["partner"])
    words, sizes = {"s": sealed(cast["partner"], q="social")}, []
    for _ in range(2):
        client.get(reverse("search"), words)
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("search"), words)
        sizes.append(len(asked))
        for number in range(5):
            extra = log_one(actors["coordinator"], place=f"Social club {number}")
            engage(incident=extra, agency=actors["partner"].agency, by=actors["coordinator"], reason="x")
    assert max(sizes) <= most, "\n".join(row["sql"] for row in asked)
    if way:
        assert sizes[0] == sizes[1]
    assert Incident.objects.count() > 5
