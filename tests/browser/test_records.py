"""The records of the phases in the browser: the scene, the plan, a discharge, a school that is told."""

import pytest
from django.urls import reverse

from incidents.access import sight
from incidents.models import Entry
from incidents.queries import slug_of
from response.models.education import SchoolAlert
from response.models.health import DischargePlan
from response.models.plan import ResponsePlan
from response.models.reporting import FirstReport, Scene
from svit import clock
from svit.widgets import date_parts, time_part
from tests.kinds import OWN_FORM, make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAIRS = [(360, True), (1280, False)]


def fill_moment(page, name, moment):
    local = clock.local(moment)
    for number, part in enumerate([*date_parts(local), time_part(local)]):
        page.locator(f"[name={name}_{number}]").fill(part)


def press(page, words):
    """Follow a link or a button of these words, as both look alike."""
    link = page.get_by_role("link", name=words, exact=True)
    page.get_by_role("button", name=words, exact=True).or_(link).first.click()


@pytest.fixture
def kinds(incident):
    """The address of the records of a phase."""
    return lambda phase: reverse("phase", args=[incident.uuid, phase])


@pytest.mark.parametrize(("width", "js"), PAIRS)
def test_a_scene_is_held_and_released(visit, cast, incident, kinds, axe, width, js):
    page = visit(cast["coordinator"], width=width, js=js)
    page.goto(kinds("reporting"))
    page.get_by_role("link", name="Scenes").click()
    page.get_by_text("No scene recorded.").wait_for()
    press(page, "Add scene")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Enter the place.").wait_for()
    page.locator("[name=place]").fill("Station Parade")
    page.locator("[name=cordon][value=inner]").check()
    page.locator("[name=edge]").fill("From Mill Road to the market")
    if js:
        axe(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Scene: Station Parade").wait_for()
    page.get_by_text("From Mill Road to the market").wait_for()
    if js:
        axe(page)
    press(page, "Change")
    page.locator("[name=state][value=released]").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Enter when it was released.").wait_for()
    fill_moment(page, "released_at", clock.now())
    page.locator("[name=left]").fill("Flowers are left where they are.")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("State of the scene: Held → Released").first.wait_for()
    assert Scene.objects.get().released_at


@pytest.mark.parametrize(("width", "js"), PAIRS)
def test_a_first_report_is_checked_before_it_is_saved(visit, cast, incident, axe, width, js):
    page = visit(cast["coordinator"], width=width, js=js)
    page.goto(reverse("add-record", args=[incident.uuid, "first-report"]))
    page.locator("[name=shape][value=ethane]").check()
    fill_moment(page, "reported_at", clock.now())
    page.locator("[name=reported_by]").fill("Duty inspector")
    page.locator("[name=location]").fill("Outside the ticket hall")
    page.locator("[name=type]").fill("Stabbing")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Check your answers").wait_for()
    if js:
        axe(page)
    page.get_by_role("button", name="Change answers").click()
    assert page.locator("[name=type]").input_value() == "Stabbing"
    page.locator("[name=casualties]").fill("One, serious")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="ETHANE report", exact=True).wait_for()
    assert FirstReport.objects.get().casualties == "One, serious"


@pytest.mark.parametrize(("width", "js"), PAIRS)
def test_the_plan_is_written_and_reviewed(visit, cast, incident, kinds, axe, width, js):
    page = visit(cast["coordinator"], width=width, js=js)
    page.goto(kinds("response-plan"))
    page.get_by_role("link", name="Response plans").click()
    press(page, "Add response plan")
    page.locator("[name=aims]").fill("Nobody else is hurt.")
    page.get_by_role("button", name="Save").click()
    press(page, "Change")
    page.locator("[name=reviewed]").fill("Patrols are seen.")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("What the last review found: empty → Patrols are seen.").wait_for()
    if js:
        axe(page)
    assert ResponsePlan.objects.get().version == 2


@pytest.mark.parametrize(("width", "js"), PAIRS)
def test_a_discharge_is_planned_for_somebody(visit, cast, incident, kinds, axe, width, js):
    page = visit(cast["coordinator"], width=width, js=js)
    page.goto(kinds("health"))
    page.get_by_role("link", name="Discharge plans", exact=True).click()
    press(page, "Add discharge plan")
    page.locator("[name=about]").select_option(index=1)
    page.locator("[name=state][value=expected]").check()
    for number, part in enumerate(date_parts(clock.today())):
        page.locator(f"[name=expected_on_{number}]").fill(part)
    page.locator("[name=risks]").fill("The way home passes the station.")
    page.locator("[name=told][value=family_liaison]").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Discharge plan: a day is expected").wait_for()
    if js:
        axe(page)
    plan = DischargePlan.objects.select_related("entry__about").get()
    assert (plan.entry.about.kind, plan.entry.sensitivity) == ("person", "restricted")
    assert plan.entry.due_at


@pytest.mark.parametrize(("width", "js"), PAIRS)
def test_a_school_is_held_until_the_family_knows_and_then_told(visit, cast, incident, kinds, axe, width, js):
    page = visit(cast["coordinator"], width=width, js=js)
    page.goto(kinds("education"))
    page.get_by_role("link", name="School alerts").click()
    press(page, "Add school alert")
    page.locator("[name=school]").fill("Northmere Academy")
    page.locator("[name=setting][value=school]").check()
    page.locator("[name=through][value=victim]").check()
    page.locator("[name=may_say]").fill("A young person was hurt.")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Held until next of kin are told").first.wait_for()
    press(page, "Change")
    page.locator("[name=state][value=told]").check()
    fill_moment(page, "told_at", clock.now())
    page.locator("[name=kin][value=no]").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Say why the school was told").or_(
        page.get_by_role("link", name="Next of kin did not know before")
    ).first.wait_for()
    page.locator("[name=kin][value=yes]").check()
    if js:
        axe(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Has it been told?: Held until next of kin are told → Told").first.wait_for()
    assert SchoolAlert.objects.get().state == "told"


@pytest.mark.parametrize("part", range(3))
def test_every_kind_stands_at_both_widths(visit, cast, incident, actors, both, part):
    """The form, the record and the list of each kind: axe, and nothing scrolls sideways."""
    seen = sight(actors["coordinator"], incident)
    page = visit(cast["coordinator"])
    for model in OWN_FORM[part::3]:
        make(model, seen)
        entry = Entry.objects.get(kind=model.kind())
        for url in (
            reverse("add-record", args=[incident.uuid, slug_of(model)]),
            reverse("record", args=[incident.uuid, entry.uuid]),
            reverse("records", args=[incident.uuid, slug_of(model)]),
        ):
            page.goto(url)
            both(page)
