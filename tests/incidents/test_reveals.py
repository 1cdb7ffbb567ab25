"""A reason opens what is restricted; the owner is told and may refuse."""

from datetime import timedelta

import pytest
from django.urls import reverse

from incidents import access
from incidents.models import AccessRecord, Reveal, RevealStop
from reminders.actions import sweep
from reminders.models import Notification
from response.actions import change_person
from response.models import Person
from svit import clock

NAME = "Marker Revealed"
ASK = {"reason": "safeguarding", "text": "A brother waits outside."}


@pytest.fixture
def person(incident, actors):
    row = Person.objects.select_related("entry__incident").filter(entry__incident=incident)[0]
    change_person(
        seen=access.sight(actors["coordinator"], incident), person=row, version=row.version, name=NAME
    )
    return row


@pytest.fixture
def page(incident, person):
    return reverse("person", args=[incident.uuid, person.uuid])


@pytest.fixture
def ask(incident, person):
    return reverse("reveal", args=[incident.uuid, person.uuid])


def test_it_opens_this_record_to_this_person_for_15_minutes(client, cast, page, ask):
    client.force_login(cast["partner"])
    assert NAME not in client.get(page).content.decode()
    assert client.post(ask, ASK).status_code == 302
    assert NAME in client.get(page).content.decode()
    client.force_login(cast["colleague"])
    assert NAME not in client.get(page).content.decode()
    client.force_login(cast["partner"])
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert NAME not in client.get(page).content.decode()


def test_the_owner_is_told_once_and_not_whoever_asked(client, cast, person, ask):
    client.force_login(cast["partner"])
    client.post(ask, ASK)
    sweep()
    sweep()
    told = Notification.objects.filter(kind="revealed")
    assert {one.recipient_id for one in told} == {cast["coordinator"].pk, cast["second_coordinator"].pk}
    assert told.count() == 2


def test_the_owner_hears_who_and_why_and_refuses_from_then_on(client, cast, incident, person, page, ask):
    client.force_login(cast["partner"])
    client.post(ask, ASK)
    row = Reveal.objects.get(entry=person.entry)
    client.force_login(cast["coordinator"])
    told = client.get(reverse("reveals", args=[incident.uuid, person.uuid])).content.decode()
    assert ASK["text"] in told
    assert cast["partner"].name in told
    refuse = reverse("stop-reveals", args=[incident.uuid, person.uuid, row.uuid])
    assert client.post(refuse, {"reason": "The family asked for it."}).status_code == 302
    client.force_login(cast["partner"])
    assert NAME not in client.get(page).content.decode()
    answer = client.post(ask, ASK | {"text": "Once more."})
    assert "The owner said no: The family asked for it." in answer.content.decode()
    assert "Once more." in answer.content.decode()
    assert NAME not in client.get(page).content.decode()
    refused = Reveal.objects.get(text="Once more.")
    assert (refused.refused, refused.until_at) == ("The family asked for it.", refused.at)
    assert not AccessRecord.objects.filter(user=cast["partner"], purpose="Once more.").exists()


def test_the_owner_may_allow_it_again(client, cast, incident, person, page, ask):
    client.force_login(cast["partner"])
    client.post(ask, ASK)
    row = Reveal.objects.get(entry=person.entry)
    client.force_login(cast["coordinator"])
    client.post(reverse("stop-reveals", args=[incident.uuid, person.uuid, row.uuid]), {"reason": "No."})
    client.post(reverse("allow-reveals", args=[incident.uuid, person.uuid, row.uuid]))
    assert RevealStop.objects.get().lifted_by == cast["coordinator"]
    client.force_login(cast["partner"])
    assert client.post(ask, ASK).status_code == 302
    assert NAME in client.get(page).content.decode()


@pytest.mark.parametrize(("who", "status"), [("partner", 403), ("stranger", 404), ("other_coordinator", 404)])
def test_only_the_owner_hears_who_opened_it(client, cast, incident, person, ask, who, status):
    client.force_login(cast["partner"])
    client.post(ask, ASK)
    row = Reveal.objects.get(entry=person.entry)
    client.force_login(cast[who])
    places = [("reveals", []), ("stop-reveals", [row.uuid])]
    for name, more in places:
        assert client.get(reverse(name, args=[incident.uuid, person.uuid, *more])).status_code == status
    assert (
        client.post(reverse("allow-reveals", args=[incident.uuid, person.uuid, row.uuid])).status_code
        == status
    )


def test_who_refused_and_why_needs_a_reason(client, cast, incident, person, ask):
    client.force_login(cast["partner"])
    client.post(ask, ASK)
    row = Reveal.objects.get(entry=person.entry)
    client.force_login(cast["coordinator"])
    answer = client.post(
        reverse("stop-reveals", args=[incident.uuid, person.uuid, row.uuid]), {"reason": " "}
    )
    assert "Enter the reason." in answer.content.decode()
    assert not RevealStop.objects.exists()
