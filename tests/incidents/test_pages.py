"""The pages of an incident as each part of the cast meets them."""

import pytest
from django.urls import reverse

from comms.models import KeyMessage
from incidents.access import sight
from incidents.actions import close, create_record, describe, log
from incidents.models import AccessRecord, Categorisation, Incident, LogEntry, Stage
from incidents.queries import cumulative
from response.actions import join
from response.models import Person
from tests.conftest import log_one
from tests.incidents.test_stage import CATEGORY


def post(client, name, *args, **data):
    return client.post(reverse(name, args=args), data)


@pytest.fixture
def coordinator(client, cast):
    client.force_login(cast["coordinator"])
    return client


def test_the_overview_says_where_it_stands(coordinator, incident):
    page = coordinator.get(incident.get_absolute_url()).content.decode()
    for words in (
        incident.reference,
        "Stabbing, Station Parade",
        "Not categorised yet",
        Person.objects.filter(entry__incident=incident).first().label,
        "Categorise",
    ):
        assert words in page


def test_reading_is_recorded_once_in_half_an_hour(coordinator, incident):
    coordinator.get(incident.get_absolute_url())
    coordinator.get(incident.get_absolute_url())
    read = AccessRecord.objects.filter(subject_uuid=incident.uuid, act="consultation")
    assert read.count() == 1


def test_a_status_takes_a_reason(coordinator, incident):
    answer = post(coordinator, "change-status", incident.uuid, act="scale_down", reason="")
    assert "Enter the reason" in answer.content.decode()
    answer = post(coordinator, "change-status", incident.uuid, act="scale_down", reason="Calm")
    assert answer.status_code == 302
    incident.refresh_from_db()
    assert incident.stage == Stage.SCALED_DOWN


def test_the_cumulative_picture_tells_the_same_area_from_the_rest(coordinator, incident, actors):
    same = log_one(actors["coordinator"], place="Station Road, by the shops")
    ward = log_one(actors["coordinator"], place="The park gates")
    far = log_one(actors["coordinator"], place="Canal towpath")
    exercise = log_one(actors["coordinator"], place="Station Road", exercise=True)
    Incident.objects.filter(pk=incident.pk).update(place="Station Road", area="Harbour")
    Incident.objects.filter(pk=ward.pk).update(area="harbour")
    Incident.objects.filter(pk=same.pk).update(area="Mill End")
    incident.refresh_from_db()
    near, elsewhere = cumulative(actors["coordinator"], incident)
    assert set(near) == {same, ward}
    assert elsewhere == [far]
    page = coordinator.get(reverse("categorise", args=[incident.uuid])).content.decode()
    assert page.index(same.reference) < page.index("Elsewhere in") < page.index(far.reference)
    assert exercise.reference not in page


def test_the_ward_is_said_where_the_situation_is(coordinator, incident):
    post(coordinator, "describe", incident.uuid, area="Harbour", version=incident.version)
    assert "Harbour" in coordinator.get(incident.get_absolute_url()).content.decode()


def test_categorising_shows_the_answers_before_it_saves(coordinator, incident, actors):
    data = CATEGORY | {"lead_agency": actors["partner"].agency.pk}
    answer = post(coordinator, "categorise", incident.uuid, **data)
    assert "Check your answers" in answer.content.decode()
    assert not Categorisation.objects.exists()
    answer = post(coordinator, "categorise", incident.uuid, confirmed="1", **data)
    assert answer.status_code == 302
    assert Categorisation.objects.get().lead_agency == actors["partner"].agency


def test_two_coordinators_categorise_and_the_second_is_asked(coordinator, client, cast, incident, actors):
    """B saved while A had the form open: A sees both answers, chooses, and what A did not touch is B's."""
    data = CATEGORY | {"lead_agency": actors["partner"].agency.pk, "confirmed": "1", "version": 0}
    post(coordinator, "categorise", incident.uuid, **data)
    data["version"] = 1
    post(
        client,
        "categorise",
        incident.uuid,
        **data | {"category": "of_note", "lead_person": "Chief inspector"},
    )
    client.force_login(cast["second_coordinator"])
    mine = data | {"category": "below", "rationale": "It is calmer."}
    page = post(client, "categorise", incident.uuid, **mine).content.decode()
    assert "Keep theirs, Local category" in page
    assert "Keep yours, Who leads there" not in page
    assert "rationale" not in page.split("Choose what to keep")[0]
    checked = post(
        client, "categorise", incident.uuid, **{k: v for k, v in mine.items() if k != "confirmed"}, against=2,
        keep_category="yours",
    ).content.decode()  # fmt: skip
    assert 'name="keep_category" value="yours"' in checked
    assert 'name="against" value="2"' in checked
    assert (
        post(client, "categorise", incident.uuid, **mine, against=2, keep_category="yours").status_code == 302
    )
    latest = Categorisation.objects.first()
    assert (latest.category, latest.lead_person) == ("below", "Chief inspector")


def test_answers_that_do_not_go_together_never_reach_the_check(coordinator, incident, actors):
    data = CATEGORY | {"lead_agency": actors["partner"].agency.pk, "response": "partners_meeting"}
    page = post(coordinator, "categorise", incident.uuid, **data).content.decode()
    assert "Say why the council leads a partners meeting." in page
    assert "Check your answers" not in page


def test_the_log_says_whether_the_police_called_and_declared(coordinator, incident, actors):
    data = CATEGORY | {"lead_agency": actors["partner"].agency.pk, "confirmed": "1"}
    post(coordinator, "categorise", incident.uuid, **data)
    text = LogEntry.objects.get(incident=incident, kind="categorised").words.text
    assert "called by the police: yes; declared: not known" in text


def test_the_overview_says_what_was_known_when_it_was_logged(coordinator, incident):
    page = coordinator.get(incident.get_absolute_url()).content.decode()
    assert incident.get_injury_display() in page
    assert incident.get_source_display() in page
    assert "Worst injury" in page


@pytest.mark.parametrize("name", ["categorise", "describe", "known", "add-record"])
def test_a_page_that_changes_a_closed_incident_says_that_it_is_closed(coordinator, incident, actors, name):
    close(incident=incident, by=actors["coordinator"], reason="Nothing is left to do")
    args = [incident.uuid, "key-message"] if name == "add-record" else [incident.uuid]
    answer = coordinator.get(reverse(name, args=args))
    assert answer.status_code == 403
    assert f"{incident.reference} is closed. A coordinator can reopen it." in answer.content.decode()
    assert "Reopen it" in coordinator.get(incident.get_absolute_url()).content.decode()


def test_after_closing_a_coordinator_may_still_write_what_became_known(client, cast, incident, actors):
    close(incident=incident, by=actors["coordinator"], reason="Nothing is left to do")
    data = {"text": "The coroner wrote.", "section": "general", "sensitivity": "standard"}
    client.force_login(cast["coordinator"])
    assert post(client, "add-note", incident.uuid, **data).status_code == 302
    client.force_login(cast["partner"])
    assert "is closed" in post(client, "add-note", incident.uuid, **data).content.decode()


def test_nothing_is_added_to_a_report_that_was_joined(coordinator, incident, actors, world):
    report = log_one(actors["youth"])
    join(report=report, into=incident, by=actors["coordinator"], reason="The same")
    data = {"text": "More", "section": "general", "sensitivity": "standard"}
    page = post(coordinator, "add-note", report.uuid, **data).content.decode()
    assert "what is new belongs there" in page
    assert coordinator.get(reverse("describe", args=[report.uuid])).status_code == 403


def test_only_who_wrote_it_or_a_coordinator_corrects_an_entry(client, cast, incident, actors):
    entry = log(incident, by=actors["coordinator"], kind="note", text="Two were hurt.")
    url = reverse("correct-entry", args=[incident.uuid, entry.uuid])
    client.force_login(cast["youth"])
    assert (
        ">Correct<" not in client.get(reverse("log-entry", args=[incident.uuid, entry.uuid])).content.decode()
    )
    assert "Add an entry of your own" in client.post(url, {"text": "Three were."}).content.decode()
    client.force_login(cast["second_coordinator"])
    assert client.post(url, {"text": "Three were."}).status_code == 302
    assert "Corrected later" in client.get(reverse("incident-log", args=[incident.uuid])).content.decode()


def test_a_withheld_entry_says_so_and_where_else_its_words_may_stand(coordinator, incident, actors):
    describe(incident=incident, by=actors["coordinator"], version=None, situation="Somebody was named.")
    entry = LogEntry.objects.get(incident=incident, words__text__startswith="Situation:")
    url = reverse("log-entry", args=[incident.uuid, entry.uuid])
    post(coordinator, "withhold-entry", incident.uuid, entry.uuid, reason="It names somebody")
    page = coordinator.get(url).content.decode()
    assert "It names somebody" in page
    assert reverse("describe", args=[incident.uuid]) in page
    assert ">Withheld<" in coordinator.get(reverse("incident-log", args=[incident.uuid])).content.decode()


def test_who_asked_for_a_redaction_is_not_offered_to_confirm_it(client, cast, incident, actors):
    entry = log(incident, by=actors["coordinator"], kind="note", text="A name.")
    url = reverse("log-entry", args=[incident.uuid, entry.uuid])
    client.force_login(cast["coordinator"])
    post(client, "redact-entry", incident.uuid, entry.uuid, reason="A name")
    page = client.get(url).content.decode()
    assert "Confirm the redaction" not in page
    assert "Another coordinator or the CSP manager" in page
    client.force_login(cast["second_coordinator"])
    assert "Confirm the redaction" in client.get(url).content.decode()


def test_a_title_of_a_masked_record_stands_nowhere_on_its_page(client, cast, incident, actors):
    seen = sight(actors["coordinator"], incident)
    record = create_record(
        seen=seen, model=KeyMessage, sensitivity="restricted", audience="XTITLEX", message="Words"
    )
    client.force_login(cast["partner"])
    for name in ("record", "reveal"):
        assert "XTITLEX" not in client.get(reverse(name, args=[incident.uuid, record.uuid])).content.decode()


def test_a_governance_officer_comes_back_to_the_page_that_was_asked_for(client, cast, incident):
    client.force_login(cast["governance"])
    wanted = reverse("incident-log", args=[incident.uuid])
    answer = client.get(wanted)
    assert answer.status_code == 302
    answer = client.post(answer.url, {"reason": "audit", "text": "A complaint"})
    assert answer.url == wanted
    page = client.get(
        reverse("governance-reason", args=[incident.uuid]), {"next": "https://elsewhere.example/"}
    )
    assert page.status_code == 200


def test_an_agency_of_another_borough_cannot_be_posted_as_lead(coordinator, incident, actors):
    data = CATEGORY | {"lead_agency": actors["other_coordinator"].agency.pk, "confirmed": "1"}
    assert post(coordinator, "categorise", incident.uuid, **data).status_code == 200
    assert not Categorisation.objects.exists()


def test_what_was_typed_is_kept_when_a_note_is_refused(coordinator, incident):
    answer = post(
        coordinator, "add-note", incident.uuid, text="Cordon lifted", section="general", sensitivity="standard",
        occurred_at_0="1", occurred_at_1="1", occurred_at_2="2026", occurred_at_3="9am",
    )  # fmt: skip
    page = answer.content.decode()
    assert "Cordon lifted" in page
    assert "Say why this is written down late." in page


def test_a_partner_adds_to_the_log_in_its_sections_alone(client, cast, incident):
    client.force_login(cast["youth"])
    before = LogEntry.objects.count()
    refused = post(client, "add-note", incident.uuid, text="x", section="health", sensitivity="standard")
    assert refused.status_code == 200
    assert LogEntry.objects.count() == before
    assert (
        post(
            client, "add-note", incident.uuid, text="x", section="people", sensitivity="standard"
        ).status_code
        == 302
    )


def test_a_governance_officer_is_asked_for_a_reason_first(client, cast, incident):
    client.force_login(cast["governance"])
    answer = client.get(incident.get_absolute_url())
    assert answer["Location"].startswith(reverse("governance-reason", args=[incident.uuid]))
    post(client, "governance-reason", incident.uuid, reason="audit", text="Yearly audit")
    assert client.get(incident.get_absolute_url()).status_code == 200
    assert post(client, "add-note", incident.uuid, text="x", section="general").status_code == 403


class TestRecords:
    """The mechanism, with the key messages as its example."""

    @pytest.fixture
    def add(self, coordinator, incident):
        def add(**more):
            data = {"audience": "Residents", "message": "Patrols are up.", "sensitivity": "standard"} | more
            return post(coordinator, "add-record", incident.uuid, "key-message", **data)

        return add

    def test_a_record_is_added_listed_and_changed(self, coordinator, incident, add):
        assert add().status_code == 302
        page = coordinator.get(reverse("key-messages", args=[incident.uuid])).content.decode()
        assert "Patrols are up." in page
        entry = incident.entries.get(kind="keymessage")
        data = {"audience": "Residents", "message": "Patrols continue.", "version": entry.version}
        assert post(coordinator, "change-record", incident.uuid, entry.uuid, **data).status_code == 302
        page = coordinator.get(reverse("record", args=[incident.uuid, entry.uuid])).content.decode()
        assert "Patrols continue." in page
        assert "Patrols are up." in page

    def test_a_restricted_record_is_masked_until_it_is_revealed(self, client, cast, incident, add):
        add(sensitivity="restricted", message="Only for a few")
        entry = incident.entries.get(kind="keymessage")
        client.force_login(cast["partner"])
        url = reverse("record", args=[incident.uuid, entry.uuid])
        page = client.get(url).content.decode()
        assert "Only for a few" not in page
        assert "Restricted" in page
        post(client, "reveal", incident.uuid, entry.uuid, reason="task", text="Needed for the briefing")
        assert "Only for a few" in client.get(url).content.decode()

    def test_a_sealed_record_is_unknown_to_others(self, client, cast, incident, add):
        add(sensitivity="sealed", message="Sealed words", holders=[cast["csp_manager"].uuid])
        entry = incident.entries.get(kind="keymessage")
        for who, status in (("csp_manager", 200), ("second_coordinator", 404), ("partner", 404)):
            client.force_login(cast[who])
            assert client.get(reverse("record", args=[incident.uuid, entry.uuid])).status_code == status, who
            listed = client.get(reverse("key-messages", args=[incident.uuid])).content.decode()
            assert ("Sealed words" in listed) is (status == 200)

    def test_a_sealed_record_takes_a_second_holder(self, incident, add):
        assert add(sensitivity="sealed").status_code == 200
        assert not incident.entries.filter(kind="keymessage").exists()
