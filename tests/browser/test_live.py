"""An overview that stays open: what others do appears in place, and nobody loses their place on the page."""

import pytest
from playwright.sync_api import expect

from incidents.access import sight
from incidents.actions import add_note, scale_down, stand_down
from incidents.models import Engagement

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ASK = "document.body.dispatchEvent(new CustomEvent('svit-poll'))"


@pytest.fixture
def note(actors, incident):
    seen = sight(actors["coordinator"], incident)
    return lambda: add_note(seen=seen, text="The school was told.", section="general")


@pytest.fixture
def opened(visit, cast, incident):
    def open_page(who="youth", *, own_clock=False, **more):
        page = visit(cast[who], **more)
        if own_clock:  # the test says how the page's time goes on
            page.clock.install()
        page.asked = []
        page.on(
            "response",
            lambda one: page.asked.append(one.status) if one.request.headers.get("hx-request") else None,
        )
        page.goto(incident.get_absolute_url())
        return page

    return open_page


def is_asked(response):
    return "hx-request" in response.request.headers


def ask(page):
    """One question and its answer, without the wait."""
    with page.expect_response(is_asked):
        page.evaluate(ASK)


@pytest.mark.parametrize("width", [1280, 360])
def test_what_others_do_appears_in_place(opened, note, actors, incident, axe, width):
    page = opened(width=width)
    ask(page)
    if page.asked[-1] == 200:  # the minute turned, and with it what the page says of times
        ask(page)
    assert page.asked[-1] == 304
    note()
    scale_down(incident=incident, by=actors["coordinator"], reason="Calm for two weeks.")
    ask(page)
    expect(page.get_by_role("link", name="Show 2 new entries")).to_be_visible()
    expect(page.get_by_label("Incident", exact=True).get_by_text("Scaled down")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Show 2 new entries").click()
    expect(page.get_by_text("The school was told.")).to_be_visible()
    expect(page.get_by_text("new entr")).to_have_count(0)


def test_it_asks_by_itself_while_it_is_used_and_not_while_it_is_paused(opened):
    page = opened(own_clock=True)
    page.mouse.wheel(0, 50)
    with page.expect_response(is_asked):  # after five seconds, give or take a tenth
        page.clock.run_for(6500)
    with page.expect_response(is_asked):
        page.clock.run_for(6500)
    page.get_by_role("button", name="Pause updates").click()
    before = len(page.asked)
    page.clock.run_for(120_000)
    page.wait_for_timeout(500)
    assert len(page.asked) == before
    expect(page.get_by_role("button", name="Resume updates")).to_be_visible()


def test_the_part_that_the_keyboard_is_in_waits(opened, note, incident, actors):
    page = opened("coordinator", width=1280)
    link = page.locator("#live-phases a").nth(2)
    link.focus()
    note()
    ask(page)
    expect(page.get_by_role("link", name="Show 1 new entry")).to_be_visible()
    assert link.evaluate("link => link === document.activeElement")


def test_whoever_is_signed_out_meanwhile_is_asked_to_sign_in(opened):
    page = opened()
    page.context.clear_cookies()
    page.evaluate(ASK)
    page.wait_for_url("**/account/login/**")


def test_access_that_ended_takes_the_page_away(opened, actors, incident):
    page = opened()
    engagement = Engagement.objects.get(incident=incident, agency=actors["youth"].agency)
    stand_down(engagement=engagement, by=actors["coordinator"], reason="Its part is over.")
    page.evaluate(ASK)
    expect(page.get_by_text(incident.place)).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Overview")


def test_without_javascript_there_is_a_link(visit, cast, incident):
    page = visit(cast["youth"], js=False)
    page.goto(incident.get_absolute_url())
    expect(page.get_by_role("link", name="Refresh")).to_be_visible()
    expect(page.get_by_role("button", name="Pause updates")).to_be_hidden()
