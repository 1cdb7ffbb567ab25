"""A search in a real browser, with and without JavaScript: to the older results, into an incident, and back."""

import re

import pytest

from incidents.access import sight
from incidents.actions import add_note
from tests.conftest import log_one

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIELD = "Reference, place or words"


@pytest.mark.parametrize(("width", "js"), [(360, False), (1280, True)])
def test_somebody_searches_goes_on_opens_what_was_found_and_comes_back(
    visit, toolkit, actors, cast, axe, monkeypatch, width, js
):
    monkeypatch.setattr("reports.queries.PAGE", 2)
    made = [log_one(actors["coordinator"], place=f"Harbour steps {number}") for number in range(3)]
    add_note(seen=sight(actors["coordinator"], made[0]), text="The Harbour is quiet.", section="general")
    page = visit(cast["coordinator"], width=width, js=js)
    met = []
    page.on("request", lambda request: met.append(request.url))
    page.goto("/search/")
    page.get_by_label(FIELD).fill("harbour")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    page.get_by_text(made[2].reference, exact=True).wait_for()
    assert page.get_by_label(FIELD).input_value() == "harbour"
    if js:
        axe(page)
    page.get_by_role("link", name="Older incidents").click()
    page.get_by_text(made[0].reference, exact=True).wait_for()
    older = page.url
    page.get_by_role("link", name=re.compile("In the log")).click()
    page.get_by_text("The Harbour is quiet.").wait_for()
    assert page.get_by_label("Words").input_value() == "harbour"
    if js:
        axe(page)
    page.go_back()
    assert page.url == older
    page.get_by_role("link", name=re.compile("Harbour steps 0")).click()
    page.get_by_role("heading", name="Overview").wait_for()
    page.go_back()
    page.get_by_text(made[0].reference, exact=True).wait_for()
    page.reload()
    page.get_by_text(made[0].reference, exact=True).wait_for()
    page.go_back()
    page.get_by_text(made[2].reference, exact=True).wait_for()
    assert page.get_by_label(FIELD).input_value() == "harbour"
    assert len(met) > 8
    assert [url for url in met if "harbour" in url.lower()] == []


def test_a_link_of_somebody_else_asks_for_the_words_again(visit, cast, incident, axe):
    theirs = visit(cast["coordinator"], width=1280)
    theirs.goto("/search/")
    theirs.get_by_label(FIELD).fill("Station Parade")
    theirs.get_by_role("main").get_by_role("button", name="Search").click()
    theirs.get_by_text(incident.reference, exact=True).wait_for()
    page = visit(cast["partner"], width=360)
    page.goto(theirs.url)
    page.get_by_text("There is a problem").wait_for()
    axe(page)
    assert page.get_by_label(FIELD).input_value() == ""
    assert "Station Parade" not in page.content()
    page.get_by_label(FIELD).fill("Station Parade")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    page.get_by_text(incident.reference, exact=True).wait_for()
