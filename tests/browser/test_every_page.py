"""Axe on every template that draws a page, at both widths; a template that nothing visits fails the test."""

import re
import uuid
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test.signals import template_rendered
from django.urls import reverse

from checklists.models import ChecklistItem
from comms.models import KeyMessage
from incidents.access import sight
from incidents.actions import (
    add_note,
    close,
    create_record,
    engage,
    give_reason,
    offer_handover,
    propose,
    reveal,
)
from incidents.models import Engagement
from partners.models import Contact, Membership, User
from reminders.actions import snooze, sweep
from reminders.models import Notification
from reports import actions as packs
from reports import gathering, redacting
from response.actions import add_date, mark_missed, meetings
from response.models import Person
from svit import clock
from svit.asked import sealed
from tests.conftest import PASSWORD, log_one
from tests.test_routes import make_meeting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Drawn by the embedded mode alone, without a session, for what cannot be taken, or where the server has failed
ELSEWHERE = {
    "svit/components.html", "reminders/demo_mail.html", "500.html", "400.html", "403_csrf.html",
    "account/account_inactive.html", "partners/choose_first.html", "partners/no_membership.html",
    "reminders/closed.html",
    "account/password_reset_from_key.html", "account/password_reset_from_key_done.html", "429.html",
    "partners/second_factor_first.html",
    # In test_records, which sends a form whose answers are checked
    "incidents/record_check.html",
    # In test_signing_in, as they take a second factor
    "mfa/authenticate.html", "mfa/reauthenticate.html", "mfa/webauthn/reauthenticate.html",
    "mfa/webauthn/edit_form.html", "mfa/webauthn/add_form.html", "mfa/totp/activate_form.html",
    "mfa/recovery_codes/generate.html",
    "mfa/webauthn/authenticator_confirm_delete.html", "mfa/totp/deactivate_form.html", "mfa/recovery_codes/index.html",
    "partners/to_service.html", "partners/invitation.html", "partners/invitation_closed.html",
}  # fmt: skip
FOUND = "/search/"  # with words, sealed for whoever visits
SHARED = ("layouts/", "components/", "django/", "account/email/", "account/messages/")


def page_templates():
    """Every template that is a whole page: it extends a layout and nothing includes it."""
    folder = settings.BASE_DIR / "templates"
    names = {str(path.relative_to(folder)) for path in folder.rglob("*.html")}
    whole = {name for name in names if "{% extends" in (folder / name).read_text()}
    frames = {
        found for name in names for found in re.findall(r'{% extends "([^"]+)"', (folder / name).read_text())
    }
    return {name for name in whole - frames if not name.startswith(SHARED)} - ELSEWHERE


@pytest.fixture
def drawn():
    """The names of the templates that were drawn while the test ran."""
    names = set()

    def note(sender, template, **kwargs):
        names.add(str(template.name))

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


@pytest.fixture
def night(incident, actors, cast, world):
    """An incident in the middle of its night, and the address of everything that stands in it."""
    by, seen = actors["coordinator"], sight(actors["coordinator"], incident)
    User.objects.filter(pk=cast["partner"].pk).update(mobile="+447700900123")
    person = Person.objects.select_related("entry__incident").filter(entry__incident=incident).first()
    Person.objects.filter(pk=person.pk).update(name="Ottoline Heron", school="Northmere Academy")
    row = person.clocks.get(kind="contact_made")
    with clock.at(row.due_at):
        mark_missed(clock=row, by=by)
    create_record(seen=seen, model=KeyMessage, audience="Residents", message="Patrols are up.")
    masked = create_record(seen=seen, model=KeyMessage, sensitivity="restricted", audience="A", message="B")
    entry = add_note(seen=seen, text="Officers are with both families.", section="general")
    opened = reveal(
        seen=sight(actors["partner"], incident), entry=person.entry, reason="contact", text="To visit."
    )
    there = engage(
        incident=incident,
        agency=world.agencies.other_csp,
        by=by,
        reason="It crosses the boundary.",
        gateway="safeguarding",
    )
    pack = packs.request_pack(seen=seen, audience="gold", purpose="Gold group", recipients="The chair")
    packs.render_next()
    report, closed = log_one(actors["youth"]), log_one(by)
    engage(incident=closed, agency=actors["partner"].agency, by=by, reason="Needed.")
    close(incident=closed, by=by, reason="Nothing is left to do.")
    item = ChecklistItem.objects.filter(
        incident=incident, agency=actors["partner"].agency, kind="action"
    ).first()
    date = add_date(seen=seen, what="court", on=clock.today() + timedelta(days=30))
    meeting, signed = make_meeting(seen), make_meeting(seen)
    ended = meetings.end(seen=seen, meeting=signed)
    meetings.sign_minutes(seen=seen, meeting=signed, read=ended.version)
    sweep()
    engagement = Engagement.objects.get(incident=incident, agency=actors["partner"].agency)
    redaction = redacting.ask(
        seen=seen, words="both families", reason="They asked.", chosen=["incidents.logtext.text"]
    )
    gone = log_one(by)
    close(incident=gone, by=by, reason="Nothing is left to do.")
    disposal = propose(incident=gone, by=actors["csp_manager"], ground="period", reason="Reviewed.")
    request = gathering.search(by=actors["governance"], name="Ottoline Heron", born=None, reason="Request 12")
    give_reason(incident=incident, by=actors["governance"], reason="disclosure", text="A court order.")

    told = {
        "kind": "item_due",
        "subject": item.uuid,
        "recipient": actors["partner"].user,
        "due_at": item.due_at,
    }
    message, put_off = (Notification.objects.create(step=step, **told) for step in ("before", "due"))
    snooze(notification=put_off, by=actors["partner"], until=clock.now() + timedelta(days=1), reason="Away.")

    def at(name, *args, of=incident):
        return reverse(name, args=[of.uuid, *args])

    def items(name):
        return at(name, item.uuid)

    return SimpleNamespace(
        incident=incident, report=report, closed=closed, person=person, row=row, entry=entry, masked=masked,
        pack=pack, item=item, items=items, engagement=engagement, at=at, opened=opened, there=there,
        date=date, meeting=meeting, signed=signed, redaction=redaction,
        disposal=disposal, request=request, message=message,
    )  # fmt: skip


def of_coordinators(night):
    at, person, row = night.at, night.person.uuid, night.row.uuid
    yield from (
        "/",
        "/incidents/",
        "/incidents/new/",
        "/exercises/new/",
        "/my-work/",
        "/team-work/",
        "/inbox/",
    )
    yield from ("/search/?s=nothing", FOUND, "/account/", "/account/password/change/", "/account/security/",
                "/account/sessions/", "/account/again/", "/account/roles/")  # fmt: skip
    for name in (
        "incident", "incident-log", "add-note", "checklist", "new-item", "people", "add-person", "key-messages",
        "agencies", "describe", "change-status", "packs", "new-pack", "logged", "known", "categorise", "mobilise",
        "mobilised", "dates", "add-date", "remobilise-anniversary",
    ):  # fmt: skip
        yield at(name)
    yield "/dates/"
    yield at("key-date", night.date.uuid)
    yield at("meetings")
    yield at("new-meeting")
    for name in (
        "meeting",
        "change-meeting",
        "meeting-attendance",
        "share-meeting",
        "live-meeting",
        "end-meeting",
    ):
        yield at(name, night.meeting.uuid)
    yield at("live-meeting", night.meeting.uuid) + "?tab=action"
    yield at("meeting", night.signed.uuid)
    yield at("add-addendum", night.signed.uuid)
    yield at("incident", of=night.closed)
    yield at("incident", of=night.report)
    yield at("join", of=night.report)
    yield at("phase", "health")
    for name in ("phase-lead", "phase-not-applicable", "phase-close"):
        yield at(name, "health")
    yield from ("/incidents/urgent/", "/daily-risk/", "/figures/")
    for name in ("person", "change-person", "change-support", "change-family", "record-contact", "add-clock",
                 "seal-person", "refer", "hand-over-person", "ask-pause"):  # fmt: skip
        yield at(name, person)
    for name in ("move-start", "explain-miss", "assign-clock"):
        yield at(name, person, row)
    for name in ("log-entry", "correct-entry", "withhold-entry", "redact-entry"):
        yield at(name, night.entry.uuid)
    yield at("change-engagement", night.engagement.uuid)
    yield at("stand-down", night.engagement.uuid)
    yield at("record-told", night.engagement.uuid)
    yield at("reveals", person)
    yield at("stop-reveals", person, night.opened.uuid)
    yield at("hand-over")
    yield at("pack", night.pack.uuid)
    yield at("redact-words")
    yield at("redaction", night.redaction.uuid)
    yield "/setup/templates/"
    yield at("add-record", "key-message")
    yield at("record", night.masked.uuid)
    yield at("change-record", night.masked.uuid)
    yield "/account/logout/"
    for name in ("item", "item-assign", "item-due", "item-note", "item-evidence", "item-not-needed"):
        yield night.items(name)


def of_keepers(night):
    """Retention, as the CSP managers see it."""
    yield from ("/retention/", "/setup/retention/", "/setup/retention/incident/")
    yield reverse("retention-of", args=[night.closed.uuid])
    yield reverse("place-hold", args=[night.closed.uuid])
    yield reverse("propose-disposal", args=[night.closed.uuid])
    yield night.disposal.get_absolute_url()


def of_governance(night):
    """What the governance officer decides, looks for and discloses."""
    yield from ("/retention/", "/subject-access/")
    yield night.disposal.get_absolute_url()
    yield reverse("subject-request", args=[night.request.uuid])
    yield reverse("end-subject-request", args=[night.request.uuid])
    yield night.at("disclose")


def of_partners(night):
    yield from ("/my-work/", "/inbox/", FOUND, "/account/acting/", "/account/messages/",
                "/account/texts/")  # fmt: skip
    yield reverse("snooze", args=[night.message.uuid])
    yield night.at("record", night.masked.uuid)
    yield night.at("reveal", night.masked.uuid)
    yield night.at("person", night.person.uuid)
    yield night.items("item")
    yield night.items("item-send-back")


def of_officers(night):
    yield from ("/access-record/", "/access-record/?incident=nothing", "/access-record/reveals/",
                "/access-record/disclosures/", "/access-record/export/", "/account/access-record/")  # fmt: skip
    yield f"/access-record/?record={night.person.uuid}"


def of_administrators(world, cast):
    agency = world.agencies.police.uuid
    member = Membership.objects.get(user=cast["partner"]).uuid
    yield "/account/password/set/"
    yield from ("/setup/", "/setup/partnership/", "/setup/agencies/", "/setup/agencies/new/", "/setup/members/",
                "/setup/contacts/", "/setup/contacts/new/", "/setup/on-call/", "/setup/import/", "/setup/clocks/",
                "/setup/clocks/new/", "/setup/clocks/mash/", "/setup/reminders/", "/setup/reach/",
                "/account/leave/")  # fmt: skip
    for name in ("setup-agency", "setup-change-agency", "setup-close-agency", "setup-agreement", "setup-add-member",
                 "setup-put-on-call", "setup-rota", "setup-change-rota"):  # fmt: skip
        yield reverse(name, args=[agency])
    yield reverse("setup-end-membership", args=[member])
    yield reverse("setup-member-leave", args=[member])
    contact = Contact.objects.create(partnership=world.north, name="Duty chaplain")
    yield reverse("setup-change-contact", args=[contact.uuid])
    yield reverse("setup-remove-contact", args=[contact.uuid])
    yield reverse("setup-share-agency", args=[world.agencies.housing.uuid])
    yield "/setup/history/"
    yield reverse("setup-agency-history", args=[agency])
    yield "/setup/templates/"
    yield "/setup/templates/new/"
    yield reverse("setup-change-template", args=["support"])
    yield reverse("setup-retire-template", args=["support"])
    yield reverse("setup-template-history", args=["support"])
    yield "/setup/support/"
    yield reverse("setup-confirm-organisation", args=["samaritans"])
    yield reverse("setup-confirm-resource", args=["nhs-pathways"])


def test_axe_finds_nothing_on_any_page(visit, night, world, cast, actors, both, drawn):
    rounds = (
        ("coordinator", of_coordinators(night)),
        ("partner", of_partners(night)),
        ("csp_manager", of_keepers(night)),
        ("governance", of_governance(night)),
        ("administrator", of_administrators(world, cast)),
        ("governance", of_officers(night)),
    )
    problems = []
    cast["coordinator"].set_password(PASSWORD)
    cast["coordinator"].save()
    for who, addresses in rounds:
        page = visit(cast[who])
        for address in addresses:
            if address == FOUND:
                address = f"/search/?{urlencode({'s': sealed(cast[who], q='station')})}"
            response = page.goto(address)
            if response.status != 200:
                problems.append(f"{who} {address}: {response.status}")
                page.failures.clear()
                continue
            try:
                both(page)
            except AssertionError as found:
                problems.append(str(found))
                page.failures.clear()
        forms_with_errors(page, night, who, both)
    page = visit(cast["coordinator"])
    for address, status in (
        (f"/incidents/{uuid.uuid4()}/", 404),
        (night.at("categorise", of=night.closed), 403),
    ):
        assert page.goto(address).status == status
        page.failures.clear()  # the browser itself complains of the status
        both(page)
    page = visit(cast["agency_manager"])
    page.goto("/incidents/life-at-risk/")
    both(page)
    offer_handover(
        incident=night.incident,
        by=actors["coordinator"],
        to_partnership=world.east,
        reason="The family lives there.",
    )
    page = visit(cast["other_coordinator"])
    page.goto(night.at("answer-handover"))
    both(page)
    page = visit(cast["governance"])
    page.goto(night.at("incident", of=night.report))  # no reason was given for this one yet
    both(page)
    signed_out(visit(), both)
    assert not problems, "\n".join(problems)
    missing = page_templates() - drawn
    assert not missing, f"no visit draws {sorted(missing)}"


def forms_with_errors(page, night, who, axe):
    """Forms sent as they are, with nothing filled in; and the answers to check."""
    wrong = {
        "coordinator": ["/incidents/new/", night.at("categorise"), night.at("add-note"), night.at("new-pack"),
                        night.at("add-record", "key-message"), night.at("record-contact", night.person.uuid)],
        "partner": [night.items("item-send-back"), night.at("reveal", night.masked.uuid),
                    reverse("snooze", args=[night.message.uuid])],
        "administrator": ["/setup/agencies/new/", "/setup/contacts/new/", "/setup/support/resources/nhs-pathways/",
                          "/setup/templates/new/"],
        "governance": ["/access-record/export/"],
    }  # fmt: skip
    for address in wrong.get(who, ()):
        page.goto(address)
        page.locator("main form button[type=submit], main form button:not([type])").first.click()
        page.get_by_text("There is a problem").wait_for()
        axe(page)
    if who == "coordinator":
        page.goto(night.at("new-pack"))
        page.get_by_role("radio", name="Gold group").check()
        for box in page.locator("main form textarea, main form input[type=text]").all():
            box.fill("Gold group at 9am")
        page.locator("main form button").first.click()
        page.get_by_role("heading", name="What is in the pack").wait_for()
        axe(page)
        check_categorisation(page, night)
        axe(page)
    if who == "partner":
        kept_for_whoever_came_too_late(page, night, axe)
    if who == "administrator":
        page.goto("/setup/import/")
        page.locator("input[type=file]").set_input_files(
            {
                "name": "directory.csv",
                "mimeType": "text/csv",
                "buffer": b"agency,kind\nNorthmere Homes,nonsense\n",
            }
        )
        page.locator("main form button").first.click()
        page.wait_for_load_state()
        axe(page)


def kept_for_whoever_came_too_late(page, night, axe):
    """A note that was being written while the item went to another agency."""
    page.goto(night.items("item-note"))
    page.locator("main textarea").first.fill("The appeal is out.")
    rows = ChecklistItem.objects.filter(pk=night.item.pk)
    rows.update(agency=None)
    page.locator("main form button").first.click()
    page.get_by_text("The appeal is out.").wait_for()
    page.failures.clear()  # the browser itself complains of the status
    axe(page)
    rows.update(agency=night.item.agency_id)


def check_categorisation(page, night):
    page.goto(night.at("categorise"))
    for name, value in (("police_called", "yes"), ("police_declared", "no"), ("serious", "yes"),
                        ("category", "serious"), ("response", "gold_group")):  # fmt: skip
        page.locator(f"input[name={name}][value={value}]").check()
    page.get_by_label("Which agency leads?").select_option(label="Northmere CSP")
    page.get_by_label("Why this category and response?").fill("Two hurt, a school near by.")
    page.get_by_role("button", name="Check answers").click()
    page.get_by_role("heading", name="Check your answers").wait_for()


def signed_out(page, axe):
    for address in (
        "/account/login/",
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/agency/",
    ):
        page.goto(address)
        axe(page)
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_text("There is a problem").wait_for()
    axe(page)
