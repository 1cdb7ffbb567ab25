"""The history of the set-up: who changed what and when, from what to what, in words."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.urls import reverse

from checklists import actions as checklists
from checklists.mobilising import TEMPLATES
from checklists.models import SupportOrganisation
from partners import actions, changes
from partners.actor import actor_for, system_actor
from partners.csv_import import directory
from partners.models import AgencyKind, Contact, Membership, OnCall, Role, User
from svit import clock
from svit.templatetags.svit import when
from tests.conftest import make_agency

PAGE = "/setup/history/"
AGENCY = {"kind": AgencyKind.HOUSING, "regime": "uk_gdpr", "telephone": "", "email": "", "address": ""}
ENTRY = {"kind": "network", "represents": "", "agency": None, "telephone": "020 7946 0001", "email": ""}


@pytest.fixture
def by(actors):
    return actors["administrator"]


def told(actor, key="", agency=None):
    """The changes that an actor reads, newest first: [(title, reason, lines)]."""
    rows, _ = changes.of_agency(actor, agency) if agency else changes.of_partnership(actor, key)
    return [(row.title, row.reason, row.lines) for row in rows]


def newest(actor, key="", agency=None):
    rows, _ = changes.of_agency(actor, agency) if agency else changes.of_partnership(actor, key)
    return rows[0]


# --- What is kept


def test_a_change_says_who_when_and_which_field_from_what_to_what(by, world, actors):
    made = actions.create_agency(by=by, partnership=world.north, name="Harbour", **AGENCY)
    with clock.at(clock.now() + timedelta(hours=1)) as later:
        actions.change_agency(
            agency=made,
            by=by,
            name="Harbour Homes",
            **AGENCY | {"telephone": "020 7946 0009", "regime": "law_enforcement"},
        )
    row = newest(by, "agencies")
    assert (row.at, row.who, row.role) == (later, by.user.name, "Northmere CSP, administrator")
    assert row.title == "Harbour Homes: changed"
    assert row.lines == [
        "Name: from Harbour to Harbour Homes",
        "Data protection: from UK GDPR to Law enforcement (DPA 2018 part 3)",
        "Duty telephone: from nothing to 020 7946 0009",
    ]
    assert told(by, agency=made)[1] == (
        "Harbour: added", "", ["Name: Harbour", "Kind: Housing", "Data protection: UK GDPR", "Active: Yes"],
    )  # fmt: skip


def test_saving_what_stands_already_keeps_nothing(by, world):
    made = actions.create_agency(by=by, partnership=world.north, name="Harbour", **AGENCY)
    actions.change_agency(agency=made, by=by, name="Harbour", **AGENCY)
    values = {
        name: getattr(world.north, name) for name in ("name", "area", "police_command", "marking", "handling")
    }
    actions.change_partnership(partnership=world.north, by=by, **values)
    assert [title for title, _, _ in told(by, agency=made)] == ["Harbour: added"]
    assert len(told(by, "partnership")) == 1
    actions.change_partnership(partnership=world.north, by=by, **values | {"marking": "OFFICIAL"})
    assert told(by, "partnership")[0][2] == ["Default marking: from OFFICIAL-SENSITIVE to OFFICIAL"]


def test_members_are_followed_from_the_offer_to_the_end_and_their_duty_with_them(by, world, cast, actors):
    housing = world.agencies.housing
    now = clock.now() + timedelta(hours=1)
    with clock.at(now):
        member = actions.add_member(
            agency=housing, by=by, name="Not This Name", email=cast["partner"].email, role=Role.PRACTITIONER
        )
    assert newest(by, "members").title == "police@northmere.example, practitioner of Northmere Homes: added"
    with clock.at(now + timedelta(hours=1)) as later:
        actions.pick(membership=member, by=cast["partner"])
    taken = newest(by, "members")
    assert (taken.who, taken.role) == (cast["partner"].name, "Northmere Homes, practitioner")
    assert taken.title == f"{cast['partner'].name}, practitioner of Northmere Homes: changed"
    assert (taken.reason, taken.lines) == ("Taken up", [f"Taken up: from nothing to {when(later)}"])
    now = now + timedelta(hours=2)
    spans = [
        (now - timedelta(hours=1), now + timedelta(hours=1)),
        (now + timedelta(days=2), now + timedelta(days=3)),
    ]
    with clock.at(now):
        for from_at, until_at in spans:
            actions.put_on_call(
                agency=housing, by=by, user=cast["partner"], from_at=from_at, until_at=until_at
            )
        actions.end_membership(membership=member, by=by)
    assert not OnCall.objects.filter(user=cast["partner"], until_at__gt=now).exists()
    ended = [row for row in told(by, agency=housing) if row[1] in ("Ended", "The membership ended")]
    assert {title.split(": ")[1] for title, _, _ in ended} == {"changed", "removed"}
    assert len(ended) == 3
    assert Membership.history.filter(id=member.pk).first().history_user == by.user


def test_a_directory_entry_is_followed_until_it_goes(by, world):
    entry = actions.add_contact(by=by, partnership=world.north, name="Traders", **ENTRY)
    actions.change_contact(contact=entry, by=by, name="Traders", **ENTRY | {"telephone": "020 7946 0002"})
    actions.confirm_contact(contact=entry, by=by)
    actions.remove_contact(contact=entry, by=by)
    titles = [(title, reason) for title, reason, _ in told(by, "contacts")]
    assert titles == [
        ("Traders, directory entry: removed", ""), ("Traders, directory entry: changed", "Confirmed"),
        ("Traders, directory entry: changed", ""), ("Traders, directory entry: added", ""),
    ]  # fmt: skip
    assert "Telephone: from 020 7946 0001 to 020 7946 0002" in told(by, "contacts")[2][2]


def test_an_import_says_that_it_was_one(by, world):
    text = "agency,kind,contact name,contact telephone\nHarbour,Housing,Duty officer,020 7946 0003\n"
    plan = actions.import_directory(by=by, partnership=world.north, sheet=directory.read_text(text))
    assert not plan.problems
    rows = changes.of_partnership(by)[0][:2]
    assert {row.title for row in rows} == {"Harbour: added", "Duty officer, directory entry: added"}
    for row in rows:
        assert (row.reason, row.who) == ("Import of a partner directory", by.user.name)
        assert row.role == "Northmere CSP, administrator"
    assert Contact.history.count() == 1


def test_an_act_of_the_system_says_so(db):
    partnership = actions.open_partnership(
        by=system_actor("add_partnership"),
        name="Westmoor CSP",
        code="WM",
        area="Westmoor",
        csp_name="Westmoor CSP",
    )
    member = actions.add_member(
        agency=partnership.csp_agency, by=system_actor("add_partnership"), name="First", email="a@westmoor.example",
        role=Role.ADMINISTRATOR,
    )  # fmt: skip
    rows, _ = changes.of_partnership(actor_for(member))
    assert len(rows) == 3
    assert {(row.who, row.role) for row in rows} == {("SVIT, add partnership", "")}


def test_what_nobody_signed_is_not_given_to_anybody(by, world):
    make_agency("Harbour", AgencyKind.HOUSING, world.north)
    assert newest(by, "agencies").who == "Not recorded"


def test_sharing_and_leaving_are_kept_where_they_are_read(by, world, actors):
    police = world.agencies.police
    actions.share_agency(agency=world.agencies.housing, by=by, partnership=world.east)
    assert newest(by, "agencies").reason == "Shared with Eastbrook CSP"
    actions.close_agency(agency=police, by=by)
    assert newest(by, "partnership").reason == "Riverside Police was taken off the list"
    assert "Riverside Police" not in str(told(by, "agencies"))
    assert newest(_other(world), "agencies").reason == "Serves Northmere CSP no more"
    actions.close_agency(agency=world.agencies.youth, by=by)
    assert newest(by, "agencies").lines == ["Active: from Yes to No"]
    actions.reopen_agency(agency=world.agencies.youth, by=by)
    assert newest(by, "agencies").reason == "Opened again"


def _other(world):
    user = User.objects.create(email="admin@eastbrook.example", name="Other Administrator")
    membership = Membership.objects.create(
        user=user, agency=world.agencies.other_csp, role=Role.ADMINISTRATOR
    )
    return actor_for(membership)


def test_agreements_confirmations_and_templates_are_kept_too(by, world, toolkit):
    today = clock.today()
    actions.record_agreement(
        agency=world.agencies.police, partnership=world.north, by=by, purposes="Safety", gateway="Section 115",
        signed_on=today, review_by=today + timedelta(days=1),
    )  # fmt: skip
    assert newest(by, "agreements").title == "Sharing agreement of Riverside Police and Northmere CSP: added"
    samaritans = SupportOrganisation.objects.get(key="samaritans")
    for number in ("116 123", "116 124"):
        checklists.confirm_organisation(
            organisation=samaritans, partnership=world.north, by=by, telephone=number, address=""
        )
    checklists.withdraw_confirmation(partnership=world.north, by=by, organisation=samaritans)
    kept = told(by, "support")
    assert [title for title, _, _ in kept] == [
        f"Samaritans, confirmation: {act}" for act in ("removed", "changed", "added")
    ]
    assert "Telephone: from 116 123 to 116 124" in kept[1][2]
    values = {"name": "Contact", "categories": ["below", "serious"], "kinds": ["police"]}
    for items in (["phase:health"], ["phase:health", "item:mash-referral"]):
        checklists.change_template(
            template=TEMPLATES["support"], partnership=world.north, by=by, items=items, **values
        )
    kept = told(by, "templates")
    assert kept[0] == (
        "Contact, mobilisation template: changed", "",
        ["Gives out: from All of Health planning to All of Health planning, mash referral"],
    )  # fmt: skip
    first = next(
        lines
        for title, _, lines in kept
        if title == "Contact, mobilisation template: changed" and len(lines) > 1
    )
    assert "Name: from Contact and support to Contact" in first
    assert "Asks: from Every kind of agency to Police" in first
    moved = next(row for row in kept if row[1] == "Its categories moved to Contact")
    assert moved[0] == "Full response, mobilisation template: changed"
    assert moved[2] == [
        "Chosen first for: from Not categorised yet, Critical incident, Incident of note, Serious violence incident"
        " to Not categorised yet, Critical incident, Incident of note"
    ]
    rows, _ = changes.of_partnership(by, "templates")
    assert {row.who for row in rows if row.title.endswith("added")} == {"SVIT, built in"}


def test_no_history_holds_a_password_or_a_token(world):
    """A person's account has no history; and what has one shows no more than the fields that are named."""
    for model in apps.get_models():
        if not hasattr(model, "history_date"):
            continue
        assert model.instance_type is not User
        for field in model._meta.fields:
            assert not {"password", "token", "secret", "session"} & set(field.name.lower().split("_")), field
    shown = {name for source in changes.SOURCES.values() for name in source.fields}
    assert not {name for name in shown if "password" in name or "token" in name}


# --- The pages


def test_the_page_names_who_and_what(client, cast, by, world):
    client.force_login(cast["administrator"])
    police = reverse("setup-agency", args=[world.agencies.police.uuid])
    client.post(
        f"{police}change/",
        {
            "name": "Riverside Police",
            "kind": "police",
            "regime": "law_enforcement",
            "telephone": "020 7946 0200",
        },
    )
    history = reverse("setup-agency-history", args=[world.agencies.police.uuid])
    assert f'href="{history}"' in client.get(police).content.decode()
    for address in (PAGE, history, f"{PAGE}?of=agencies"):
        page = client.get(address).content.decode()
        assert "Riverside Police: changed" in page
        assert "Duty telephone: from 020 7946 0142 to 020 7946 0200" in page
        assert cast["administrator"].name in page
        assert "Northmere CSP, administrator" in page
    assert "Riverside Police: changed" not in client.get(f"{PAGE}?of=contacts").content.decode()


@pytest.mark.parametrize("value", ["nothing", "\x00", "agencies&of=x", "²", "x" * 5000, ""])
def test_any_words_in_the_address_are_answered(client, cast, value):
    client.force_login(cast["administrator"])
    assert client.get(PAGE, {"of": value, "before": value}).status_code == 200


@pytest.mark.parametrize(
    ("name", "of"),
    [("setup-partnership", "partnership"), ("setup-agencies", "agencies"), ("setup-members", "members"),
     ("setup-contacts", "contacts"), ("setup-on-call", "on_call"), ("setup-support", "support"),
     ("setup-templates", "templates")],
)  # fmt: skip
def test_each_page_leads_to_its_history(client, cast, name, of):
    client.force_login(cast["administrator"])
    assert f'href="{PAGE}?of={of}"' in client.get(reverse(name)).content.decode()


def test_one_borough_reads_nothing_of_another(by, world, actors):
    other = _other(world)
    actions.add_contact(by=other, partnership=world.east, name="Eastbrook traders", **ENTRY)
    actions.create_agency(by=other, partnership=world.east, name="Eastbrook Homes", **AGENCY)
    today = clock.today()
    for admin, place in ((other, world.east), (by, world.north)):
        actions.record_agreement(
            agency=world.agencies.police, partnership=place, by=admin, purposes=f"Of {place}", gateway="",
            signed_on=today, review_by=today + timedelta(days=1),
        )  # fmt: skip
    assert "Eastbrook" not in str(told(by))
    assert "Eastbrook" not in str(told(by, agency=world.agencies.police))
    assert "Eastbrook Homes: added" in str(told(other))
    manager = told(actors["agency_manager"], agency=world.agencies.police)
    own = world.agencies.police.agreements.count()
    assert sum("Sharing agreement" in title for title, _, _ in manager) == own == 4


def test_an_agency_manager_reads_the_own_agencys_history_without_a_link_to_the_partnerships(
    client, cast, world
):
    client.force_login(cast["agency_manager"])
    page = client.get(reverse("setup-agency-history", args=[world.agencies.police.uuid]))
    assert page.status_code == 200
    assert PAGE not in page.content.decode()
    assert PAGE not in client.get("/setup/members/").content.decode()
    assert client.get(PAGE).status_code == 403


def test_a_long_history_comes_in_pages(client, cast, by, world):
    for number in range(60):
        actions.add_contact(by=by, partnership=world.north, name=f"Contact {number:03d}", **ENTRY)
    client.force_login(cast["administrator"])
    first = client.get(PAGE, {"of": "contacts"})
    older = first.context["older"]
    second = client.get(PAGE, {"of": "contacts", "before": older}).content.decode()
    assert "Contact 059" in first.content.decode()
    assert "Contact 009" not in first.content.decode()
    assert "Contact 009" in second
    assert "of=contacts" in first.content.decode().split('rel="next"')[1][:120]
    assert 'rel="next"' not in second


def titles(rows):
    return [(row.title, row.at) for row in rows]


@pytest.mark.parametrize("where", ["partnership", "agency"])
def test_what_is_added_meanwhile_moves_nothing_to_another_page(by, world, monkeypatch, where):
    """Of several kinds in one moment, whose numbers are alike: each row stands on one page, and on one alone."""
    police = world.agencies.police
    people = Membership.objects.filter(agency=police, role=Role.PRACTITIONER)

    def grow(number):
        for one in range(number):
            actions.put_on_call(
                agency=police, by=by, user=people[one].user, from_at=clock.now(), until_at=clock.now() + timedelta(1)
            )  # fmt: skip
            actions.record_agreement(
                agency=police, partnership=world.north, by=by, purposes="x", gateway="", signed_on=clock.today(),
                review_by=clock.today() + timedelta(days=1),
            )  # fmt: skip
            actions.close_agency(agency=police, by=by)
            world.north.agencies.add(police)

    def read(before=None):
        return (
            changes.of_agency(by, police, before)
            if where == "agency"
            else changes.of_partnership(by, "", before)
        )

    with clock.at(clock.now()):
        grow(2)
    everything = titles(read()[0])
    assert len(everything) > 6
    monkeypatch.setattr(changes, "PAGE", 3)
    rows, older = read()
    found = titles(rows)
    while older:
        with clock.at(clock.now() + timedelta(minutes=1)):
            actions.add_contact(by=by, partnership=world.north, name=f"After {len(found)}", **ENTRY)
            actions.change_agency(
                agency=police, by=by, name=police.name, kind="police", telephone=f"020 7946 {len(found):04d}"
            )
        rows, older = read(older)
        found += titles(rows)
    assert found == everything


@pytest.mark.parametrize(
    "before",
    ["x", "_", "3", "2026-06-06T01:56:00+00:00", "2026-06-06T01:56:00_7", "2026-06-06T01:56:00+00:00_-7",
     "0001-01-01T00:00:00+14:00_7", "2026-06-06T01:56:00+00:00_" + "9" * 19],
)  # fmt: skip
def test_a_key_that_is_no_key_gives_the_first_page(by, before):
    assert titles(changes.of_partnership(by, "", before)[0]) == titles(changes.of_partnership(by)[0]) != []


def test_beyond_the_oldest_change_there_is_nothing(client, cast, by):
    client.force_login(cast["administrator"])
    for number in (1, "9" * 18):
        key = f"1900-01-01T00:00:00+00:00_{number}"
        assert changes.of_partnership(by, "", key) == ([], None)
        assert client.get(PAGE, {"before": key}).status_code == 200
