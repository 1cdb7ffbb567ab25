"""What a phone shows, measured: nothing touches, nothing is too small to hit, nothing hidden shows."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GAP = """() => {
  const box = part => document.querySelector('main .svit-titlebar').querySelector(part).getBoundingClientRect();
  return box('.govuk-button').top - box('h1, h2').bottom;
}"""
SIZES = "parts => parts.map(part => part.getBoundingClientRect()).map(box => [box.width, box.height])"


def test_headings_keep_off_buttons_and_acts_can_be_hit(visit, cast, incident):
    page = visit(cast["coordinator"])
    for name in ("people", "log", "agencies", "checklist"):
        page.goto(f"{incident.get_absolute_url()}{name}/")
        assert page.evaluate(GAP) >= 8, name
    states = page.eval_on_selector_all(".govuk-task-list__status", SIZES)
    assert min(width for width, _ in states) > 200
    page.goto(f"{incident.get_absolute_url()}agencies/")
    acts = page.eval_on_selector_all(".svit-stack td:not([data-label]) > a", SIZES)
    assert min(height for _, height in acts) >= 44


def test_a_button_that_needs_javascript_is_not_there_without_it(visit, db):
    page = visit(js=False)
    page.goto("/account/login/")
    assert not page.get_by_role("button", name="Show").is_visible()
    assert page.get_by_role("button", name="Sign in").is_visible()
