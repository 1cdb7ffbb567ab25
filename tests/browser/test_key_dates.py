"""Journey H: the anniversary remobilises; and a family's date from the list to the group. In a real browser."""

import re
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from checklists.models import ChecklistItem
from incidents.actions import close
from incidents.actions.engagement import stand_down
from incidents.models import Engagement, Incident
from partners.models import Membership
from reminders.actions import deliver, sweep
from reminders.times import MORNING, anniversary, on_the_wall
from response.models import KeyDate, Remobilisation
from svit import clock
from tests.conftest import make_member
from tests.response.dates import write_down

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAYS = pytest.mark.parametrize(("width", "js"), [(360, True), (1280, False), (1280, True)])


class Clicks:
    """Counts what somebody presses besides answering; a journey may take three, within a minute."""

    def __init__(self):
        self.count, self.began = 0, time.monotonic()

    def __call__(self, found):
        self.count += 1
        found.first.click()

    def done(self):
        assert self.count <= 3
        assert time.monotonic() - self.began < 60


@pytest.fixture
def year_old(incident, actors, world):
    """An incident whose anniversary is in four weeks: the youth service was stood down, one of the police has left."""
    by = actors["coordinator"]
    happened = clock.today() + timedelta(days=28)
    moment = on_the_wall(anniversary(happened, happened.year - 1), MORNING)
    Engagement.objects.filter(incident=incident, agency=world.agencies.police).update(
        seen_by=actors["colleague"].user, seen_at=clock.now()
    )
    youth = Engagement.objects.get(incident=incident, agency=world.agencies.youth)
    stand_down(engagement=youth, by=by, reason="Nothing left to do.")
    close(incident=incident, by=by, reason="All is done.")
    said_at = on_the_wall(clock.today(), MORNING)
    Incident.objects.filter(pk=incident.pk).update(occurred_at=moment, remind_at=said_at)
    Membership.objects.filter(user=actors["colleague"].user).update(until_at=clock.now())
    make_member("new@police.example", world.agencies.police, "practitioner", "Ann Lee")
    incident.refresh_from_db()
    return incident


@WAYS
def test_h_the_anniversary_remobilises(visit, year_old, cast, world, axe, width, js):
    said_at = on_the_wall(clock.today(), MORNING)
    sweep(said_at)
    deliver(said_at + timedelta(hours=1))
    letter = next(one for one in mail.outbox if cast["coordinator"].email in one.to)
    assert "The anniversary of an incident is on" in letter.body
    link = re.search(r"//[^/]+(/inbox/\S+)", letter.body)[1]
    page = visit(cast["coordinator"], width=width, js=js)
    press = Clicks()
    press.count += 1  # the link in the message
    page.goto(link)
    page.get_by_role("heading", name="Bring back the response group").wait_for()
    police = page.get_by_role("row").filter(has_text="Riverside Police")
    assert re.search("Was Police Two, who left. Now .*Ann Lee", police.inner_text())
    if js:
        axe(page)
    page.locator("input[name=confirmed][value=yes]").check()
    page.get_by_label("With whom, and when").fill("Family liaison officer, yesterday")
    press(page.get_by_role("button", name="Send to the ticked partners"))
    page.get_by_role("heading", name="Who was sent what").wait_for()
    press.done()
    if js:
        axe(page)
    year_old.refresh_from_db()
    assert year_old.stage == "responding"
    assert Remobilisation.objects.get().confirmed
    current = Engagement.objects.current().filter(incident=year_old)
    assert {world.agencies.police, world.agencies.youth} <= {row.agency for row in current}
    assert ChecklistItem.objects.filter(
        incident=year_old, template_item__key="memorials", state="open"
    ).exists()


@WAYS
def test_a_date_is_written_down_and_brings_the_group_back(visit, incident, actors, cast, axe, width, js):
    page = visit(cast["coordinator"], width=width, js=js)
    page.goto(reverse("dates", args=[incident.uuid]))
    if js:
        axe(page)
    page.get_by_role("main").get_by_text("Add date").first.click()
    page.get_by_role("heading", name="Add a key date").wait_for()
    page.locator("input[name=what][value=court]").check()
    on = clock.today() + timedelta(days=30)
    for name, value in (("on_0", on.day), ("on_1", on.month), ("on_2", on.year), ("at_0", "10am")):
        page.locator(f"input[name={name}]").fill(str(value))
    if js:
        axe(page)
    page.get_by_role("button", name="Add date").click()
    page.get_by_role("heading", name="Court hearing").wait_for()
    if js:
        axe(page)
    page.goto(reverse("key-dates"))
    if js:
        axe(page)
    press = Clicks()
    press(page.get_by_role("link", name="Court hearing"))
    press(page.get_by_text("Bring back the response group"))
    page.locator("input[name=confirmed][value=no]").check()
    page.get_by_label("Why we go on").fill("Tension rises, and the officer is away")
    press(page.get_by_role("button", name="Send to the ticked partners"))
    page.get_by_role("heading", name="Who was sent what").wait_for()
    press.done()
    assert Remobilisation.objects.get().date == KeyDate.objects.get()


def test_all_pages_of_a_date_at_both_widths(visit, incident, actors, cast, both):
    by = actors["coordinator"]
    soon = clock.today() + timedelta(days=9)
    found = write_down(
        by, incident, on=soon, plan="A vigil", plan_ready=True, told=[str(cast["csp_manager"].uuid)]
    )
    write_down(by, incident, on=soon, what="birthday", yearly=True)
    write_down(by, incident, on=soon - timedelta(days=30), what="funeral")
    masked = write_down(by, incident, on=soon, what="release", sensitivity="restricted")
    page = visit(cast["coordinator"])
    names = ("dates", "add-date", "remobilise-anniversary")
    addresses = [reverse("key-dates"), *(reverse(name, args=[incident.uuid]) for name in names)]
    addresses += [
        reverse(name, args=[incident.uuid, found.uuid]) for name in ("key-date", "change-date", "remobilise")
    ]
    for address in addresses:
        page.goto(address)
        both(page)
    for address in (addresses[2], addresses[-1]):
        page.goto(address)
        page.get_by_role("main").locator("form button").last.click()
        page.get_by_text("There is a problem").wait_for()
        both(page)
    page = visit(cast["partner"])
    for name, args in (("dates", []), ("key-date", [masked.uuid])):
        page.goto(reverse(name, args=[incident.uuid, *args]))
        both(page)
