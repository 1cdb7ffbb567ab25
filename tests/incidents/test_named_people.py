"""An agency sees the people whom its engagement names, and of the others nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from checklists import actions as items
from comms.models import KeyMessage
from incidents import access
from incidents.actions import change_engagement, create_record, engage
from incidents.models import AccessRecord, Engagement, Entry, LogEntry
from partners.actor import actor_for
from partners.models import Role
from response.access import visible_clocks, visible_people
from response.actions import add_person, record_contact
from svit import clock
from tests.conftest import make_member

PUPIL, OTHER = "Pupil Marker", "Suspect Marker"


@pytest.fixture
def school(world):
    member = make_member("head@aldermoor.example", world.agencies.school, Role.AGENCY_MANAGER)
    return actor_for(member)


@pytest.fixture
def pupil(incident, actors):
    seen = access.sight(actors["coordinator"], incident)
    return add_person(
        seen=seen,
        event="Logged",
        started_at=clock.now(),
        role="victim",
        age_band="child",
        name=PUPIL,
        school="Aldermoor School",
    )


@pytest.fixture
def other(incident, actors):
    seen = access.sight(actors["coordinator"], incident)
    return add_person(
        seen=seen, event="Logged", started_at=clock.now(), role="suspect", age_band="child", name=OTHER
    )


@pytest.fixture
def engaged(incident, actors, school, pupil, other):
    return engage(
        incident=incident, agency=school.agency, by=actors["coordinator"], reason="Its pupil was hurt.",
        people=[pupil.entry],
    )  # fmt: skip


def test_a_school_sees_its_pupil_and_nothing_of_the_other_side(
    client, incident, engaged, school, pupil, other
):
    seen = access.sight(school, incident)
    assert [person.pk for person in visible_people(seen)] == [pupil.pk]
    assert {row.person_id for row in visible_clocks(seen)} == {pupil.pk}
    client.force_login(school.user)
    listed = client.get(reverse("people", args=[incident.uuid])).content.decode()
    assert pupil.label in listed
    assert other.label not in listed
    shown = client.get(reverse("person", args=[incident.uuid, pupil.uuid])).content.decode()
    assert PUPIL in shown
    assert client.get(reverse("person", args=[incident.uuid, other.uuid])).status_code == 404
    log = client.get(reverse("incident-log", args=[incident.uuid])).content.decode()
    assert other.label not in log


def test_without_a_name_a_school_sees_nobody(client, incident, actors, school, pupil):
    engage(incident=incident, agency=school.agency, by=actors["coordinator"], reason="Its pupils are upset.")
    assert not visible_people(access.sight(school, incident))
    client.force_login(school.user)
    assert client.get(reverse("people", args=[incident.uuid])).status_code == 403
    assert client.get(reverse("person", args=[incident.uuid, pupil.uuid])).status_code == 404


def test_whoever_is_named_for_an_agency_is_its_to_contact(incident, engaged, school, pupil):
    record_contact(person=pupil, by=school, outcome="made", method="visit", what_happened="Seen at school.")
    assert pupil.attempts.count() == 1


def test_what_is_about_a_person_shows_to_whoever_may_know_of_the_person(
    incident, actors, engaged, school, pupil, other
):
    seen = access.sight(actors["coordinator"], incident)
    for person, words in ((pupil, "of the pupil"), (other, "of the other")):
        create_record(seen=seen, model=KeyMessage, about=person.entry, audience="x", message=words)
    change_engagement(
        engagement=engaged, by=actors["coordinator"], reason="It helps with the words.",
        sections={"communications": "see", "general": "see"}, people=[pupil.entry],
    )  # fmt: skip
    theirs = access.visible_entries(access.sight(school, incident)).filter(kind="keymessage")
    assert [entry.about_id for entry in theirs] == [pupil.pk]
    about = Entry.objects.filter(kind="keymessage").values_list("uuid", flat=True)
    log = access.visible_log(access.sight(school, incident)).filter(about_uuid__in=about)
    assert [entry.person_uuid for entry in log] == [pupil.uuid]
    assert LogEntry.objects.filter(about_uuid__in=about).count() == 2


def test_whoever_is_given_an_item_about_a_person_sees_that_person(incident, actors, school, pupil, other):
    engagement = engage(
        incident=incident, agency=school.agency, by=actors["coordinator"], reason="Its pupils are upset."
    )
    item = items.add_item(
        incident=incident, by=actors["coordinator"], phase="education", section="people", title="See them",
        source="local", about=pupil.entry,
    )  # fmt: skip
    items.assign(
        seen=access.sight(actors["coordinator"], incident), item=item, agency=school.agency, assignee=None,
        version=item.version,
    )  # fmt: skip
    assert [row.entry_id for row in engagement.named.all()] == [pupil.pk]
    told = AccessRecord.objects.filter(
        subject_uuid=engagement.uuid, act="disclosure", recipient=school.agency.name
    )
    assert told.count() == 2  # when it was engaged, and when it came to this name


def test_access_ends_at_the_minute_that_was_set(client, incident, actors, engaged, school, pupil):
    ends = clock.now() + timedelta(minutes=20)
    client.force_login(actors["coordinator"].user)
    local = clock.local(ends)
    answer = client.post(
        reverse("change-engagement", args=[incident.uuid, engaged.uuid]),
        {
            "contribute": ["education"], "people": [pupil.pk], "gateway": "crime_and_disorder", "reason": "Until then.",
            "until_at_0": str(local.day), "until_at_1": str(local.month), "until_at_2": str(local.year),
            "until_at_3": f"{local.hour}:{local.minute:02d}",
        },
    )  # fmt: skip
    assert answer.status_code == 302, answer.context["form"].errors
    engaged.refresh_from_db()
    with clock.at(engaged.until_at - timedelta(seconds=1)):
        assert access.sight(school, incident)
    with clock.at(engaged.until_at):
        assert access.sight(school, incident) is None
        assert incident not in access.visible_incidents(school)


def test_what_lapsed_gives_its_items_back_and_the_log_says_so(incident, actors, engaged, school):
    item = items.add_item(
        incident=incident, by=actors["coordinator"], phase="education", section="education", title="Tell them",
        source="local", agency=school.agency,
    )  # fmt: skip
    Engagement.objects.filter(pk=engaged.pk).update(until_at=clock.now() + timedelta(minutes=1))
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert items.end_lapsed() == 1
        assert items.end_lapsed() == 0
    item.refresh_from_db()
    assert item.agency is None
    assert "ended, as was set" in LogEntry.objects.filter(about_uuid=engaged.uuid).latest("pk").words.text


def test_an_end_in_the_past_and_an_end_of_the_lead_are_refused(client, incident, actors, engaged):
    client.force_login(actors["coordinator"].user)
    answer = client.post(
        reverse("change-engagement", args=[incident.uuid, engaged.uuid]),
        {"contribute": ["education"], "reason": "x", "gateway": "crime_and_disorder", "until_at_0": "1",
         "until_at_1": "1", "until_at_2": "2026", "until_at_3": "9:00"},
    )  # fmt: skip
    assert "The end must be in the future" in answer.content.decode()
