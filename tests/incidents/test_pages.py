"""The pages of an incident as each part of the cast meets them."""

import pytest
from django.urls import reverse

from incidents.models import AccessRecord, Categorisation, Incident, LogEntry, Stage
from incidents.queries import cumulative
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
    assert answer["Location"] == reverse("governance-reason", args=[incident.uuid])
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
