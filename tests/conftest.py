"""The cast: who is who in every test. One minimal valid object a factory."""

import os
import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.db.backends.postgresql.creation import DatabaseCreation

from partners.actor import actor_for
from partners.models import (
    Agency,
    AgencyKind,
    Membership,
    Partnership,
    Regime,
    Role,
    SharingAgreement,
    User,
)
from svit import clock, engines
from tests import kept

NIGHT = datetime(2026, 6, 6, 0, 56, tzinfo=UTC)
PASSWORD = "a long enough passphrase"

# The tests that drive a browser, the longest first.
LONGEST = ("test_every_page", "test_journeys", "test_live", "test_phone")


@pytest.hookimpl(trylast=True)  # when those that do not run are gone
def pytest_collection_modifyitems(items):
    """Whatever drives a browser comes first, dealt out to the workers: else one of them ends alone with the longest.

    With `--dist worksteal` each worker begins with its share of the list, and takes from the others' when it has done.
    """
    slow = [item for item in items if item.get_closest_marker("browser")]
    slow.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))
    rest = [item for item in items if not item.get_closest_marker("browser")]
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    share, items[:] = len(items) / workers, []
    for worker in range(workers):
        mine = slow[worker::workers]
        more = max(round(share * (worker + 1)) - len(items) - len(mine), 0)
        items += [*mine, *rest[:more]]
        rest = rest[more:]


def pytest_terminal_summary(terminalreporter):
    """How often the matrix asked, summed over the workers of a parallel run: each report carries its test's number."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    ended = [report for report in reports if getattr(report, "when", "") == "teardown"]
    probes = sum(value for report in ended for name, value in report.user_properties if name == "probes")
    if probes:
        terminalreporter.write_line(f"{probes} probes")


def _drop(creation, name, verbosity):
    """Also where a thread of a live server has not ended its connection yet."""
    with creation._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {creation.connection.ops.quote_name(name)} WITH (FORCE)")


DatabaseCreation._destroy_test_db = _drop


def make_partnership(name="Northmere", code="NM"):
    return Partnership.objects.create(name=f"{name} CSP", code=code, area=name)


def make_agency(name, kind, *partnerships, csp_of=None):
    agency = Agency.objects.create(
        name=name,
        kind=kind,
        csp_of=csp_of,
        group=Group.objects.create(name=f"agency {uuid.uuid4()}"),
        regime=Regime.LAW_ENFORCEMENT if kind == AgencyKind.POLICE else Regime.UK_GDPR,
        telephone="020 7946 0142",
    )
    agency.partnerships.set(partnerships)
    for partnership in partnerships:
        make_agreement(agency, partnership)
    return agency


def make_agreement(agency, partnership):
    """What lets personal data be shared with the agency without naming a gateway each time."""
    return SharingAgreement.objects.create(
        agency=agency,
        partnership=partnership,
        signed_on=(NIGHT - timedelta(days=30)).date(),
        review_by=(NIGHT + timedelta(days=3650)).date(),
    )


def make_member(email, agency, role, name=""):
    return make_members({email: (email, agency, role, name)})[email]


def make_members(people):
    """Memberships by part, of (address, agency, role) or with a name besides; however many, in two queries."""
    members = {}
    for part, (email, agency, role, *name) in people.items():
        user = User(email=email, name="".join(name) or email.split("@")[0].replace(".", " ").title())
        user.set_unusable_password()
        user.joined_at = NIGHT - timedelta(days=400)
        members[part] = Membership(user=user, agency=agency, role=role, from_at=NIGHT - timedelta(days=400))
    User.objects.bulk_create(member.user for member in members.values())
    Membership.objects.bulk_create(members.values())
    return members


@pytest.fixture
def client():
    """A browser; `force_login` signs in with a second factor."""
    from tests.clients import SignedIn

    return SignedIn()


@pytest.fixture
def ground(db):
    """On which `world`, `toolkit` and `incident` stand: see tests/kept.py."""
    kept.sweep()
    ground = kept.Ground()
    with connection.execute_wrapper(ground):
        yield ground


@pytest.fixture
def world(ground):
    """Two boroughs, their CSPs, agencies of Northmere (the police serve both), and the whole cast as memberships."""
    return ground.stand("world", make_world)


def make_world():
    north, east = make_partnership(), make_partnership("Eastbrook", "EB")
    csp = make_agency("Northmere CSP", AgencyKind.COMMUNITY_SAFETY, north, csp_of=north)
    other_csp = make_agency("Eastbrook CSP", AgencyKind.COMMUNITY_SAFETY, east, csp_of=east)
    police = make_agency("Riverside Police", AgencyKind.POLICE, north, east)
    housing = make_agency("Northmere Homes", AgencyKind.HOUSING, north)
    youth = make_agency("Northmere Youth Service", AgencyKind.YOUTH_SERVICES, north)
    school = make_agency("Aldermoor School", AgencyKind.EDUCATION, north)
    cast = make_members(
        {
            "coordinator": ("coordinator@northmere.example", csp, Role.COORDINATOR),
            "second_coordinator": ("second@northmere.example", csp, Role.COORDINATOR),
            "csp_manager": ("manager@northmere.example", csp, Role.CSP_MANAGER),
            "administrator": ("admin@northmere.example", csp, Role.ADMINISTRATOR),
            "governance": ("governance@northmere.example", csp, Role.GOVERNANCE_OFFICER),
            "partner": ("police@northmere.example", police, Role.PRACTITIONER),
            "colleague": ("police.two@northmere.example", police, Role.PRACTITIONER),
            "agency_manager": ("police.manager@northmere.example", police, Role.AGENCY_MANAGER),
            "youth": ("youth@northmere.example", youth, Role.PRACTITIONER),
            "stranger": ("housing@northmere.example", housing, Role.PRACTITIONER),
            "other_coordinator": ("coordinator@eastbrook.example", other_csp, Role.COORDINATOR),
            "superuser": ("root@northmere.example", housing, Role.PRACTITIONER),
            "deactivated": ("left@northmere.example", police, Role.PRACTITIONER),
        }
    )
    User.objects.filter(pk=cast["superuser"].user_id).update(is_superuser=True, is_staff=True)
    User.objects.filter(pk=cast["deactivated"].user_id).update(is_active=False)
    agencies = SimpleNamespace(
        csp=csp, other_csp=other_csp, police=police, housing=housing, youth=youth, school=school
    )
    return SimpleNamespace(north=north, east=east, cast=cast, agencies=agencies)


@pytest.fixture
def cast(world):
    """Users by part."""
    users = User.objects.in_bulk([membership.user_id for membership in world.cast.values()])
    return {part: users[membership.user_id] for part, membership in world.cast.items()}


@pytest.fixture
def actors(ground, world):
    """Actors by part; each acts for its agency."""

    def made():
        rows = Membership.objects.select_related("user", "agency__csp_of").in_bulk(
            [membership.pk for membership in world.cast.values()]
        )
        return {part: actor_for(rows[membership.pk]) for part, membership in world.cast.items()}

    return ground.stand("actors", made)


@pytest.fixture
def toolkit(ground):
    """The toolkit, loaded."""
    from checklists.actions import load_toolkit

    return ground.stand("toolkit", load_toolkit)


ANSWERS = {
    "happened": "stabbing",
    "place": "Station Parade",
    "source": "police",
    "injury": "serious",
    "summary": "Two young people hurt near the station.",
    "young_people": 2,
    "custody": False,
    "hospital": True,
}


def log_one(by, **more):
    """Log an incident as `by` would, with the answers of journey A."""
    from response.actions import log_incident

    answers = (
        ANSWERS | {"submission": uuid.uuid4(), "occurred_at": clock.now() - timedelta(minutes=30)} | more
    )
    return log_incident(by=by, **answers)


@pytest.fixture
def incident(ground, toolkit, actors):
    """An incident of Northmere: logged, mobilised to the police and the youth service; housing is a stranger."""
    return ground.stand("incident", lambda: make_incident(actors), fresh=kept.FRESH)


def make_incident(actors):
    from checklists.models import ChecklistItem
    from incidents.actions import engage, respond

    found = log_one(actors["coordinator"])
    for agency in (actors["partner"].agency, actors["youth"].agency):
        engage(incident=found, agency=agency, by=actors["coordinator"], reason="Needed for the response.")
    respond(incident=found, by=actors["coordinator"], reason="Mobilised.")
    ChecklistItem.objects.filter(incident=found, suggested_to=AgencyKind.POLICE).update(
        agency=actors["partner"].agency
    )
    found.refresh_from_db()
    return found


@pytest.fixture(autouse=True)
def _guards(request):
    """Tests that flush tables lift the append-only guards first; they come back after each migrate."""
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    engines.install_guards()
    yield
    engines.lift_guards()
    kept.forget()
