"""The access record as its officer reads it, hands it on, and as everybody sees what is recorded of them."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents import chain
from incidents.access import sight
from incidents.actions import create_record, engage, give_reason, record_access, reveal, seal_access_record
from incidents.models import AccessAct, AccessRecord, Engagement, Sensitivity
from reports.access_record import export
from response.actions import add_person, change_person, record_contact
from response.models import Person
from svit import clock
from tests.conftest import log_one

pytestmark = pytest.mark.django_db

ACTS, REVEALS, DISCLOSURES = ("access-record", "access-reveals", "access-disclosures")
# Session, user and membership, the partnership and what the frame shows, who has read it before, then the page's own
BUDGET = {ACTS: 8, REVEALS: 8, DISCLOSURES: 8, "own-access-record": 5}


@pytest.fixture
def officer(client, cast):
    client.force_login(cast["governance"])
    return client


@pytest.fixture
def secret(incident, actors):
    """A sealed person with a name, whose existence the officer learns and no more."""
    return add_person(
        seen=sight(actors["coordinator"], incident), event="Logged", started_at=clock.now(), role="victim",
        age_band="child", setting="home", name="Ottoline Heron", sealed=True,
        holders=[actors["second_coordinator"].user],
    )  # fmt: skip


def text(client, name, **asked):
    answer = client.get(reverse(name), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(client, **asked):
    return client.get(reverse(ACTS), asked).context["rows"]


def test_the_officer_reads_who_did_what_for_which_agency_and_regime(officer, incident):
    page = text(officer, ACTS)
    for words in (
        "Collection",
        "Disclosure",
        incident.reference,
        "Northmere CSP",
        "UK GDPR",
        "To Riverside Police",
    ):
        assert words in page


def test_no_name_no_title_and_nothing_sealed_stands_there(officer, incident, secret):
    for name in (ACTS, REVEALS, DISCLOSURES):
        page = text(officer, name)
        assert "Ottoline" not in page
        assert secret.entry.title not in page
        assert incident.place not in page
    assert "Sealed" in text(officer, ACTS)


def test_nothing_of_another_partnership_stands_there(officer, actors, incident):
    elsewhere = log_one(actors["other_coordinator"])
    engage(
        incident=elsewhere, agency=actors["partner"].agency, by=actors["other_coordinator"], reason="Theirs"
    )
    reveal_by(actors["partner"], elsewhere)
    for name in (ACTS, REVEALS, DISCLOSURES):
        assert elsewhere.reference not in text(officer, name)
    assert rows(officer, incident=elsewhere.reference) == []
    assert "has no incident" in text(officer, ACTS, incident=elsewhere.reference)
    assert rows(officer, record=elsewhere.uuid) == []


def reveal_by(actor, incident, entry=None):
    entry = entry or Person.objects.filter(entry__incident=incident).first().entry
    return reveal(seen=sight(actor, incident), entry=entry, reason="contact", text="To visit at home")


def test_the_record_is_filtered_by_person_incident_record_agency_act_and_day(
    officer, incident, actors, world
):
    partner, person = actors["partner"], Person.objects.filter(entry__incident=incident).first()
    reveal_by(partner, incident)
    other = log_one(actors["coordinator"])
    named = officer.post(reverse(ACTS), {"people": "police@northmere"}, follow=True)
    assert {row.user for row in named.context["rows"]} == {partner.user}
    assert "police" not in named.request["QUERY_STRING"]
    assert {row.user for row in rows(officer, by=partner.user.uuid)} == {partner.user}
    assert {row.reference for row in rows(officer, incident=other.reference.lower())} == {other.reference}
    assert {row.subject_uuid for row in rows(officer, record=person.uuid)} == {person.uuid}
    assert {row.agency for row in rows(officer, agency=partner.agency.pk)} == {partner.agency}
    assert {row.act for row in rows(officer, act="disclosure")} == {"disclosure"}
    today = clock.today()
    assert rows(officer, since_0=today.day, since_1=today.month, since_2=today.year)
    before = today - timedelta(days=1)
    assert not rows(officer, until_0=before.day, until_1=before.month, until_2=before.year)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"people": "nobody at all"}, "Nobody in the partnership’s agencies has this name"),
        ({"incident": "NM-26-9999"}, "The partnership has no incident NM-26-9999"),
        ({"since_0": "31", "since_1": "2", "since_2": "2026"}, "The first day must be a real date"),
        ({"since_0": "2", "since_1": "2", "since_2": "2026", "until_0": "1", "until_1": "2", "until_2": "2026"},
         "The last day must not be before the first"),
        ({"act": "nonsense"}, "Choose an act from the list"),
        ({"agency": "999999"}, "Choose an agency from the list"),
    ],
)  # fmt: skip
def test_a_filter_that_says_nothing_is_told_so_and_shows_nothing(officer, incident, asked, words):
    page = officer.post(reverse(ACTS), asked).content.decode()
    assert words in page
    assert "There is a problem" in page
    assert "Nothing is shown until the filters are put right" in page


def test_the_record_of_an_incident_that_is_gone_is_still_read(officer, incident, world):
    AccessRecord.objects.create(
        partnership=world.north, incident_uuid=world.north.uuid, reference="NM-19-0001", subject_kind="incident",
        subject_uuid=world.north.uuid, act="erasure", system="Disposal",
    )  # fmt: skip
    assert "SVIT, Disposal" in text(officer, ACTS, incident="NM-19-0001")


def test_the_list_goes_on_where_the_page_before_ended(officer, incident, actors, monkeypatch):
    monkeypatch.setattr("reports.access_record.queries.acts.__defaults__", (10,))
    met, url = [], reverse(ACTS)
    while url:
        answer = officer.get(url)
        met += [row.pk for row in answer.context["rows"]]
        older = answer.context["older"]
        url = older and f"{reverse(ACTS)}?{'before'}={older.replace('+', '%2B')}"
    assert met == sorted(set(met), reverse=True)
    assert len(met) == AccessRecord.objects.count()


def test_that_the_officer_reads_is_recorded_once_in_half_an_hour(officer, incident, cast):
    for name in (ACTS, REVEALS, DISCLOSURES, ACTS):
        officer.get(reverse(name))
    mine = AccessRecord.objects.filter(user=cast["governance"])
    assert [(row.act, row.subject_kind) for row in mine] == [("consultation", "access_record")]


def test_a_reveal_shows_its_reason_and_whether_work_followed(officer, incident, actors):
    person = Person.objects.select_related("entry__incident").filter(entry__incident=incident).first()
    reveal_by(actors["youth"], incident)
    page = text(officer, REVEALS)
    assert "To make contact with this person" in page
    assert "To visit at home" in page
    assert "No work by this person was recorded" in page
    record_contact(person=person, by=actors["youth"], outcome="attempted", method="visit")
    assert "No work by this person was recorded" not in text(officer, REVEALS)


def test_a_reason_of_the_officer_stands_there_too(officer, incident, actors):
    give_reason(incident=incident, by=actors["governance"], reason="audit", text="Complaint 12")
    page = text(officer, REVEALS)
    assert "The incident, by the governance officer" in page
    assert "Audit of access" in page


def test_break_glass_stands_with_its_reason(officer, incident, actors, world, monkeypatch):
    """It is an engagement with a role of its own."""
    monkeypatch.setattr("reports.access_record.access.BREAK_GLASS", "alarm")
    engage(incident=incident, agency=world.agencies.housing, by=actors["stranger"], reason="A threat tonight")
    Engagement.objects.filter(agency=world.agencies.housing).update(role="alarm")
    page = text(officer, REVEALS)
    assert "Break-glass" in page
    assert "A threat tonight" in page


def test_the_register_says_to_whom_what_for_and_which_hash(officer, incident, actors):
    record_access(incident, by=actors["coordinator"], act=AccessAct.DISCLOSURE, subject_kind="pack",
                  purpose="Gold group at 9am", recipient="The chair", sha256="ab" * 32)  # fmt: skip
    page = text(officer, DISCLOSURES)
    for words in ("Pack taken away", "Gold group at 9am", "The chair", "ab" * 32, "Access to the incident"):
        assert words in page


def exported(officer, **more):
    answer = officer.post(
        reverse("access-export"), {"recipient": "Commissioner", "purpose": "Request 7"} | more
    )
    assert answer["Content-Type"] == "application/zip", answer.content.decode()[:2000]
    content = zipfile.ZipFile(io.BytesIO(answer.content))

    def table(name):
        lines = csv.DictReader(io.StringIO(content.read(name).decode("utf-8-sig")))
        return [{key: value.removeprefix("'") for key, value in row.items()} for row in lines]

    return answer, content, table


def sha(values):
    return hashlib.sha256(json.dumps(values, separators=(",", ":")).encode()).hexdigest()


def test_an_export_is_checked_by_its_own_statement_alone(officer, incident, actors):
    record_access(
        incident, by=actors["coordinator"], act=AccessAct.DISCLOSURE, purpose="=1+1", recipient="'Zoë"
    )
    answer, content, table = exported(officer)
    statement = content.read("how-to-check.txt").decode()
    number, head = chain.read_head(statement)
    acts, digests, seals = (table(name) for name in ("access-record.csv", "digests.csv", "seals.csv"))
    assert "'=1+1" in content.read("access-record.csv").decode()
    columns = list(acts[0])[:15]
    for row in acts:
        values = [row[name] for name in columns[:13]]
        for place in (0, 1, 7, 9):
            values[place] = int(values[place]) if values[place] else None
        values[2] = values[2] or None
        words = row["words"] or sha([row["salt"], row["purpose"], row["recipient"]])
        assert sha([*values, words]) == row["digest"]
        assert {"seal": row["seal"], "digest": row["digest"]} in digests
    previous = None
    for seal in seals:
        of_seal = "".join(row["digest"] for row in digests if row["seal"] == seal["number"])
        assert hashlib.sha256(of_seal.encode()).hexdigest() == seal["records"]
        assert previous in (None, seal["previous"])
        link = [seal["previous"], int(seal["number"]), seal["made_at"], int(seal["count"]), int(seal["last"]),
                seal["drained"] == "true", seal["records"]]  # fmt: skip
        previous = sha(link)
        assert previous == seal["digest"]
    assert (previous, int(seals[-1]["number"])) == (head, number)
    told = AccessRecord.objects.filter(subject_kind="access_record", act="disclosure").get()
    assert (told.recipient, told.purpose) == ("Commissioner", "Request 7")
    assert told.sha256 == hashlib.sha256(answer.content).hexdigest()


def test_what_is_sealed_while_an_export_is_made_is_not_in_it(officer, incident, actors, monkeypatch):
    real = export._digests

    def meanwhile(*args):
        record_access(incident, by=actors["coordinator"], act=AccessAct.DISCLOSURE)
        seal_access_record()
        return real(*args)

    monkeypatch.setattr(export, "_digests", meanwhile)
    _, content, table = exported(officer)
    number, head = chain.read_head(content.read("how-to-check.txt").decode())
    last = table("seals.csv")[-1]
    assert (int(last["number"]), last["digest"]) == (number, head)
    assert {int(row["seal"]) for row in table("digests.csv")} <= set(range(number + 1))
    assert table("access-record.csv")[-1]["seal"] == ""


def test_an_export_holds_nothing_of_another_partnership_but_digests(officer, actors, incident):
    elsewhere = log_one(actors["other_coordinator"])
    _, content, _ = exported(officer)
    for name in content.namelist():
        assert elsewhere.reference not in content.read(name).decode()
        assert str(elsewhere.uuid) not in content.read(name).decode()


def test_an_export_of_too_many_acts_asks_for_fewer_days(officer, incident, monkeypatch):
    monkeypatch.setattr("reports.access_record.actions.MOST", 3)
    page = officer.post(reverse("access-export"), {"recipient": "C", "purpose": "P"}).content.decode()
    assert "Choose fewer days" in page
    assert not AccessRecord.objects.filter(act="disclosure", subject_kind="access_record").exists()


def test_everybody_sees_what_is_recorded_of_themselves_and_of_nobody_else(client, cast, incident):
    client.force_login(cast["partner"])
    client.get(incident.get_absolute_url())
    page = client.get(reverse("own-access-record"))
    assert {row.user for row in page.context["rows"]} == {cast["partner"]}
    assert "Consultation" in page.content.decode()
    assert reverse("own-access-record") in text(client, "account")
    client.force_login(cast["stranger"])
    assert "Nothing is recorded of you yet" in text(client, "own-access-record")


@pytest.mark.parametrize(
    "who", ["coordinator", "csp_manager", "administrator", "partner", "other_coordinator"]
)
def test_nobody_but_the_officer_reads_the_record(client, cast, incident, who):
    client.force_login(cast[who])
    for name in (ACTS, REVEALS, DISCLOSURES, "access-export"):
        answer = client.get(reverse(name))
        assert answer.status_code == 403
        assert "information governance officer" in answer.content.decode()


def test_the_officer_finds_the_way(officer):
    page = officer.get("/", follow=True)
    assert page.redirect_chain == [(reverse(ACTS), 302)]
    for words in ("Access record", "Reveals", "Disclosures", "Incidents"):
        assert words in page.content.decode()
    [active] = [link for link in officer.get(reverse(REVEALS)).context["navigation"] if link["active"]]
    assert active["text"] == "Reveals"


def grow(incident, actors, number):
    for one in range(number):
        record_access(
            incident, by=actors["partner"], act=AccessAct.DISCLOSURE, purpose=f"{one}", recipient="x"
        )
        record_access(incident, by=actors["governance"], act=AccessAct.CONSULTATION)
        reveal_by(actors["partner"], incident)
    seal_access_record()


@pytest.mark.parametrize("name", BUDGET)
def test_a_page_costs_the_same_at_two_sizes(officer, incident, actors, name):
    counts = []
    for number in (1, 12):
        grow(incident, actors, number)
        officer.get(reverse(name))
        with CaptureQueriesContext(connection) as asked:
            officer.get(reverse(name))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= BUDGET[name], "\n".join(query["sql"][:150] for query in asked)


def test_a_change_shows_both_values_to_whoever_may_see_them_and_to_nobody_else(
    client, cast, incident, actors
):
    """The history of a person's restricted fields: the owner's coordinators read values, others that it changed."""
    seen = sight(actors["coordinator"], incident)
    person = Person.objects.select_related("entry__incident").filter(entry__incident=incident).first()
    for school in ("Aldermoor School", "Northmere Academy"):
        person = change_person(seen=seen, person=person, version=person.version, school=school)
    url = reverse("person", args=[incident.uuid, person.uuid])
    client.force_login(cast["coordinator"])
    assert "School or college: Aldermoor School → Northmere Academy" in client.get(url).content.decode()
    client.force_login(cast["partner"])
    page = client.get(url).content.decode()
    assert "School or college changed" in page
    assert "Aldermoor" not in page
    reveal_by(actors["partner"], incident, person.entry)
    assert "School or college: Aldermoor School → Northmere Academy" in client.get(url).content.decode()
    client.force_login(cast["stranger"])
    assert client.get(url).status_code == 404


def test_the_history_of_a_restricted_record_is_masked_with_it(client, cast, incident, actors):
    from comms.models import KeyMessage
    from incidents.actions import change_record

    seen = sight(actors["coordinator"], incident)
    found = create_record(
        seen=seen, model=KeyMessage, sensitivity=Sensitivity.RESTRICTED, audience="All", message="First words"
    )
    change_record(seen=seen, record=found, version=found.version, message="Second words")
    url = reverse("record", args=[incident.uuid, found.uuid])
    client.force_login(cast["coordinator"])
    assert "First words → Second words" in client.get(url).content.decode()
    client.force_login(cast["partner"])
    assert "words" not in client.get(url).content.decode().partition("<main")[2].partition("</main")[0]
