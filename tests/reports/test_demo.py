"""The demonstration: who can sign in, what there is to see and for whom, and where it refuses."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.urls import reverse

from checklists.models import ChecklistItem
from incidents.access import visible_incidents
from incidents.models import Incident, LogEntry, LogText, ReportState, Stage
from partners.actor import actor_for
from partners.models import Agency, AgencyKind, Contact, Membership, OnCall, Partnership, Role, User
from response.models import ContactClock, Person
from svit import clock

AREAS = ("northmere", "eastbrook")
PROMISED = (
    "coordinator", "manager", "admin", "governance", "police", "police.manager", "hospital", "housing", "school",
    "victims",
)  # fmt: skip
PASSWORD = "demonstration-of-today"


def run():
    told = io.StringIO()
    with override_settings(EMBEDDED=True):
        call_command("demo", stdout=told)
    return told.getvalue()


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """The demonstration, made once for this file and taken back afterwards; what the command printed."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("SVIT_DEMO_PASSWORD", PASSWORD)
        with transaction.atomic():
            yield run()
            transaction.set_rollback(True)


@pytest.fixture
def demo(told, db):
    """The demonstration within this test's transaction."""
    return told


def member(email):
    membership = Membership.objects.select_related("user", "agency__csp_of").get(user__email=email)
    return actor_for(membership)


def sees(email):
    return set(visible_incidents(member(email)).values_list("reference", flat=True))


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("who", PROMISED)
def test_everybody_promised_signs_in_and_gets_a_first_page(demo, client, area, who, settings):
    settings.SECOND_FACTOR_COMPULSORY = False  # as where the demonstration is: in embedded mode
    signed = client.post(reverse("account_login"), {"login": f"{who}@{area}.example", "password": PASSWORD})
    assert signed.status_code == 302
    assert client.get(reverse("account")).status_code == 200
    first = client.get("/", follow=True)
    assert first.status_code == 200


def test_there_are_two_boroughs_with_fourteen_agencies_each_and_every_role(demo):
    assert Partnership.objects.count() == 2
    for partnership in Partnership.objects.all():
        assert partnership.agencies.count() >= 14
        assert partnership.csp_agency
        assert partnership.contacts.count() >= 5
        kinds = set(partnership.agencies.values_list("kind", flat=True))
        assert kinds >= {AgencyKind.POLICE, AgencyKind.HEALTH, AgencyKind.HOUSING, AgencyKind.EDUCATION}
    both = [agency.kind for agency in Agency.objects.all() if agency.partnerships.count() == 2]
    assert sorted(both) == [AgencyKind.HEALTH, AgencyKind.POLICE]
    assert set(Membership.objects.current().values_list("role", flat=True)) == set(Role.values)
    assert OnCall.objects.at(clock.now()).exists()


def test_incidents_stand_at_different_stages(demo):
    states = set(Incident.objects.values_list("stage", "report_state"))
    assert {
        (Stage.RESPONDING, ReportState.ACCEPTED),
        (Stage.REPORTED, ReportState.UNCONFIRMED),
        (Stage.SCALED_DOWN, ReportState.ACCEPTED),
    } <= states


def test_the_response_of_today_has_a_missed_clock_one_due_soon_and_items_overdue(demo):
    now = clock.now()
    incident = Incident.objects.get(happened="stabbing", stage=Stage.RESPONDING)
    states = [row.state(now) for row in ContactClock.objects.filter(person__entry__incident=incident)]
    assert {"missed", "soon", "met", "running"} <= set(states)
    overdue = ChecklistItem.objects.filter(incident=incident, state="open", due_at__lt=now)
    assert 2 <= overdue.count() <= 6
    assert incident.log.count() > 80
    assert incident.day(now) in (3, 4)


def test_the_anniversary_of_the_one_scaled_down_is_near(demo):
    incident = Incident.objects.get(stage=Stage.SCALED_DOWN)
    ahead = incident.occurred_at + timedelta(days=365) - clock.now()
    assert timedelta(days=7) < ahead < timedelta(days=28)


def test_the_boroughs_do_not_see_each_other(demo):
    north, east = sees("coordinator@northmere.example"), sees("coordinator@eastbrook.example")
    assert north
    assert east
    assert not north & east
    assert sees("admin@northmere.example") == set()
    assert sees("police@northmere.example") >= east
    assert sees("faith@northmere.example") == set()


def test_nothing_lies_in_the_future(demo):
    """Everything is relative to today, and what happened has happened."""
    now = clock.now()
    assert not LogEntry.objects.filter(occurred_at__gt=now).exists()
    assert not Incident.objects.filter(logged_at__gt=now).exists()
    assert not Membership.objects.filter(from_at__gt=now).exists()


def test_everything_is_invented(demo):
    assert not User.objects.exclude(email__endswith=".example").exists()
    assert not Agency.objects.exclude(email__endswith=".example").exists()
    rows = (
        [agency.telephone for agency in Agency.objects.all()]
        + [user.telephone for user in User.objects.all()]
        + [contact.telephone for contact in Contact.objects.all()]
    )
    assert all(number.startswith("020 7946 0") for number in rows)
    assert len(set(rows)) == len(rows)


def test_no_name_stands_outside_the_restricted_fields(demo):
    names = {word for name in Person.objects.values_list("name", flat=True) for word in name.split()}
    assert len(names) > 6
    texts = " ".join(LogText.objects.exclude(text="").values_list("text", flat=True))
    texts += " ".join(f"{one.summary} {one.situation} {one.needs}" for one in Incident.objects.all())
    assert [name for name in names if name in texts] == []


def test_the_password_given_is_not_printed(demo):
    assert PASSWORD not in demo
    assert "coordinator@northmere.example" in demo


def test_a_second_run_changes_nothing_and_says_so(demo):
    before = [model.objects.count() for model in (User, Agency, Incident, LogEntry)]
    hashes = list(User.objects.order_by("pk").values_list("password", flat=True))
    assert "already there" in run()
    assert [model.objects.count() for model in (User, Agency, Incident, LogEntry)] == before
    assert list(User.objects.order_by("pk").values_list("password", flat=True)) == hashes
