"""Importing a partner directory: what a file may look like, what is said of bad rows, all or nothing."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.csv_import import directory as csv_import
from partners.csv_import.sheet import Unreadable
from partners.models import Agency, AgencyKind, Contact

GOOD = """agency,kind,telephone,email,contact name,contact kind,represents,contact telephone,contact email
Harbour Café,Voluntary sector,020 7946 0900,duty@harbour.example,Café lead,,Young people,020 7946 0901,
Harbour Café,,,,Deputy,Person,Young people,101,deputy@harbour.example
Riverside Police,,,,Custody desk,,,020 7946 0902,
,,,,Parents' forum,Forum,Parents,,parents@northmere.example
"""


def check(text, partnership, encoding="utf-8"):
    return csv_import.check(csv_import.read(text.encode(encoding)), partnership)


def upload(client, content, name="partners.csv"):
    if isinstance(content, str):
        content = content.encode()
    return client.post(reverse("setup-import"), {"file": SimpleUploadedFile(name, content, "text/csv")})


def payload(response):
    found = re.search(r'name="checked" value="([^"]+)"', response.content.decode())
    return found and found[1]


@pytest.fixture
def admin(client, cast):
    client.force_login(cast["administrator"])
    return client


# --- What a file may look like


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file_as_spreadsheets_save_it(world, encoding, delimiter, end):
    text = GOOD.replace(",", delimiter).replace("\n", end)
    plan = check(text, world.north, encoding)
    assert plan.problems == []
    assert [row["name"] for row in plan.listed_agencies()] == ["Harbour Café"]
    assert [row.values["name"] for row in plan.contacts] == [
        "Café lead",
        "Deputy",
        "Custody desk",
        "Parents' forum",
    ]
    assert [row.line for row in plan.contacts] == [2, 3, 4, 5]


def test_a_guessed_encoding_is_said():
    assert "Windows-1252" in csv_import.read(GOOD.encode("cp1252")).notes[0]
    assert csv_import.read(GOOD.encode()).notes == []


def test_columns_in_any_order_and_case_and_unknown_ones_named():
    sheet = csv_import.read(b"Notes,KIND,Agency_Name\nx,Housing,Harbour\n")
    assert sheet.rows[0][1]["agency"] == "Harbour"
    assert sheet.notes == ["Columns that are not used: notes."]


def test_a_line_is_counted_in_the_file_and_not_among_the_rows(world):
    text = 'agency,kind,contact name\n\n"Harbour\nHousing",Housing,Lead\n\n,,\nBad,Spaceship,\n'
    plan = check(text, world.north)
    assert plan.contacts[0].line == 3
    assert plan.agencies["harbour housing"]["name"] == "Harbour Housing"
    assert [line for line, _ in plan.problems] == [7]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\n ,, \n\t\n", "empty"),
        (b"agency,kind\n", "no rows"),
        (b"name,town\nx,y\n", "name the columns"),
        (b"agency,agency\nx,y\n", "twice"),
        (b"PK\x03\x04rest of a spreadsheet", "is a spreadsheet"),
        ("agency\nx\n".encode("utf-16"), "not plain CSV"),
        (b"agency\n\x00x\n", "not plain CSV"),
        (b"agency\n\x81\x8d\n", "letters cannot be read"),
        (b'agency,kind\n"Harbour,Housing\n', "Line 2 cannot be read"),
        (b'agency,kind\n"Harbour"x,Housing\n', "Line 2 cannot be read"),
        (b"agency\n" + b"x" * 200_000 + b"\n", "too long"),
        (b"agency\n" + b"x\n" * 2001, "more than 2000 rows"),
        (b"agency\n" + b"x" * 1024 * 1024, "smaller than 1 MB"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(content, why):
    with pytest.raises(Unreadable, match=why):
        csv_import.read(content)


# --- What is said of a row


HEAD = "agency,kind,telephone,email,contact name,contact kind,represents,contact telephone,contact email\n"
BAD_ROWS = [
    ("Harbour,,,,,,,,", "Enter the kind of agency"),
    ("Harbour,Spaceship,,,,,,,", "not a kind of agency"),
    ("Harbour,Housing,2079460902,,,,,,", "dropped the 0"),
    ("Harbour,Housing,2.08E+10,,,,,,", "telephone number"),
    ("Harbour,Housing,call me,,,,,,", "telephone number"),
    ("Harbour,Housing,,not an address,,,,,", "Email: enter an address"),
    ("Harbour,Housing,,,Lead,,,,nobody@", "Contact email"),
    ("Harbour,Housing,,,Lead,Wizard,,,", "not a kind of contact"),
    (",Housing,,,Lead,,,,", "Enter the agency"),
    ("Harbour,Housing,,,,,Somebody,,", "Enter the contact name"),
    (",,,,,,,,020 7946 0000", "Contact email"),
    (",,,,, Person,,,", "Enter an agency, a contact name or both"),
    ("x" * 151 + ",Housing,,,,,,,", "150 characters"),
    ("Harbour,Housing,,," + "x" * 151 + ",,,,", "150 characters"),
    ("Harbour,Community safety partnership,,,,,,,", "already"),
    ("Northmere Homes,Police,,,,,,,", "as Housing"),
    ("Eastbrook CSP,,,,Lead,,,,", "another borough"),
    ("Harbour,Housing,,,,,,,,extra", "more cells than columns"),
]


@pytest.mark.parametrize(("row", "why"), BAD_ROWS)
def test_a_bad_row_is_named_with_line_and_reason(world, row, why):
    plan = check(f"{HEAD}Good,Housing,,,,,,,\n{row}\n", world.north)
    assert [line for line, reason in plan.problems if why in reason] == [3], plan.problems


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ("Harbour,Police,,,,,,,", "differs from line 2"),
        ("HARBOUR,,020 7946 0001,,,,,,", "differs from line 2"),
        ("Harbour,,,,lead,,Tenants,,", "same as on line 2"),
    ],
)
def test_rows_that_contradict_each_other(world, second, why):
    plan = check(f"{HEAD}Harbour,Housing,020 7946 0000,,Lead,,Tenants,,\n{second}\n", world.north)
    assert len(plan.problems) == 1
    assert plan.problems[0][0] == 3
    assert why in plan.problems[0][1]


def test_what_is_there_already_is_left_as_it_is(world):
    Contact.objects.create(partnership=world.north, name="Custody desk")
    plan = check(f"{HEAD}Riverside Police,Police,020 7946 0999,,custody DESK,,,,\n", world.north)
    assert plan.problems == []
    assert not plan.makes_something
    assert len(plan.there) == 2


def test_a_check_costs_as_much_for_many_rows(world):
    counts = []
    for size in (2, 200):
        rows = "".join(f"Agency {one},Housing,,,Lead {one},,,,\n" for one in range(size))
        with CaptureQueriesContext(connection) as seen:
            check(HEAD + rows, world.north)
        counts.append(len(seen))
    assert counts[0] == counts[1]


# --- The two pages


def test_the_dry_run_writes_nothing_and_the_confirmation_writes_all(admin, world):
    before = Agency.objects.count()
    page = upload(admin, GOOD)
    assert page.status_code == 200
    assert "1 agency and 4 contacts would be added" in page.content.decode()
    assert (Agency.objects.count(), Contact.objects.count()) == (before, 0)
    done = admin.post(reverse("setup-import-confirm"), {"checked": payload(page)})
    assert done.status_code == 302
    made = Agency.objects.get(name="Harbour Café")
    assert made.kind == AgencyKind.VOLUNTARY
    assert made.group_id
    assert list(made.partnerships.all()) == [world.north]
    assert made.contacts.count() == 2
    assert world.agencies.police.contacts.get().name == "Custody desk"
    assert Contact.objects.get(name="Parents' forum").kind == "forum"
    assert not Contact.objects.filter(confirmed_at__isnull=False).exists()


def test_one_bad_row_and_nothing_can_be_confirmed(admin, world):
    page = upload(admin, GOOD + "Bad,Spaceship,,,,,,,\n")
    words = page.content.decode()
    assert payload(page) is None
    assert "1 line cannot be taken" in words
    assert "Spaceship" in words


def test_what_looks_like_a_formula_stays_text(admin, world):
    page = upload(admin, HEAD + ",,,,=HYPERLINK(1),,+44 or @x,,\n")
    admin.post(reverse("setup-import-confirm"), {"checked": payload(page)})
    contact = Contact.objects.get()
    assert (contact.name, contact.represents) == ("=HYPERLINK(1)", "+44 or @x")
    assert "=HYPERLINK(1)" in admin.get(reverse("setup-contacts")).content.decode()


def test_markup_in_a_file_is_shown_as_text(admin, world):
    page = upload(admin, HEAD + ",,,,<script>alert(1)</script>,,,,\n").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_change_in_between_stops_the_whole_import(admin, world):
    page = upload(admin, GOOD)
    taken = Agency.objects.get(pk=world.agencies.other_csp.pk)
    taken.name = "Harbour Café"
    taken.save()
    again = admin.post(reverse("setup-import-confirm"), {"checked": payload(page)})
    assert again.status_code == 200
    assert "has changed since it was checked" in again.content.decode()
    assert Contact.objects.count() == 0


def test_the_same_confirmation_twice_makes_nothing_twice(admin, world):
    checked = payload(upload(admin, GOOD))
    for _ in range(2):
        assert admin.post(reverse("setup-import-confirm"), {"checked": checked}).status_code == 302
    assert Contact.objects.count() == 4


def test_a_check_is_for_one_person_and_partnership(admin, client, world, cast):
    from partners.models import Role
    from tests.conftest import make_member

    checked = payload(upload(admin, GOOD))
    other = make_member("admin@eastbrook.example", world.agencies.other_csp, Role.ADMINISTRATOR)
    client.force_login(other.user)
    client.post(reverse("setup-import-confirm"), {"checked": checked})
    assert Contact.objects.count() == 0


@pytest.mark.parametrize("checked", ["", "x", "a:b:c", "\x00", "é" * 100, None])
def test_a_check_that_nobody_signed_is_refused(admin, world, checked):
    data = {} if checked is None else {"checked": checked}
    response = admin.post(reverse("setup-import-confirm"), data, follow=True)
    assert response.status_code == 200
    assert "nothing was imported" in response.content.decode()


def test_a_check_ends_after_an_hour(admin, world, monkeypatch):
    checked = payload(upload(admin, GOOD))
    monkeypatch.setattr("partners.views.imports.MINUTES", -1)
    admin.post(reverse("setup-import-confirm"), {"checked": checked})
    assert Contact.objects.count() == 0


def test_a_full_file_of_rows_can_be_confirmed(admin, world):
    rows = "".join(
        f"Agency number {one},Housing,,,Contact number {one},,{'ж' * 60},,\n" for one in range(1990)
    )
    page = upload(admin, HEAD + rows)
    done = admin.post(reverse("setup-import-confirm"), {"checked": payload(page)})
    assert done.status_code == 302
    assert Contact.objects.count() == 1990


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"PK\x03\x04", b"x" * 1_200_000])
def test_a_bad_file_gets_its_words_beside_the_field(admin, world, content):
    page = upload(admin, content)
    assert page.status_code == 200
    assert "govuk-error-message" in page.content.decode()


def test_no_file_at_all(admin, world):
    page = admin.post(reverse("setup-import"), {"file": "not a file"})
    assert "Choose a CSV file" in page.content.decode()


def test_the_sample_can_be_imported_as_it_is(admin, world):
    response = admin.get(reverse("setup-import-sample"))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    page = upload(admin, response.content)
    assert "1 agency and 3 contacts would be added" in page.content.decode()


def test_nobody_else_imports(client, cast):
    for who in ("coordinator", "csp_manager", "agency_manager", "partner"):
        client.force_login(cast[who])
        assert upload(client, GOOD).status_code == 403
        assert client.post(reverse("setup-import-confirm"), {"checked": "x"}).status_code == 403
