"""People invited by a CSV file: checked first, then all of them or none."""

import re

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.actions import send_letters
from partners.csv_import import members
from partners.csv_import.sheet import Unreadable
from partners.models import Invitation, Letter, Membership

HEAD = "agency,name,email,role\n"
TWO = HEAD + (
    "Northmere Homes,Asha Example,asha@homes.example,Agency manager\n"
    "northmere homes,Ben Example,Ben@Homes.example,\n"
)


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def admin(client, cast):
    client.force_login(cast["administrator"])
    return client


def choose(client, text):
    file = SimpleUploadedFile("people.csv", text.encode())
    return client.post(reverse("setup-invite"), {"file": file}).content.decode()


def send(client, page):
    checked = re.search(r'name="checked" value="([^"]+)"', page)[1]
    return client.post(reverse("setup-invite-confirm"), {"checked": checked}, follow=True).content.decode()


def check(text, by):
    return members.check(members.read_text(text), by)


def test_a_file_is_checked_and_then_everybody_is_invited(admin):
    page = choose(admin, TWO)
    assert "2 people would be invited" in page
    assert not Invitation.objects.exists(), "nothing is written before"
    assert "2 people were added" in send(admin, page)
    send_letters()
    assert {message.to[0] for message in mail.outbox} == {"asha@homes.example", "ben@homes.example"}
    roles = dict(
        Membership.objects.filter(user__email__endswith="@homes.example").values_list("user__email", "role")
    )
    assert roles == {"asha@homes.example": "agency_manager", "ben@homes.example": "practitioner"}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Nowhere Homes,A,a@x.example,", "is no agency that you set up"),
        ("Eastbrook CSP,A,a@x.example,", "is no agency that you set up"),
        (",A,a@x.example,", "Enter the agency"),
        ("Northmere Homes,,a@x.example,", "full name"),
        ("Northmere Homes,A,no address,", "Enter an e-mail address"),
        ("Northmere Homes,A,a@x.example,King", "is not a role"),
        ("Northmere Homes,A,a@x.example,Coordinator", "You cannot give the role Coordinator"),
        ("Northmere CSP,A,a@x.example,Practitioner", "You cannot give the role Practitioner"),
        ("Northmere CSP,A,admin@northmere.example,Coordinator", "to yourself"),
        ("Northmere Homes,A,a@x.example,,,,too many", "more cells than columns"),
        (f"Northmere Homes,{'A' * 151},a@x.example,", "150 characters or fewer"),
    ],
)
def test_a_line_that_cannot_be_taken_says_why_and_nobody_is_invited(admin, row, why):
    page = choose(admin, f"{TWO}{row}\n")
    assert why in page
    assert "Invite them all" not in page


def test_the_same_person_twice_is_said_so(admin):
    page = choose(admin, f"{TWO}Northmere Homes,Asha,ASHA@homes.example,agency manager\n")
    assert "the same as on line 2" in page


def test_who_is_there_is_left_alone(admin, cast):
    page = choose(admin, f"{TWO}Northmere Homes,x,{cast['stranger'].email},Practitioner\n")
    assert "2 people would be invited" in page
    assert "There already" in page


def test_an_agency_s_manager_invites_practitioners_of_the_own_agency(client, cast, actors):
    client.force_login(cast["agency_manager"])
    page = choose(client, "name,email\nNew Officer,new@police.example\n")
    assert "1 person would be invited" in page
    assert "1 person was added" in send(client, page)
    wrong = choose(
        client, "agency,name,email,role\nNorthmere Homes,A,a@x.example,\n,B,b@x.example,Agency manager\n"
    )
    assert "is no agency that you set up" in wrong
    assert "You cannot give the role Agency manager" in wrong


def test_what_was_checked_is_for_whoever_checked_it_alone(client, cast):
    client.force_login(cast["administrator"])
    page = choose(client, TWO)
    client.force_login(cast["agency_manager"])
    assert "too old" in send(client, page)
    assert not Invitation.objects.exists()


def test_the_check_of_a_directory_invites_nobody(admin):
    file = SimpleUploadedFile("d.csv", b"agency,kind\nHarbour,Housing\n")
    page = admin.post(reverse("setup-import"), {"file": file}).content.decode()
    assert "too old" in send(admin, page)


def test_one_who_joined_meanwhile_stops_nobody_and_one_bad_row_stops_all(admin, world):
    page = choose(admin, TWO)
    world.agencies.housing.active = False
    world.agencies.housing.save()
    assert "nobody was invited" in send(admin, page)
    assert not Invitation.objects.exists()


def test_a_role_that_opens_incidents_waits_and_its_manager_is_told_once(admin):
    rows = "".join(f"Northmere CSP,C{one},c{one}@northmere.example,Coordinator\n" for one in range(3))
    send(admin, choose(admin, HEAD + rows))
    assert Membership.objects.filter(confirmed_at=None).count() == 3
    assert Letter.objects.filter(kind="to_confirm").count() == 1


def test_the_check_asks_the_same_of_many_rows(actors):
    def cost(count):
        rows = "".join(f"Northmere Homes,N{one},n{one}@homes.example,\n" for one in range(count))
        with CaptureQueriesContext(connection) as asked:
            assert len(check(HEAD + rows, actors["administrator"]).people) == count
        return len(asked)

    assert cost(1) == cost(150)


def test_too_many_rows_are_refused(actors):
    rows = "".join(f"Northmere Homes,N{one},n{one}@homes.example,\n" for one in range(201))
    with pytest.raises(Unreadable, match="more than 200 rows"):
        check(HEAD + rows, actors["administrator"])


@pytest.mark.parametrize("text", ["", "name\nx\n", "nonsense\n1\n", "email\n", "\x00", '"unclosed\n'])
def test_a_file_that_is_no_list_is_said_so(admin, text):
    assert "There is a problem" in choose(admin, text)


def test_the_sample_can_be_read(admin, actors):
    answer = admin.get(reverse("setup-invite-sample"))
    assert answer["Content-Disposition"] == 'attachment; filename="members.csv"'
    assert len(members.read(answer.content).rows) == 2
