"""Gold group, live: set up in two clicks, two people take notes, the chair signs (journey E)."""

import time

import pytest
from django.urls import reverse

from checklists.models import ChecklistItem
from response.models.meetings import Decision, Meeting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECONDS = 15


def decide(page, text, why):
    """A decision by keyboard alone: the focus is where the next one begins."""
    began = time.monotonic()
    page.locator("[name=text]").fill(text)
    page.keyboard.press("Tab")
    page.keyboard.type(why)
    page.keyboard.press("Tab")
    page.keyboard.type("Riverside")  # the list goes to what begins so
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.get_by_text(text).first.wait_for()
    assert time.monotonic() - began < SECONDS


@pytest.mark.parametrize(("width", "js"), [(360, True), (1280, False)])
def test_e_gold_group_is_held_by_two_note_takers_and_signed(visit, cast, incident, axe, width, js):
    page = visit(cast["coordinator"], width=width, js=js)
    page.goto(reverse("meetings", args=[incident.uuid]))
    page.get_by_role("button", name="Set up meeting").click()
    page.locator("[name=what][value=gold_group]").check()
    page.get_by_role("button", name="Set up meeting").click()
    page.get_by_role("heading", name="Gold group 1").wait_for()
    page.get_by_role("button", name="Start meeting").click()
    page.get_by_role("heading", name="Gold group 1, live").wait_for()
    live = page.url
    if js:
        assert page.locator("[name=text]").evaluate("field => field === document.activeElement")
        axe(page)
    decide(page, "Patrols until Friday", "Two schools asked")
    if js:
        assert page.locator("[name=text]").evaluate("field => field === document.activeElement")

    other = visit(cast["second_coordinator"], width=width, js=js)
    other.goto(live)
    other.get_by_role("link", name="Add action").click()
    other.locator("[name=title]").fill("Brief both heads")
    other.locator("[name=agency]").select_option(label="Northmere Youth Service")
    other.get_by_role("button", name="Add action").click()
    other.get_by_text("Brief both heads").first.wait_for()
    decide(page, "One statement a day", "Rumours")
    page.get_by_text("Taken so far: 2 decisions, 1 action").wait_for()
    assert ChecklistItem.objects.get(title="Brief both heads").agency.name == "Northmere Youth Service"

    page.get_by_role("link", name="Share-screen view").click()
    page.get_by_text("People stand here by their codes").wait_for()
    if js:
        axe(page)
    page.goto(live)
    page.get_by_role("button", name="End and check").click()
    page.get_by_role("button", name="End the meeting").click()
    page.get_by_role("button", name="Sign the minutes").click()
    page.get_by_role("link", name="Add an addendum").click()
    page.locator("[name=text]").fill("The bus company was told.")
    page.get_by_role("button", name="Add addendum").click()
    page.get_by_text("The bus company was told.").first.wait_for()
    if js:
        axe(page)
    assert Meeting.objects.get().signed_at
    assert Decision.objects.count() == 2
