"""The journeys of a night, each in a real browser, with and without JavaScript, on a phone and on a desk.

A: log. B: categorise. C: mobilise. D: tick from an e-mail. F: export.
"""

import re
from datetime import timedelta

import pytest
from django.core import mail
from pypdf import PdfReader

from checklists.models import ChecklistItem
from incidents.models import Categorisation, Engagement, Incident, Stage
from partners.models import User
from reminders.actions import deliver, sweep
from response.models import ContactAttempt, ContactClock, Person
from svit import clock
from tests.checklists.conftest import picture
from tests.conftest import PASSWORD
from tests.reminders.conftest import put_on_call

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ONE_WAY = pytest.mark.parametrize(("width", "js"), [(360, True), (1280, False)])
OTHER_WAY = pytest.mark.parametrize(("width", "js"), [(360, False), (1280, True)])


@ONE_WAY
def test_a_an_incident_is_logged_on_a_phone_at_night(visit, toolkit, cast, axe, width, js):
    page = visit(cast["coordinator"], width=width, js=js)
    page.goto("/")
    page.get_by_role("button", name="Log an incident").or_(
        page.get_by_role("link", name="Log an incident")
    ).first.click()
    page.get_by_role("radio", name="Stabbing").check()
    page.get_by_role("radio", name="Within the last hour").check()
    page.get_by_label("3. Where?").fill("Station Parade")
    page.locator("input[name=source][value=police]").check()
    page.locator("input[name=injury][value=serious]").check()
    page.get_by_label("6. How many").fill("2")
    page.get_by_role("checkbox", name="Hospital").check()
    page.get_by_label("8. Summary").fill("Two young people hurt.")
    if js:
        axe(page)
    page.get_by_role("button", name="Log incident and start clocks").click()
    page.get_by_text("Incident logged").wait_for()
    incident = Incident.objects.get()
    assert page.get_by_text(incident.reference).count()
    assert page.get_by_text("estimated").count() == 4
    if js:
        axe(page)


@OTHER_WAY
def test_b_it_is_categorised(visit, incident, cast, axe, width, js):
    page = visit(cast["coordinator"], width=width, js=js)
    page.goto(f"/incidents/{incident.uuid}/categorise/")
    for name, value in (("police_called", "yes"), ("police_declared", "no"), ("serious", "yes"),
                        ("category", "serious"), ("response", "partners_meeting")):  # fmt: skip
        page.locator(f"input[name={name}][value={value}]").check()
    page.get_by_role("checkbox", name="Community concern").check()
    page.get_by_label("Which agency leads?").select_option(label="Northmere CSP")
    page.get_by_label("Why this category and response?").fill("Two hurt, a school near by.")
    if js:
        axe(page)
    page.get_by_role("button", name="Check answers").click()
    page.get_by_role("heading", name="Check your answers").wait_for()
    if js:
        axe(page)
    page.get_by_role("button", name="Save the category").click()
    page.get_by_role("heading", name="Overview").wait_for()
    assert Categorisation.objects.get().of_note == ["concern"]


@ONE_WAY
def test_c_the_agencies_are_mobilised_in_one_act(visit, toolkit, actors, cast, axe, width, js):
    from tests.conftest import log_one

    incident = log_one(actors["coordinator"])
    put_on_call(actors["partner"].agency, actors["partner"], clock.now())  # else it waits at night
    page = visit(cast["coordinator"], width=width, js=js)
    page.goto(f"/incidents/{incident.uuid}/mobilise/")
    if js:
        axe(page)
    page.get_by_role("button", name=re.compile("^Send to")).click()
    page.get_by_role("heading", name="Who was sent what").wait_for()
    if js:
        axe(page)
    incident.refresh_from_db()
    assert incident.stage == Stage.RESPONDING
    engagement = Engagement.objects.get(incident=incident, agency=actors["partner"].agency)
    police = page.get_by_role("row").filter(has_text="Riverside Police")
    assert "Sent" not in police.inner_text().replace("Not sent", "")
    sweep()
    with clock.at(clock.now() + timedelta(minutes=1)):
        deliver()
    page.reload()
    assert "Sent" in police.inner_text()
    Engagement.objects.filter(pk=engagement.pk).update(seen_at=clock.now(), seen_by=cast["partner"])
    page.reload()
    assert "Seen" in police.inner_text()
    with clock.at(clock.now() + timedelta(minutes=20)):
        page.reload()
    assert page.get_by_role("link", name=re.compile("020 7946")).count(), "a list to tap and call"


@OTHER_WAY
def test_d_a_partner_ticks_an_item_from_an_email(visit, incident, actors, cast, axe, width, js):
    user = User.objects.get(pk=cast["partner"].pk)
    user.set_password(PASSWORD)
    user.save()
    item = ChecklistItem.objects.filter(
        incident=incident, agency=actors["partner"].agency, kind="action"
    ).first()
    ChecklistItem.objects.filter(pk=item.pk).update(
        assignee=user, tell_at=clock.now(), assigned_at=clock.now()
    )
    sweep()
    with clock.at(clock.now() + timedelta(hours=12)):
        deliver()
    letter = next(one for one in mail.outbox if user.email in one.to)
    assert item.title not in letter.body
    link = re.search(r"You have been given an item.*\n\S+?//[^/]+(/\S+)", letter.body)[1]
    page = visit(width=width, js=js)
    page.goto(link)
    page.get_by_label("E-mail address").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name=item.title).wait_for()
    if js:
        axe(page)
    page.get_by_label("Note (optional)").fill("The appeal is out, with posters at both schools.")
    page.get_by_label("Photo (optional)").set_input_files(
        {"name": "posters.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    page.get_by_role("button", name="Mark done").click()
    page.get_by_text("Marked done.").first.wait_for()
    item.refresh_from_db()
    assert item.state == "done"
    assert page.get_by_text("The appeal is out").count()
    assert page.get_by_role("link", name="posters.jpg").count()
    page.get_by_role("button", name="Undo").first.click()
    page.wait_for_load_state()
    item.refresh_from_db()
    assert item.state == "open"


@ONE_WAY
def test_f_a_manager_exports_the_summary(visit, incident, cast, axe, width, js):
    from reports.actions import render_next
    from reports.models import Pack

    page = visit(cast["csp_manager"], width=width, js=js)
    page.goto(f"/incidents/{incident.uuid}/packs/new/")
    if js:
        axe(page)
    page.get_by_role("radio", name="Gold group").check()
    page.get_by_label(re.compile("Purpose|purpose|What is it for")).first.fill("Gold group at 9am")
    page.get_by_label(re.compile("ecipients|Who gets it|For whom")).first.fill("Gold group members")
    page.get_by_role("button").filter(has_text=re.compile("preview|Preview|Continue|Check")).first.click()
    page.wait_for_load_state()
    if js:
        axe(page)
    page.get_by_role("main").get_by_role("button", name=re.compile("^Create")).first.click()
    page.wait_for_load_state()
    assert Pack.objects.get().state == "queued"
    render_next()
    page.reload()
    with page.expect_download() as download:
        page.get_by_text("Download").first.click()
    assert download.value.suggested_filename == f"{incident.reference}-gold.pdf"
    words = "".join(sheet.extract_text() for sheet in PdfReader(download.value.path()).pages)
    assert incident.reference in words
    assert "OFFICIAL-SENSITIVE" in words


@OTHER_WAY
def test_contact_is_recorded_in_three_taps(visit, incident, cast, axe, width, js):
    person = Person.objects.filter(entry__incident=incident).first()
    page = visit(cast["youth"], width=width, js=js)
    page.goto(f"/incidents/{incident.uuid}/people/{person.uuid}/")
    if js:
        axe(page)
    page.get_by_role("button", name="Record contact").or_(
        page.get_by_role("link", name="Record contact")
    ).first.click()
    page.locator("input[name=outcome][value=made]").check()
    page.locator("input[name=method][value=visit]").check()
    page.get_by_role("button", name="Record contact").click()
    page.get_by_role("heading", name=person.label).first.wait_for()
    assert ContactAttempt.objects.get().outcome == "made"
    assert ContactClock.objects.filter(person=person, met_at__isnull=False).count() == 2
