"""What is told about a person stays with those who may know of the person, however it came to be written down."""

import pytest
from django.urls import reverse

from checklists import actions as items
from checklists.access import items_seen, visible_items, visible_work
from checklists.actions.mobilising import call_for
from checklists.models import ChecklistItem
from comms.models import KeyMessage
from incidents import access
from incidents.actions import break_glass, change_engagement, correct, create_record, reveal, withhold
from incidents.models import Engagement, LogEntry
from partners.actor import actor_for
from partners.models import Role
from reports.queries import search
from response.actions import seal_person
from tests.conftest import make_member
from tests.incidents.test_named_people import engaged, other, pupil, school  # noqa: F401  fixtures

WORD = "xylophone"


@pytest.fixture
def seen(incident, actors, engaged, pupil):  # noqa: F811
    """The coordinator's sight; the school sees what is general, and the pupil."""
    change_engagement(
        engagement=engaged, by=actors["coordinator"], reason="It teaches the pupil.", people=[pupil.entry],
        sections={"general": "see"},
    )  # fmt: skip
    return access.sight(actors["coordinator"], incident)


@pytest.fixture
def item(seen, actors, other):  # noqa: F811
    """An item in a section that the school sees, about somebody whom it may not know of."""
    return items.add_item(
        incident=seen.incident, by=actors["coordinator"], phase="response_plan", section="general", source="local",
        title=f"Ask the {WORD} teacher", about=other.entry, agency=actors["partner"].agency,
    )  # fmt: skip


def read_by(actor, item):
    return access.visible_log(access.sight(actor, item.incident)).filter(about_uuid=item.uuid)


def test_a_search_finds_nothing_about_whom_the_reader_may_not_know(seen, actors, school, item):  # noqa: F811
    reference = [seen.incident.reference]
    assert [row.reference for row in search(actors["partner"], WORD)[0]] == reference
    assert search(school, WORD)[0] == []
    items.add_note(seen=seen, item=item, note="She plays the trombone.")
    assert [row.reference for row in search(actors["partner"], "trombone")[0]] == reference
    assert search(school, "trombone")[0] == []


def test_a_search_finds_what_is_about_whom_the_engagement_names(seen, actors, school, pupil):  # noqa: F811
    items.add_item(
        incident=seen.incident, by=actors["coordinator"], phase="response_plan", section="general", source="local",
        title=f"Ask the {WORD} teacher", about=pupil.entry,
    )  # fmt: skip
    [row] = search(school, WORD)[0]
    assert row.in_log


def test_a_correction_is_about_the_same_person(seen, actors, school, item):  # noqa: F811
    first = LogEntry.objects.get(about_uuid=item.uuid)
    second = correct(seen=seen, entry=first, text="The brother plays it.")
    correct(seen=seen, entry=second, text="The cousin plays it.")
    assert read_by(actors["partner"], item).count() == 3
    assert not read_by(school, item).exists()


def test_a_correction_of_a_correction_is_sealed_with_the_person(seen, actors, other, item):  # noqa: F811
    second = correct(
        seen=seen, entry=LogEntry.objects.get(about_uuid=item.uuid), text="The brother plays it."
    )
    correct(seen=seen, entry=second, text="The cousin plays it.")
    seal_person(seen=seen, person=other, holders=[actors["csp_manager"].user], reason="At risk")
    assert not read_by(actors["second_coordinator"], item).exists()
    assert not read_by(actors["partner"], item).exists()


def test_an_item_that_is_passed_on_to_colleagues_is_about_the_same_person(actors, school, item):  # noqa: F811
    items.reassign(actor=actors["partner"], items=[item], assignee=actors["colleague"].user)
    assert read_by(actors["partner"], item).count() == 2
    assert not read_by(school, item).exists()


def test_mobilising_names_an_item_about_a_person_to_whoever_may_know_of_them(
    seen,
    world,
    actors,
    other,  # noqa: F811
    school,  # noqa: F811
):
    item = items.add_item(
        incident=seen.incident, by=actors["coordinator"], phase="response_plan", section="general", source="local",
        title=f"Ask the {WORD} teacher", about=other.entry,
    )  # fmt: skip
    call = call_for(world.agencies.housing, items=[item], sections=["general"])
    items.mobilise(incident=seen.incident, by=actors["coordinator"], calls=[call], reason="Needed now.")
    for reader, told in ((actors["partner"], True), (school, False)):
        log = access.visible_log(access.sight(reader, seen.incident))
        assert log.filter(words__text__contains=WORD).exists() is told


def test_no_count_in_the_log_tells_of_a_sealed_item(seen, actors, other, item):  # noqa: F811
    """When an agency is stood down, the log says how many of its items need another: of those that all may count."""
    ChecklistItem.objects.filter(agency=actors["partner"].agency).exclude(pk=item.pk).update(agency=None)
    items.add_item(
        incident=seen.incident, by=actors["coordinator"], phase="response_plan", section="general", source="local",
        title="x", about=other.entry, agency=actors["partner"].agency, sensitivity="sealed",
    )  # fmt: skip
    engagement = Engagement.objects.get(incident=seen.incident, agency=actors["partner"].agency)
    items.stand_down(engagement=engagement, by=actors["coordinator"], reason="Its part is done.")
    said = LogEntry.objects.filter(incident=seen.incident, kind="item").latest("pk").words.text
    assert "of its items, 1 open ones need another agency" in said


def test_why_words_were_withheld_is_told_to_coordinators_alone(client, cast, seen, item):
    entry = LogEntry.objects.get(about_uuid=item.uuid)
    log = reverse("incident-log", args=[seen.incident.uuid])
    client.force_login(cast["partner"])
    overview = reverse("incident", args=[seen.incident.uuid])
    tag = client.get(overview)["ETag"]
    withhold(seen=seen, entry=entry, reason="It names the aunt.")
    assert client.get(overview, headers={"If-None-Match": tag}).status_code == 200
    page = client.get(log).content.decode()
    assert "Withheld by a coordinator." in page
    assert "It names the aunt." not in page
    assert f"withheld by {cast['coordinator'].name}" not in page
    client.force_login(cast["second_coordinator"])
    assert "It names the aunt." in client.get(log).content.decode()


def test_who_is_refused_is_named_to_coordinators_alone(client, cast, incident, actors):
    owner, asker = actors["partner"], actors["youth"]
    record = create_record(
        seen=access.sight(owner, incident),
        model=KeyMessage,
        audience="Parents",
        message="x",
        sensitivity="restricted",
    )
    change_engagement(
        engagement=Engagement.objects.get(incident=incident, agency=asker.agency), by=actors["coordinator"],
        reason="It helps with the words.", sections={"general": "see", "communications": "see"}, people=[],
    )  # fmt: skip
    row = reveal(seen=access.sight(asker, incident), entry=record.entry, reason="task", text="To read it.")
    page = reverse("stop-reveals", args=[incident.uuid, record.uuid, row.uuid])
    for who, told in (("partner", "Somebody, "), ("coordinator", f"{asker.user.name}, ")):
        client.force_login(cast[who])
        words = f"{told}{asker.agency}, no longer reads what is restricted"
        assert words in client.get(page).content.decode()


def test_what_is_about_somebody_who_is_sealed_is_sealed_too(seen, actors, item, other):  # noqa: F811
    record = create_record(seen=seen, model=KeyMessage, audience=WORD, message=WORD, about=other.entry)
    seal_person(seen=seen, person=other, holders=[actors["csp_manager"].user], reason="At risk")
    later = create_record(seen=seen, model=KeyMessage, audience=WORD, message=WORD, about=other.entry)
    new = items.add_item(
        incident=seen.incident, by=actors["coordinator"], phase="response_plan", section="general", source="local",
        title=f"Ask the {WORD} teacher again", about=other.entry,
    )  # fmt: skip
    records, both = {record.entry, later.entry}, {item.pk, new.pk}
    for who, knows in (
        ("coordinator", True),
        ("csp_manager", True),
        ("second_coordinator", False),
        ("partner", False),
    ):
        theirs = access.sight(actors[who], seen.incident)
        assert records & set(access.visible_entries(theirs)) == (records if knows else set()), who
        listed = set(items_seen(theirs).values_list("pk", flat=True))
        everywhere = set(visible_items(actors[who]).values_list("pk", flat=True))
        work = set(visible_work(actors[who]).values_list("pk", flat=True))
        assert both & listed == both & everywhere == (both if knows else set()), who
        assert not both & work or knows, who
        assert (search(actors[who], WORD)[0] == []) or knows, who


def test_whoever_opened_it_for_life_at_risk_writes_nothing(client, incident, world):
    manager = make_member("housing.manager@northmere.example", world.agencies.housing, Role.AGENCY_MANAGER)
    break_glass(by=actor_for(manager), reference=incident.reference, reason="Threat at the door.")
    client.force_login(manager.user)
    page = reverse("add-note", args=[incident.uuid])
    told = LogEntry.objects.count()
    client.post(page, {"text": "Mine.", "section": "general", "sensitivity": "standard"})
    assert LogEntry.objects.count() == told
