"""Confirming how a partnership reaches the support organisations and finds the resources of the toolkit."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from checklists import actions
from checklists.models import ConfirmedContact, SupportOrganisation
from partners.models import Partnership
from svit import clock
from svit.refused import Refused
from tests.conftest import NIGHT, log_one
from tests.partners.test_hostile import VALUES

pytestmark = pytest.mark.django_db

PAGE = "/setup/support/"
SAMARITANS = "/setup/support/organisations/samaritans/"
PATHWAYS = "/setup/support/resources/nhs-pathways/"
NUMBER = "Enter a telephone number, such as 020 7946 0123"
ADDRESS = "Enter a web address, such as https://www.example.org"


@pytest.fixture
def admin(client, cast, toolkit):
    client.force_login(cast["administrator"])
    return client


@pytest.fixture
def samaritans(toolkit):
    return SupportOrganisation.objects.get(key="samaritans")


def checklist_of(client, cast, incident, who="coordinator"):
    client.force_login(cast[who])
    return client.get(reverse("checklist", args=[incident.uuid])).content.decode()


def test_until_it_is_confirmed_no_incident_shows_a_number(client, cast, incident):
    page = checklist_of(client, cast, incident)
    assert "Its number is not confirmed yet." in page
    assert "116 123" not in page


def test_the_toolkits_number_is_proposed_and_shows_at_once_when_confirmed(admin, cast, incident):
    page = admin.get(SAMARITANS).content.decode()
    assert 'value="116 123"' in page
    assert "Not confirmed yet." in page
    with clock.at(NIGHT):
        answer = admin.post(SAMARITANS, {"telephone": "116 123", "address": ""}, follow=True).content.decode()
    assert "Samaritans confirmed." in answer
    row = ConfirmedContact.objects.get(organisation__key="samaritans")
    assert (row.telephone, row.confirmed_by, row.confirmed_at) == ("116 123", cast["administrator"], NIGHT)
    listed = admin.get(PAGE).content.decode()
    assert "Saturday 6 June 2026" in listed
    assert cast["administrator"].name in listed
    page = checklist_of(admin, cast, incident)
    assert '<a class="govuk-link svit-tel" href="tel:116123">116 123</a>' in page
    assert "confirmed Saturday 6 June 2026" in page
    assert "tel:116123" in checklist_of(admin, cast, incident, who="partner")


def test_a_number_and_an_address_change_and_say_who_and_when_anew(admin, cast, incident, samaritans, actors):
    with clock.at(NIGHT):
        actions.confirm_organisation(
            organisation=samaritans, partnership=actors["administrator"].partnership, by=actors["administrator"],
            telephone="116 123", address="",
        )  # fmt: skip
    assert "Save and confirm" in admin.get(SAMARITANS).content.decode()
    admin.post(SAMARITANS, {"telephone": "020 7946 0123", "address": "www.samaritans.example/help"})
    row = ConfirmedContact.objects.get()
    assert (row.telephone, row.address) == ("020 7946 0123", "https://www.samaritans.example/help")
    assert row.confirmed_at > NIGHT
    assert "The toolkit says 116 123." in admin.get(SAMARITANS).content.decode()
    page = checklist_of(admin, cast, incident)
    assert "020 7946 0123" in page
    assert 'href="https://www.samaritans.example/help" rel="noreferrer noopener"' in page


def test_a_resource_becomes_a_link_in_each_phase_that_names_it(admin, cast, incident):
    assert "Health planning, Relationship mapping" in admin.get(PAGE).content.decode()
    admin.post(PATHWAYS, {"address": "https://www.nhs.example/pathways"})
    page = checklist_of(admin, cast, incident)
    assert page.count('href="https://www.nhs.example/pathways"') == 2


def test_withdrawing_takes_it_away_at_once(admin, cast, incident):
    admin.post(SAMARITANS, {"telephone": "116 123"})
    admin.post(PATHWAYS, {"address": "https://www.nhs.example/pathways"})
    assert "Withdraw the confirmation" in admin.get(SAMARITANS).content.decode()
    for page, what in ((SAMARITANS, "Samaritans"), (PATHWAYS, "NHS pathways")):
        assert (
            f"{what} is not confirmed any more."
            in admin.post(f"{page}withdraw/", follow=True).content.decode()
        )
        assert f"{what} is not confirmed." in admin.post(f"{page}withdraw/", follow=True).content.decode()
    assert not ConfirmedContact.objects.exists()
    page = checklist_of(admin, cast, incident)
    assert "116 123" not in page
    assert "nhs.example" not in page


def test_what_one_borough_confirms_no_other_shows(admin, cast, world, incident, actors):
    admin.post(SAMARITANS, {"telephone": "116 123"})
    admin.post(PATHWAYS, {"address": "https://www.nhs.example/pathways"})
    far = log_one(actors["other_coordinator"])
    page = checklist_of(admin, cast, far, who="other_coordinator")
    assert "116 123" not in page
    assert "nhs.example" not in page
    assert ConfirmedContact.objects.filter(partnership=world.north).count() == 2


BAD = [
    (SAMARITANS, {"telephone": "", "address": ""}, "telephone", "Enter a telephone number or a web address"),
    (SAMARITANS, {"telephone": "ring them"}, "telephone", NUMBER),
    (SAMARITANS, {"telephone": "1"}, "telephone", NUMBER),
    (SAMARITANS, {"telephone": f"020{'-' * 30}79460123"}, "telephone", "Use 40 characters or fewer"),
    (SAMARITANS, {"telephone": "116 123", "address": "nowhere"}, "address", ADDRESS),
    (PATHWAYS, {"address": ""}, "address", "Enter the web address"),
    (PATHWAYS, {"address": "javascript:alert(1)"}, "address", ADDRESS),
    (PATHWAYS, {"address": "ftp://www.nhs.example/"}, "address", ADDRESS),
    (PATHWAYS, {"address": "https://[::1"}, "address", ADDRESS),
    (PATHWAYS, {"address": "https://\u202egnp.exe"}, "address", ADDRESS),
    (PATHWAYS, {"address": "https://www.nhs.example/two words"}, "address", ADDRESS),
    (PATHWAYS, {"address": "https://user:secret@nhs.example/"}, "address", "Leave the name or password out"),
    (PATHWAYS, {"address": f"https://www.nhs.example/{'x' * 500}"}, "address", "Use 500 characters or fewer"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "data", "field", "words"), BAD)
def test_bad_values_are_answered_beside_the_field(admin, page, data, field, words):
    answer = admin.post(page, data)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "There is a problem" in text
    (message,) = answer.context["form"].errors[field]
    assert words in message
    assert f'id="id_{field}_error"' in text
    assert not ConfirmedContact.objects.exists()


@pytest.mark.parametrize("value", VALUES)
def test_no_value_breaks_a_form(admin, value):
    for page in (SAMARITANS, PATHWAYS):
        for data in ({"telephone": value, "address": ""}, {"telephone": "", "address": value}):
            answer = admin.post(page, data)
            assert answer.status_code == 200
            assert "<script>alert" not in answer.content.decode()


def test_what_the_toolkit_does_not_name_is_not_found(admin):
    for kind in ("organisations", "resources"):
        assert admin.get(f"/setup/support/{kind}/nobody/").status_code == 404
        assert admin.post(f"/setup/support/{kind}/nobody/withdraw/").status_code == 404
        assert admin.get(f"/setup/support/{kind}/samaritans/withdraw/").status_code == 405


def test_every_resource_of_the_toolkit_has_a_page(admin):
    rows = admin.get(PAGE).context["resources"]
    assert len(rows) == len({row["slug"] for row in rows}) > 30
    for row in rows:
        assert admin.get(reverse("setup-confirm-resource", args=[row["slug"]])).status_code == 200


def test_nobody_but_an_administrator_of_the_partnership_confirms(samaritans, actors, world):
    for who in ("coordinator", "csp_manager", "partner", "agency_manager", "governance", "other_coordinator"):
        with pytest.raises(Exception, match="Only an administrator"):
            actions.confirm_organisation(
                organisation=samaritans, partnership=world.north, by=actors[who], telephone="1", address=""
            )
    with pytest.raises(Exception, match="Only an administrator"):
        actions.withdraw_confirmation(
            partnership=world.east, by=actors["administrator"], organisation=samaritans
        )
    with pytest.raises(Refused, match="is not confirmed"):
        actions.withdraw_confirmation(
            partnership=world.north, by=actors["administrator"], organisation=samaritans
        )


def test_the_database_holds_that_a_confirmation_says_something_about_one_thing(world, samaritans):
    def kept(**values):
        try:
            with transaction.atomic():
                ConfirmedContact.objects.create(partnership=world.north, **values)
        except IntegrityError:
            return False
        return True

    assert not kept(organisation=samaritans)
    assert not kept(telephone="116 123")
    assert not kept(organisation=samaritans, resource="NHS pathways", telephone="116 123")
    assert kept(organisation=samaritans, telephone="116 123")
    assert not kept(organisation=samaritans, telephone="116 124")
    assert kept(resource="NHS pathways", address="https://example.org")
    assert not kept(resource="NHS pathways", address="https://example.org/two")


def test_the_hub_says_how_much_is_open(admin):
    page = admin.get("/setup/").content.decode()
    assert "10 of the toolkit&#x27;s support organisations not confirmed yet" in page
    admin.post(SAMARITANS, {"telephone": "116 123"})
    assert "9 of the toolkit" in admin.get("/setup/").content.decode()


def test_the_number_of_queries_stays(admin, world, toolkit):
    def count():
        with CaptureQueriesContext(connection) as seen:
            admin.get(PAGE)
        return len(seen)

    few = count()
    for row in SupportOrganisation.objects.all():
        for partnership in Partnership.objects.all():
            ConfirmedContact.objects.create(partnership=partnership, organisation=row, telephone="116 123")
    assert count() == few
