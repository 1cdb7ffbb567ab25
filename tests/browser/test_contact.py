"""A child is booked into custody at ten past one: the golden hour, who is told before it ends, contact (journey G)."""

import re
from datetime import datetime, time, timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.utils import timezone

from incidents.actions import engage
from incidents.models import Incident
from reminders.actions import deliver, sweep
from response.actions import hand_over
from response.models import ContactClock, Person
from svit import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MINUTE = timedelta(minutes=1)


@pytest.fixture
def night(monkeypatch):
    """`night(at)`: the clock of this process and of the server goes on from `at`; `night.booked` is ten past one."""
    zone = timezone.get_default_timezone()
    booked = datetime.combine(datetime.now(zone).date(), time(1, 10), tzinfo=zone)
    real, offset = timezone.now, [timedelta()]
    monkeypatch.setattr(clock, "timezone", SimpleNamespace(
        now=lambda: real() + offset[0], is_naive=timezone.is_naive, localtime=timezone.localtime,
        get_default_timezone=timezone.get_default_timezone,
    ))  # fmt: skip

    def go(at):
        offset[0] = at - real()

    go.booked = booked
    return go


def words_to(user):
    return [letter.body for letter in mail.outbox if user.email in letter.to]


@pytest.mark.parametrize(("width", "js"), [(360, True), (1280, False)])
def test_g_from_the_booking_to_the_contact(visit, toolkit, actors, cast, world, axe, night, width, js):
    night(night.booked + 5 * MINUTE)
    page = visit(cast["coordinator"], width=width, js=js)
    page.goto("/incidents/urgent/")
    page.locator("input[name=noticed][value=arrest_blade]").check()
    for part, words in enumerate(night.booked.strftime("%d %m %Y %H:%M").split()):
        page.locator(f"[name=occurred_at_{part}]").fill(words)
    page.locator("input[name=age_band][value=child]").check()
    page.locator("input[name=setting][value=custody]").check()
    page.get_by_label("5. Which area?").fill("Brook ward")
    page.locator("input[name=source][value=police]").check()
    if js:
        axe(page)
    page.get_by_role("button", name="Open it and start clocks").click()
    page.get_by_role("link", name="Go to the incident").click()
    golden = page.locator(".svit-clock").filter(has_text="golden hour").first
    assert re.search(r"5[45] min left, due 2:10am", golden.inner_text())
    if js:
        axe(page)
    case = Incident.objects.get()
    person = Person.objects.select_related("entry__incident__partnership").get()

    sweep(clock.now())
    night(night.booked + 31 * MINUTE)  # before it ends it is spoken of
    sweep(clock.now())
    deliver(clock.now())
    assert any("A golden hour is running" in body for body in words_to(cast["coordinator"]))
    assert not words_to(cast["csp_manager"])

    night(night.booked + 61 * MINUTE)  # nobody told MASH: it goes to the manager
    sweep(clock.now())
    page = visit(cast["csp_manager"], width=width, js=js)
    page.goto("/inbox/")
    page.get_by_text("A golden hour has run out.").first.wait_for()
    if js:
        axe(page)

    with clock.at(clock.now()):
        engage(incident=case, agency=world.agencies.youth, by=actors["coordinator"], reason="Reachable moment",
               sections={"people": "contribute"})  # fmt: skip
        hand_over(person=person, by=actors["coordinator"], agency=world.agencies.youth, worker=cast["youth"],
                  reason="Works in custody")  # fmt: skip
    mail.outbox.clear()
    night(night.booked + 12 * 60 * MINUTE + MINUTE)
    sweep(clock.now())
    deliver(clock.now())
    link = re.search(
        r"A first attempt at contact has to be made.*\n\S+?//[^/]+(/\S+)", words_to(cast["youth"])[0]
    )[1]
    page = visit(cast["youth"], width=width, js=js)
    page.goto(link)  # the first tap
    page.get_by_role("button", name="Record contact").or_(
        page.get_by_role("link", name="Record contact")
    ).first.click()
    page.locator("input[name=outcome][value=made]").check()  # the second gave the form, the third saves it
    page.locator("input[name=method][value=custody]").check()
    if js:
        axe(page)
    page.get_by_role("button", name="Record contact").click()
    page.get_by_text("Met: first attempt, 24 h").first.wait_for()
    assert page.get_by_text(re.compile("Met in 12 h")).count()
    assert set(ContactClock.objects.filter(met_at__isnull=False).values_list("kind", flat=True)) == {
        "first_attempt", "contact_made"
    }  # fmt: skip
    if js:
        axe(page)


def test_the_daily_list_and_the_figures_stand_on_a_phone_and_on_paper(visit, incident, cast, both):
    page = visit(cast["coordinator"])
    page.goto("/daily-risk/")
    both(page)
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Print this page").is_visible()
    assert page.get_by_text("Printed by").is_visible()
    page.emulate_media(media="screen")
    page.locator("input[name=people]").first.check()
    page.get_by_role("button", name="Taken to today’s meeting").click()
    page.get_by_text("1 person taken to today’s meeting.").wait_for()
    page.goto("/figures/")
    both(page)
