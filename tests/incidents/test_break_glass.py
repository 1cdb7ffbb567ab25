"""Life at risk: a manager of an agency that is not engaged opens an incident, loudly."""

from datetime import timedelta

import pytest
from django.urls import reverse

from checklists.actions import assign, end_lapsed, mobilise
from checklists.actions.mobilising import call_for
from checklists.models import ChecklistItem
from incidents import access
from incidents.actions import add_note, break_glass, engage, lead, stand_down
from incidents.models import AccessRecord, Engagement, LogEntry
from partners.actor import actor_for
from partners.models import Role
from reminders.actions import sweep
from reminders.models import Notification
from reports.models import Pack
from response.actions import change_person, seal_person
from response.models import Person
from svit import clock
from svit.refused import Refused
from tests.conftest import make_member

PAGE = "/incidents/life-at-risk/"


@pytest.fixture
def manager(world):
    return actor_for(
        make_member("housing.manager@northmere.example", world.agencies.housing, Role.AGENCY_MANAGER)
    )


@pytest.fixture
def opened(client, incident, manager):
    client.force_login(manager.user)
    answer = client.post(
        PAGE, {"reference": incident.reference.lower(), "reason": "Threat at a tenant's door."}
    )
    assert answer.status_code == 302
    return Engagement.objects.get(agency=manager.agency)


def test_it_opens_for_four_hours_to_read(client, incident, manager, opened):
    seen = access.sight(manager, incident)
    assert set(seen.sections.values()) == {"see"}
    assert client.get(reverse("incident", args=[incident.uuid])).status_code == 200
    with clock.at(clock.now() + timedelta(hours=4)):
        assert access.sight(manager, incident) is None


def test_it_is_loud(client, cast, incident, opened, manager):
    sweep()
    told = {one.recipient_id for one in Notification.objects.filter(kind="break_glass")}
    assert told == {
        cast[who].pk for who in ("coordinator", "second_coordinator", "csp_manager", "governance")
    }
    text = LogEntry.objects.filter(about_uuid=opened.uuid).latest("pk").words.text
    assert "Threat at a tenant's door." in text
    assert AccessRecord.objects.filter(user=manager.user, purpose__startswith="Break-glass").exists()
    client.force_login(cast["coordinator"])
    assert (
        "Northmere Homes reads this incident until"
        in client.get(reverse("incident", args=[incident.uuid])).content.decode()
    )
    client.force_login(cast["governance"])
    assert "opened an incident for life at risk" in client.get(reverse("inbox")).content.decode()


def test_what_is_sealed_stays_so_and_what_is_restricted_takes_a_reason(
    client, cast, incident, actors, opened, manager
):
    people = list(Person.objects.select_related("entry__incident").filter(entry__incident=incident))
    seen = access.sight(actors["coordinator"], incident)
    for person in people:
        change_person(seen=seen, person=person, version=person.version, name="Marker Name")
    seal_person(seen=seen, person=people[0], holders=[cast["second_coordinator"]], reason="Witness")
    assert client.get(reverse("person", args=[incident.uuid, people[0].uuid])).status_code == 404
    shown = client.get(reverse("person", args=[incident.uuid, people[1].uuid])).content.decode()
    assert "Marker Name" not in shown


def test_a_wrong_reference_and_one_that_is_open_already_are_refused(client, incident, manager, opened):
    for reference, words in (
        ("NM-26-9999", "There is no incident"),
        (incident.reference, "in this incident already"),
    ):
        answer = client.post(PAGE, {"reference": reference, "reason": "x"})
        assert words in answer.content.decode()
    assert Engagement.objects.filter(agency=manager.agency).count() == 1


def test_references_are_not_guessed_without_end(client, incident, manager, caplog):
    client.force_login(manager.user)
    for number in range(10):
        answer = client.post(PAGE, {"reference": f"NM-26-9{number:03d}", "reason": "x"})
        assert "There is no incident" in answer.content.decode()
    answer = client.post(PAGE, {"reference": incident.reference, "reason": "Threat at the door."})
    assert "Too many references that are not there." in answer.content.decode()
    assert "Threat at the door." in answer.content.decode()
    assert not Engagement.objects.filter(agency=manager.agency).exists()
    told = [record.getMessage() for record in caplog.records if record.name == "svit.door"]
    assert sum("guessed wrongly" in line for line in told) == 10
    assert not any("NM-26" in line for line in told)


@pytest.mark.parametrize(("who", "status"), [
    ("partner", 403), ("coordinator", 403), ("administrator", 403), ("governance", 403), ("superuser", 403),
    ("agency_manager", 200), ("csp_manager", 200),
])  # fmt: skip
def test_it_is_for_managers_alone(client, cast, who, status):
    client.force_login(cast[who])
    assert client.get(PAGE).status_code == status


def test_it_is_to_read_and_no_pack_is_taken_away(client, incident, opened):
    for page in ("packs", "new-pack"):
        assert client.get(reverse(page, args=[incident.uuid])).status_code == 403
    asked = {"audience": "partners", "purpose": "To have it", "recipients": "Us", "confirmed": "yes"}
    assert client.post(reverse("new-pack", args=[incident.uuid]), asked).status_code == 403
    assert not Pack.objects.exists()
    overview = client.get(reverse("incident", args=[incident.uuid])).content.decode()
    assert reverse("packs", args=[incident.uuid]) not in overview


def test_its_agency_is_not_asked_to_respond_by_message(incident, opened):
    sweep()
    assert not Notification.objects.filter(kind="mobilised", subject=opened.uuid).exists()


def test_an_agency_that_is_asked_to_respond_is_engaged_anew(incident, actors, opened, manager):
    mobilise(
        incident=incident, by=actors["coordinator"], reason="It houses them.",
        calls=[call_for(manager.agency, items=[], sections=["community"])],
    )  # fmt: skip
    opened.refresh_from_db()
    assert not opened.is_current
    [part] = Engagement.objects.current().filter(incident=incident, agency=manager.agency)
    assert part.role == "partner"
    assert part.until_at is None
    assert set(access.sight(manager, incident).sections) == {"general", "community"}
    sweep()
    assert Notification.objects.filter(kind="mobilised", subject=part.uuid).exists()


def test_whoever_leads_has_no_end(incident, actors, opened, manager):
    led = lead(incident=incident, agency=manager.agency, by=actors["coordinator"], reason="It knows them.")
    assert led != opened
    assert led.until_at is None
    part = incident.engagements.get(agency=actors["youth"].agency)
    Engagement.objects.filter(pk=part.pk).update(until_at=clock.now() + timedelta(days=2))
    led = lead(incident=incident, agency=part.agency, by=actors["coordinator"], reason="It works with them.")
    assert (led.pk, led.until_at) == (part.pk, None)


def test_nothing_is_given_to_it_or_done_by_it(client, incident, actors, manager):
    part = engage(
        incident=incident, agency=manager.agency, by=actors["coordinator"], reason="It houses them."
    )
    own = add_note(seen=access.sight(manager, incident), text="Ours", section="general")
    stand_down(engagement=part, by=actors["coordinator"], reason="Done.")
    break_glass(by=manager, reference=incident.reference, reason="Threat at the door.")
    seen = access.sight(manager, incident)
    assert seen.only_reads
    assert not access.may_correct(seen, own)
    client.force_login(manager.user)
    told = LogEntry.objects.count()
    client.post(reverse("correct-entry", args=[incident.uuid, own.uuid]), {"text": "Theirs"})
    assert LogEntry.objects.count() == told
    item = ChecklistItem.objects.filter(incident=incident, state="open", kind="action").first()
    with pytest.raises(Refused, match="not engaged"):
        assign(
            seen=access.sight(actors["coordinator"], incident),
            item=item,
            agency=manager.agency,
            version=item.version,
        )


def test_what_ended_before_does_not_end_again(incident, actors, manager):
    """An agency that was stood down, came again and left by its end: the log has one end, and says it once."""
    first = engage(
        incident=incident, agency=manager.agency, by=actors["coordinator"], reason="It houses them."
    )
    stand_down(engagement=first, by=actors["coordinator"], reason="Done.")
    ends = clock.now() + timedelta(hours=1)
    engage(incident=incident, agency=manager.agency, by=actors["coordinator"], reason="Again.", until_at=ends)
    with clock.at(ends + timedelta(minutes=1)):
        end_lapsed()
        end_lapsed()
    said = LogEntry.objects.filter(incident=incident, words__text__contains="ended, as was set")
    assert said.count() == 1
    assert said.get().occurred_at == ends
