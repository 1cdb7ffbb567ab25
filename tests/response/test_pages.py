"""Logging, people and contact in the browser's terms."""

import re
import uuid

import pytest
from django.urls import reverse

from incidents.models import Incident
from response.models import ContactAttempt, ContactClock, Person

FORM = {
    "happened": "stabbing",
    "when": "hour",
    "place": "Station Parade",
    "source": "police",
    "injury": "serious",
    "young_people": "2",
    "places": ["hospital"],
    "summary": "Two hurt",
}


@pytest.fixture
def coordinator(client, cast, toolkit):
    client.force_login(cast["coordinator"])
    return client


def test_eight_answers_and_one_submit(coordinator):
    answer = coordinator.post(reverse("log-incident"), FORM | {"submission": str(uuid.uuid4())})
    incident = Incident.objects.get()
    assert answer["Location"] == reverse("logged", args=[incident.uuid])
    page = coordinator.get(answer["Location"]).content.decode()
    assert incident.reference in page
    assert page.count("estimated") == 4


def test_the_same_form_sent_twice_makes_one(coordinator):
    data = FORM | {"submission": str(uuid.uuid4())}
    coordinator.post(reverse("log-incident"), data)
    coordinator.post(reverse("log-incident"), data)
    assert Incident.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"place": ""}, "Enter where it happened"),
        ({"young_people": "two"}, "must be a number"),
        ({"young_people": "-1"}, "must be 0 or more"),
        ({"young_people": "99999999999999"}, "must be 30 or fewer"),
        ({"when": "enter"}, "Enter the time when it happened"),
        ({"places": ["neither", "custody"]}, "by itself"),
        ({"happened": "nonsense"}, "Choose what happened"),
    ],
)
def test_a_wrong_answer_gets_words_and_keeps_the_rest(coordinator, change, words):
    answer = coordinator.post(reverse("log-incident"), FORM | {"submission": str(uuid.uuid4())} | change)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert "Two hurt" in page
    assert not Incident.objects.exists()


def test_a_possible_duplicate_is_shown_only_to_who_may_see_it(client, cast, incident):
    data = FORM | {"submission": str(uuid.uuid4())}
    for who, shown in (("second_coordinator", True), ("stranger", False)):
        client.force_login(cast[who])
        answer = client.post(reverse("log-incident"), data | {"submission": str(uuid.uuid4())})
        page = client.get(answer["Location"]).content.decode()
        assert ("It may be logged already" in page) is shown, who


def test_contact_is_recorded_from_the_persons_page(client, cast, incident):
    client.force_login(cast["youth"])
    person = Person.objects.filter(entry__incident=incident).first()
    url = reverse("record-contact", args=[incident.uuid, person.uuid])
    answer = client.post(url, {"outcome": "made", "method": "visit", "what_happened": "Met at the hospital"})
    assert answer.status_code == 302
    assert ContactAttempt.objects.get().outcome == "made"
    assert ContactClock.objects.filter(person=person, met_at__isnull=False).count() == 2


def test_restricted_fields_are_masked_until_revealed(client, cast, incident):
    person = Person.objects.filter(entry__incident=incident).first()
    Person.objects.filter(pk=person.pk).update(name="Jo Invented", school="A school")
    url = reverse("person", args=[incident.uuid, person.uuid])
    client.force_login(cast["coordinator"])
    assert "Jo Invented" in client.get(url).content.decode()
    client.force_login(cast["youth"])
    page = client.get(url).content.decode()
    assert "Jo Invented" not in page
    assert "A school" not in page
    client.post(
        reverse("reveal", args=[incident.uuid, person.uuid]), {"reason": "contact", "text": "To visit"}
    )
    assert "Jo Invented" in client.get(url).content.decode()


def test_a_school_without_the_section_meets_no_person(client, cast, incident, actors):
    from incidents.actions import engage

    engage(incident=incident, agency=actors["stranger"].agency, by=actors["coordinator"], reason="Housing")
    client.force_login(cast["stranger"])
    person = Person.objects.filter(entry__incident=incident).first()
    assert client.get(reverse("people", args=[incident.uuid])).status_code == 403
    assert client.get(reverse("person", args=[incident.uuid, person.uuid])).status_code == 404
    overview = client.get(incident.get_absolute_url()).content.decode()
    assert not re.search(r"Person \d", overview)


def test_a_trait_that_becomes_known_opens_its_items(client, cast, incident):
    client.force_login(cast["coordinator"])
    wanted = incident.items.filter(template_item__when="exploitation_signs")
    assert not wanted.exists()
    client.post(reverse("known", args=[incident.uuid]), {"traits": ["exploitation_signs"]})
    assert wanted.count() == 1
    client.post(reverse("known", args=[incident.uuid]), {"traits": ["exploitation_signs"]})
    assert wanted.count() == 1
