"""Coming in, in a real browser: the invitation, the second factor, the page that the link was for, and being away."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialApp
from django.urls import reverse

from checklists.models import ChecklistItem
from incidents.access import sight
from incidents.models import LogText
from partners import actions, invitations, sessions
from partners.models import KeptAnswers, Role, SingleSignOn
from response.actions import change_person
from response.models import Person
from tests.conftest import PASSWORD
from tests.partners.one_time import code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def item(incident, actors):
    return ChecklistItem.objects.filter(incident=incident, agency=actors["partner"].agency, kind="action")[0]


@pytest.fixture
def link(world, actors, item, settings):
    """An agency manager is invited by a message about an item."""
    settings.SECOND_FACTOR_COMPULSORY = True
    member = actions.add_member(
        agency=world.agencies.police, by=actors["administrator"], name="New Manager", email="new@police.example",
        role=Role.AGENCY_MANAGER,
    )  # fmt: skip
    parts = urlsplit(invitations.address_of(member.invitations.get(), item.get_absolute_url()))
    return f"{parts.path}?{parts.query}"


def with_passkeys(page):
    """A browser on a machine that keeps passkeys, whose person shows their finger at once."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def arrive(page, path):
    """Wait until the page of this very path is there; the address of the sign-in page has it as well, further on."""
    page.wait_for_url(lambda url: urlsplit(url).path == path)


def set_password(page, link):
    page.goto(link)
    page.get_by_label("Choose a password", exact=True).fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Set up").click()
    page.wait_for_url("**/account/security/**")


@pytest.fixture
def person(incident, actors):
    """A person of the incident whose name is restricted."""
    found = Person.objects.select_related("entry__incident").filter(entry__incident=incident).first()
    seen = sight(actors["coordinator"], incident)
    change_person(seen=seen, person=found, version=found.version, name="Ottoline Heron")
    return found


def open_with_a_reason(page, axe, person):
    """From the page of the item to the person's restricted content."""
    page.get_by_role("link", name=person.entry.incident.reference).first.click()
    page.get_by_role("link", name="People", exact=True).first.click()
    page.get_by_role("link", name=person.label, exact=True).first.click()
    page.get_by_role("heading", name="Who they are").wait_for()
    assert "Ottoline Heron" not in page.content()
    page.get_by_role("link", name="Give a reason to see it").click()
    page.get_by_role("button", name="Show it for 15 minutes").click()
    page.get_by_role("alert").first.wait_for()
    axe(page)
    page.get_by_label("To make contact with this person").check()
    page.get_by_label("In your words").fill("To visit her this evening.")
    page.get_by_role("button", name="Show it for 15 minutes").click()
    page.get_by_text("Ottoline Heron", exact=True).wait_for()
    axe(page)


def see_it_as_the_officer(visit, axe, cast, width):
    page = visit(cast["governance"], width=width)
    page.goto("/access-record/reveals/")
    row = page.get_by_role("row").filter(has_text="New Manager")
    assert "To visit her this evening." in row.inner_text()
    assert "Ottoline Heron" not in page.content()
    axe(page)
    row.get_by_role("link", name="New Manager").click()
    page.get_by_role("row").filter(has_text="Consultation").first.wait_for()
    axe(page)


@pytest.mark.parametrize("width", [360, 1280])
def test_from_an_invitation_by_a_passkey_to_the_item_and_a_reveal_that_the_officer_sees(
    visit, axe, link, item, person, cast, width
):
    page = visit(None, width=width)
    with_passkeys(page)
    page.goto(link)
    axe(page)
    set_password(page, link)
    axe(page)
    page.get_by_role("button", name="Add a passkey").click()
    axe(page)
    page.get_by_label("What do you call this device?").fill("Duty phone")
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("button", name="I have kept them: continue").wait_for()
    axe(page)
    page.get_by_role("button", name="I have kept them: continue").click()
    arrive(page, item.get_absolute_url())
    page.get_by_role("button", name="Lock now").first.click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    arrive(page, item.get_absolute_url())
    open_with_a_reason(page, axe, person)
    assert page.failures == []
    see_it_as_the_officer(visit, axe, cast, width)


@pytest.mark.parametrize("js", [True, False])
def test_from_an_invitation_by_an_app_to_the_item(visit, link, item, js):
    page = visit(None, js=js)
    set_password(page, link)
    page.get_by_role("button", name="Set up an app").click()
    key = page.inner_text("#totp-key").replace(" ", "")
    page.get_by_label("Code that the app shows now").fill(code(key))
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("button", name="I have kept them: continue").click()
    arrive(page, item.get_absolute_url())
    page.goto("/account/")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill("new@police.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(code(key, steps=1))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Team work").wait_for()
    assert page.get_by_role("button", name="Lock now").count() >= 1


def test_a_device_without_a_passkey_says_so(visit, axe):
    page = visit(None)
    with_passkeys(page)
    page.goto("/account/login/")
    axe(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("The passkey was not used").wait_for()


def test_axe_finds_nothing_on_the_other_pages_of_signing_in(visit, both, link, world):
    page = visit(None)
    with_passkeys(page)
    set_password(page, link)
    page.goto("/account/security/app/")
    both(page)
    page.get_by_label("Code that the app shows now").fill(code(page.inner_text("#totp-key").replace(" ", "")))
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.goto("/account/security/passkeys/add/")
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_text("Recovery codes").first.wait_for()
    passkey = Authenticator.objects.get(type="webauthn").pk
    for address in ("", "app/off/", "codes/", "codes/new/",
                    f"passkeys/{passkey}/rename/", f"passkeys/{passkey}/remove/",
                    "code/again/", "passkeys/again/"):  # fmt: skip
        page.goto(f"/account/security/{address}")
        both(page)
    page.get_by_role("button", name="Lock now").first.click()
    page.get_by_label("E-mail address").fill("new@police.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Your second factor").wait_for()
    both(page)
    page.goto(link)
    page.get_by_role("heading", name="This invitation was used").wait_for()
    both(page)
    app = SocialApp.objects.create(
        provider="openid_connect",
        provider_id="police",
        client_id="x",
        settings={"server_url": "http://127.0.0.1:9"},
    )
    SingleSignOn.objects.create(agency=world.agencies.police, app=app, domains=" police.example ")
    page.goto("/account/agency/")
    page.get_by_label("Your work e-mail address").fill("new@police.example")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("does not answer just now").wait_for()
    both(page)


# --- Being away


@pytest.fixture
def _impatient(monkeypatch, settings):
    settings.SECOND_FACTOR_COMPULSORY = False
    monkeypatch.setattr(sessions, "WARNED_AT", timedelta(seconds=2))
    monkeypatch.setattr(sessions, "IDLE", timedelta(seconds=6))


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("width", [360, 1280])
def test_somebody_who_is_away_is_warned_signed_out_and_finds_what_they_typed(visit, cast, incident, width):
    cast["coordinator"].set_password(PASSWORD)
    cast["coordinator"].save()
    page = visit(cast["coordinator"], width=width)
    address = reverse("add-note", args=[incident.uuid])
    page.goto(address)
    page.locator("[name=text]").fill("She asked for the youth worker.")
    page.get_by_role("heading", name="You will be signed out soon").wait_for()
    assert page.evaluate("document.activeElement.closest('dialog') !== null"), (
        "the keyboard is in the warning"
    )
    page.wait_for_url("**/account/login/?next=**")
    page.get_by_text("You were signed out").first.wait_for()
    assert not LogText.objects.filter(text__contains="youth worker").exists()
    page.get_by_label("E-mail address").fill(cast["coordinator"].email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    arrive(page, address)
    assert page.locator("[name=text]").input_value() == "She asked for the youth worker."


@pytest.mark.usefixtures("_impatient")
def test_whoever_says_so_stays(visit, cast):
    page = visit(cast["coordinator"])
    page.goto("/account/")
    page.get_by_role("button", name="Stay signed in").click()
    page.get_by_role("heading", name="You will be signed out soon").wait_for(state="hidden")
    page.reload()
    assert page.url.endswith("/account/")


def test_locking_keeps_what_was_typed(visit, cast, incident):
    page = visit(cast["coordinator"], width=1280)
    page.goto(reverse("add-note", args=[incident.uuid]))
    page.locator("[name=text]").fill("Half a sentence")
    page.get_by_role("button", name="Lock now").first.click()
    page.wait_for_url("**/account/login/**")
    assert KeptAnswers.objects.get().answers["text"] == ["Half a sentence"]
