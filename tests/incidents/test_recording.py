"""Who read, collected, altered, passed on, combined or erased what: each leaves its row, nothing is shown without."""

from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from checklists import actions as checklists
from checklists.models import ChecklistItem
from comms.models import KeyMessage
from incidents import actions
from incidents.access import sight
from incidents.models import AccessAct, AccessRecord, Engagement, EngagementRole, StoredFile
from reports import actions as reports
from response import actions as response
from response.models import Person
from svit import clock, engines
from tests.conftest import log_one
from tests.routes import ROUTES
from tests.test_routes import things  # noqa: F401  what the routes name

# They show nothing of the incident, or nothing that is there in these tests.
SHOW_NOTHING = {"governance-reason", "file", "file-preview", "pack", "pack-download"}
OF_AN_INCIDENT = sorted(
    name
    for name, policy in ROUTES.items()
    if "incident" in policy.args and policy.method == "get" and name not in SHOW_NOTHING
)


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def no_more_records():
    """The access record takes no row any more, as with a full disk."""
    table = "incidents_accessrecord"
    with connection.cursor() as cursor:
        engines._guard(cursor, table, "INSERT", "")
    yield
    on = f" ON {table}" if engines.is_postgres() else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {engines._name(table, 'INSERT')}{on}")


def addresses(things):  # noqa: F811
    return {name: reverse(name, args=[things[part] for part in ROUTES[name].args]) for name in OF_AN_INCIDENT}


@pytest.mark.django_db
def test_every_page_of_an_incident_records_who_reads_it(client, cast, actors, things):  # noqa: F811
    client.force_login(cast["coordinator"])
    read = AccessRecord.objects.filter(
        subject_uuid=things["incident"], act=AccessAct.CONSULTATION, user=cast["coordinator"]
    )
    forgot = []
    for name, url in addresses(things).items():
        with rolled_back():
            if client.get(url).status_code == 200 and read.count() != 1:
                forgot.append(name)
    assert forgot == []


@pytest.mark.django_db(transaction=True)
def test_no_page_of_an_incident_is_shown_when_it_cannot_be_recorded(client, cast, things, incident):  # noqa: F811
    client.force_login(cast["coordinator"])
    shown, words = [], 0
    with no_more_records():
        for name, url in addresses(things).items():
            answer = client.get(url)
            if answer.status_code == 503:
                words += "nothing is shown" in answer.content.decode()
            if answer.status_code == 200 or incident.place in answer.content.decode():
                shown.append(f"{name}: {answer.status_code}")
    assert shown == []
    assert words > 40


@pytest.mark.django_db(transaction=True)
def test_a_write_that_cannot_be_recorded_is_not_made(actors, incident):
    seen = sight(actors["coordinator"], incident)
    with no_more_records(), pytest.raises(DatabaseError):
        actions.add_note(seen=seen, text="The cordon is lifted", section="general")
    assert not incident.log.filter(words__text="The cordon is lifted").exists()


@pytest.fixture
def acts(incident, actors, world):
    """Every kind of act on personal data, by name: what does it, by whom, and what must be recorded of it."""
    by, second = actors["coordinator"], actors["second_coordinator"]
    seen, theirs = sight(by, incident), sight(actors["partner"], incident)
    person = Person.objects.select_related("entry__incident").filter(entry__incident=incident).first()
    item = ChecklistItem.objects.filter(
        incident=incident, agency=actors["partner"].agency, kind="action"
    ).first()
    note = actions.add_note(seen=theirs, text="Seen near the station", section="general")
    youth = Engagement.objects.get(incident=incident, agency=actors["youth"].agency)
    record = actions.create_record(seen=seen, model=KeyMessage, audience="All", message="Calm")

    def redact():
        entry = actions.add_note(seen=theirs, text="A name", section="general")
        actions.ask_redaction(seen=seen, entry=entry, reason="A name")
        actions.redact(seen=sight(second, incident), entry=entry)

    def join():
        report = log_one(actors["partner"], partnership=world.north)
        response.join(report=report, into=incident, by=by, reason="The same")

    def pack():
        asked = reports.request_pack(seen=seen, audience="gold", purpose="Gold group", recipients="The chair")
        reports.finish(reports.claim(clock.now()), seen, [stored(incident, by)], clock.now())
        return asked

    contact = {"person": person, "by": actors["youth"], "outcome": "attempted", "method": "visit"}
    categories = {
        "police_called": "yes", "police_declared": "no", "category": "serious", "serious": "yes", "of_note": [],
        "response": "gold_group", "lead_agency": by.agency, "lead_person": "", "other_boroughs": "", "rationale": "x",
    }  # fmt: skip
    engage = {"incident": incident, "agency": world.agencies.housing, "reason": "A safe address", "by": by}
    told = {
        "event": "Logged",
        "started_at": clock.now(),
        "role": "victim",
        "age_band": "child",
        "setting": "home",
    }
    change = {"seen": seen, "person": person, "version": person.version, "school": "Aldermoor"}
    return {
        "log_incident": (lambda: log_one(by), {("collection", "incident"), ("collection", "person")}),
        "add_person": (lambda: response.add_person(seen=seen, **told), {("collection", "person")}),
        "change_person": (lambda: response.change_person(**change), {("alteration", "person")}),
        "seal": (
            lambda: response.seal_person(seen=seen, person=person, holders=[second.user], reason="Threat"),
            {("alteration", "person")},
        ),
        "reveal": (
            lambda: actions.reveal(seen=theirs, entry=person.entry, reason="contact", text="To visit"),
            {("consultation", "person")},
        ),
        "give_reason": (
            lambda: actions.give_reason(incident=incident, by=actors["governance"], reason="audit", text="x"),
            {("consultation", "incident")},
        ),
        "record_contact": (lambda: response.record_contact(**contact), {("collection", "person")}),
        "add_note": (
            lambda: actions.add_note(seen=theirs, text="Quiet", section="general"), {("collection", "logentry")},
        ),
        "correct": (
            lambda: actions.correct(seen=theirs, entry=note, text="Not near"), {("alteration", "logentry")},
        ),
        "withhold": (
            lambda: actions.withhold(seen=seen, entry=note, reason="A name"), {("alteration", "logentry")},
        ),
        "redact": (redact, {("erasure", "logentry"), ("alteration", "logentry")}),
        "describe": (
            lambda: actions.describe(incident=incident, by=by, version=incident.version, situation="Calm"),
            {("alteration", "incident")},
        ),
        "categorise": (
            lambda: actions.categorise(incident=incident, by=by, **categories), {("collection", "categorisation")},
        ),
        "change_record": (
            lambda: actions.change_record(seen=seen, record=record, version=record.version, message="Calm again"),
            {("alteration", "keymessage")},
        ),
        "engage": (lambda: actions.engage(**engage), {("disclosure", "engagement")}),
        "change_engagement": (
            lambda: actions.change_engagement(
                engagement=youth, by=by, sections={"people": "see"}, people=[person.entry], reason="Visits"
            ),
            {("disclosure", "engagement")},
        ),
        "join": (join, {("combination", "incident"), ("combination", "person")}),
        "note on an item": (
            lambda: checklists.add_note(seen=theirs, item=item, note="Rang them"),
            {("alteration", "checklistitem")},
        ),
        "pack": (pack, {("disclosure", "pack"), ("combination", "pack")}),
    }  # fmt: skip


def stored(incident, by):
    return StoredFile(incident=incident, about_kind="pack", name="x.pdf", size=1, sha256="a" * 64, by=by.user,
                      agency=by.agency, file="x", content_type="application/pdf")  # fmt: skip


NAMES = (
    "log_incident", "add_person", "change_person", "seal", "reveal", "give_reason", "record_contact", "add_note",
    "correct", "withhold", "redact", "describe", "categorise", "change_record", "engage", "change_engagement", "join",
    "note on an item", "pack",
)  # fmt: skip


@pytest.mark.django_db
def test_each_act_is_recorded_as_what_it_is(acts):
    wrong = []
    assert sorted(acts) == sorted(NAMES)
    for name, (do, expected) in acts.items():
        with rolled_back():
            before = AccessRecord.objects.latest("pk").pk
            do()
            found = set(AccessRecord.objects.filter(pk__gt=before).values_list("act", "subject_kind"))
            if not expected <= found:
                wrong.append(f"{name}: {expected - found} is missing from {found}")
    assert wrong == []


@pytest.mark.django_db
def test_a_disclosure_says_to_whom_what_for_and_under_which_regime(incident, actors, world):
    actions.engage(
        incident=incident, agency=world.agencies.housing, by=actors["coordinator"], reason="A safe address",
        role=EngagementRole.PARTNER,
    )  # fmt: skip
    row = AccessRecord.objects.filter(act=AccessAct.DISCLOSURE).latest("pk")
    assert (row.recipient, row.purpose) == ("Northmere Homes", "A safe address")
    assert (row.reference, row.partnership) == (incident.reference, world.north)
    assert (row.user, row.agency, row.regime) == (actors["coordinator"].user, world.agencies.csp, "uk_gdpr")


@pytest.mark.django_db
def test_what_a_search_finds_is_recorded_apart_from_reading_it(client, cast, incident):
    client.force_login(cast["partner"])
    for _ in range(2):
        client.post(reverse("search"), {"q": incident.place}, follow=True)
    client.get(incident.get_absolute_url())
    rows = AccessRecord.objects.filter(subject_uuid=incident.uuid, act="consultation", user=cast["partner"])
    assert sorted(rows.values_list("subject_kind", flat=True)) == ["incident", "search"]
    assert {(row.purpose, row.recipient) for row in rows} == {("", "")}, (
        "what was searched for is not recorded"
    )


def test_the_access_record_feeds_no_figure():
    """What it may be used for is in the Act: lawfulness, self-monitoring, security, criminal proceedings (s.62)."""
    readers = {
        "incidents/access/sights.py", "incidents/actions/access_record.py", "incidents/chain.py",
        "incidents/verifying.py",
        "incidents/models/access_record.py", "incidents/models/__init__.py", "incidents/actions/sealing.py",
    }  # fmt: skip
    for path in settings.BASE_DIR.glob("*/**/*.py"):
        name = str(path.relative_to(settings.BASE_DIR))
        room = name.partition("/")[0]
        if room not in (
            "svit",
            "reminders",
            "partners",
            "incidents",
            "checklists",
            "response",
            "comms",
            "reports",
        ):
            continue
        if "/migrations/" in name or name in readers or name.startswith("reports/access_record/"):
            continue
        text = path.read_text()
        for word in ("AccessRecord", "AccessSeal", "AccessDigest"):
            assert word not in text, f"{name} reads {word}"
