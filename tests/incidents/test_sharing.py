"""‘Do not share further’: who has it keeps it, who comes later does not get it, and wherever it shows it says so."""

import re

import pytest
from django.urls import reverse

from checklists import actions as items
from checklists.actions.mobilising import call_for
from checklists.models import ChecklistItem
from comms.models import KeyMessage
from incidents import access
from incidents.access.sharing import kept_from
from incidents.actions import (
    accept_handover,
    break_glass,
    change_engagement,
    create_record,
    engage,
    offer_handover,
    share_again,
    stop_sharing,
)
from incidents.models import HadBefore, LogEntry, SharingStop
from partners.actor import actor_for
from partners.models import Role
from reports import queries as reports
from reports.pack import parts
from response.access import visible_clocks, visible_people
from response.actions import add_person, record_contact
from svit import clock
from svit.refused import Refused
from tests.conftest import make_member

EVERYTHING = dict.fromkeys(access.SECTIONS, "contribute")
WORD = "Kestrelfold"


@pytest.fixture
def late(world):
    """Somebody of an agency that is engaged only after it was said."""
    return actor_for(make_member("late@aldermoor.example", world.agencies.school, Role.AGENCY_MANAGER))


@pytest.fixture
def come(incident, actors, late):
    def come():
        return engage(
            incident=incident,
            agency=late.agency,
            by=actors["coordinator"],
            reason="Needed now.",
            sections=EVERYTHING,
        )

    return come


@pytest.fixture
def seen(incident, actors):
    return access.sight(actors["coordinator"], incident)


@pytest.fixture
def item(incident, actors):
    """The police's, in a section that everybody engaged sees."""
    found = ChecklistItem.objects.filter(incident=incident, agency=actors["partner"].agency).first()
    ChecklistItem.objects.filter(pk=found.pk).update(
        title=f"{WORD} to be watched", section="general", about=None
    )
    found.refresh_from_db()
    return found


@pytest.fixture
def record(seen):
    return create_record(
        seen=seen, model=KeyMessage, audience=f"{WORD} Estate", message=f"At {WORD} all is calm."
    )


@pytest.fixture
def person(seen):
    return add_person(
        seen=seen, event="Logged", started_at=clock.now(), role="victim", age_band="child", name=WORD
    )


def by_police(actors, incident):
    return access.sight(actors["partner"], incident)


def page(client, actor, name, *args):
    client.force_login(actor.user)
    answer = client.get(reverse(name, args=args))
    return answer.status_code, answer.content.decode()


# --- Whoever comes later --------------------------------------------------------------------------


def test_an_agency_engaged_later_sees_the_item_nowhere(client, incident, actors, late, come, item):
    items.stop_sharing(seen=by_police(actors, incident), item=item, reason="A source is at risk.")
    come()
    assert item not in access_items(late, incident)
    for name in ("checklist", "incident", "incident-log", "my-work", "incidents"):
        args = [] if name in ("my-work", "incidents") else [incident.uuid]
        status, body = page(client, late, name, *args)
        assert status == 200
        assert WORD not in body, name
        assert "A source is at risk" not in body, name
    slug = item.phase.replace("_", "-")
    assert WORD not in page(client, late, "phase", incident.uuid, slug)[1]
    absent = page(client, late, "item", incident.uuid, incident.uuid)
    hidden = page(client, late, "item", incident.uuid, item.uuid)
    assert hidden[0] == absent[0] == 404
    assert without_nonce(hidden[1].replace(str(item.uuid), str(incident.uuid))) == without_nonce(absent[1])
    for act in ("item-done", "item-note", "item-no-further", "item-share-again"):
        client.force_login(late.user)
        assert client.post(reverse(act, args=[incident.uuid, item.uuid]), {"note": "x"}).status_code == 404


def without_nonce(body):
    return re.sub(r'(nonce|value)="[^"]+"|X-CSRFToken[^}]+', "", body)


def access_items(actor, incident):
    from checklists.access import items_seen, visible_items

    one, many = items_seen(access.sight(actor, incident)), visible_items(actor).filter(incident=incident)
    assert set(one) == set(many)
    return one


def test_an_agency_engaged_later_finds_none_of_it(incident, actors, late, come, item, record):
    items.stop_sharing(seen=by_police(actors, incident), item=item, reason=f"{WORD} is a source.")
    stop_sharing(
        seen=access.sight(actors["coordinator"], incident), about=record.entry, reason=f"{WORD} asked."
    )
    come()
    assert [row.pk for row in reports.search(actors["partner"], WORD)[0]] == [incident.pk]
    assert reports.search(late, WORD)[0] == []


def test_the_log_keeps_what_names_the_item_too(incident, actors, late, come, item):
    seen = access.sight(actors["coordinator"], incident)
    from incidents.actions import add_note, correct

    note = add_note(seen=seen, text=f"Talked about {item.title}.", section="general")
    correct(seen=seen, entry=note, text="It was yesterday.")
    items.add_note(seen=by_police(actors, incident), item=item, note="Seen twice.")
    before = set(access.visible_log(by_police(actors, incident)).values_list("pk", flat=True))
    items.stop_sharing(seen=by_police(actors, incident), item=item, reason="A source.")
    come()
    theirs = access.visible_log(access.sight(late, incident)).values_list("words__text", flat=True)
    assert not [text for text in theirs if WORD in text or "yesterday" in text or "A source" in text]
    assert before < set(access.visible_log(by_police(actors, incident)).values_list("pk", flat=True))


def test_an_agency_engaged_later_does_not_learn_of_the_person(
    client, incident, actors, late, come, seen, person
):
    record_contact(
        person=person, by=actors["coordinator"], outcome="made", method="visit", what_happened="Met."
    )
    about = items.add_item(
        incident=incident, by=actors["coordinator"], phase="education", section="general", title=f"See {WORD}",
        source="local", about=person.entry,
    )  # fmt: skip
    stop_sharing(seen=seen, about=person.entry, person=person.entry, reason="The family asked.")
    come()
    theirs = access.sight(late, incident)
    assert theirs.kept
    assert person.pk not in visible_people(theirs).values_list("pk", flat=True)
    assert person.pk not in visible_clocks(theirs).values_list("person_id", flat=True)
    assert about not in access_items(late, incident)
    assert not access.visible_log(theirs).filter(person_uuid=person.entry.uuid)
    assert not access.visible_log(theirs).filter(about_uuid=person.entry.uuid)
    assert page(client, late, "person", incident.uuid, person.uuid)[0] == 404
    assert person.label not in page(client, late, "people", incident.uuid)[1]


def test_a_section_given_later_does_not_open_it(incident, actors, seen, late, record):
    part = engage(
        incident=incident,
        agency=late.agency,
        by=actors["coordinator"],
        reason="Needed.",
        sections={"general": "see"},
    )
    stop_sharing(seen=seen, about=record.entry, reason="Not yet agreed.")
    change_engagement(
        engagement=part, by=actors["coordinator"], reason="More.", sections=EVERYTHING, people=[]
    )
    assert record.entry not in access.visible_entries(access.sight(late, incident))
    kept = access.visible_entries(by_police(actors, incident)).filter(section="communications")
    assert set(kept) == {record.entry}


# --- Whoever has it -------------------------------------------------------------------------------


def test_whoever_has_it_keeps_it_and_is_told(client, incident, actors, item):
    items.stop_sharing(seen=by_police(actors, incident), item=item, reason="A source is at risk.")
    slug = item.phase.replace("_", "-")
    for actor in (actors["partner"], actors["youth"], actors["coordinator"]):
        status, body = page(client, actor, "item", incident.uuid, item.uuid)
        assert status == 200
        assert "Do not share further" in body
        assert "A source is at risk." in body
        assert "and nobody else" in body
        assert "Do not share further" in page(client, actor, "phase", incident.uuid, slug)[1]
    assert "Do not share further" in page(client, actors["partner"], "my-work")[1]


def test_a_record_says_so_on_its_page_and_in_its_list(client, incident, actors, seen, record, person):
    stop_sharing(seen=seen, about=record.entry, reason="Not yet agreed.")
    stop_sharing(seen=seen, about=person.entry, person=person.entry, reason="The family asked.")
    for name, args in (
        ("record", [record.entry.uuid]), ("records", ["key-message"]), ("person", [person.uuid]), ("people", []),
    ):  # fmt: skip
        assert "Do not share further" in page(client, actors["coordinator"], name, incident.uuid, *args)[1], (
            name
        )


def test_it_is_given_to_nobody_who_has_it_not(incident, actors, seen, late, come, item, person):
    items.stop_sharing(seen=by_police(actors, incident), item=item, reason="A source.")
    stop_sharing(seen=seen, about=person.entry, person=person.entry, reason="The family asked.")
    part = come()
    with pytest.raises(Refused, match="asked not to share this further") as refused:
        items.assign(seen=seen, item=item, agency=late.agency, version=item.version)
    assert refused.value.field == "whom"
    with pytest.raises(Refused, match="asked not to share this further") as refused:
        change_engagement(
            engagement=part, by=actors["coordinator"], reason="It is its pupil.", sections=EVERYTHING,
            people=[person.entry],
        )  # fmt: skip
    assert refused.value.field == "people"
    items.assign(seen=seen, item=item, agency=actors["youth"].agency, version=item.version)  # which had it


def test_mobilising_does_not_offer_it(incident, actors, seen):
    from checklists.queries import unassigned_items

    item = unassigned_items(seen)[0]
    items.stop_sharing(seen=seen, item=item, reason="To be kept close.")
    assert item not in unassigned_items(seen)
    with pytest.raises(Refused, match="asked not to share"):
        items.mobilise(
            incident=incident, by=actors["coordinator"], reason="Needed.",
            calls=[call_for(actors["stranger"].agency, items=[item], sections=[])],
        )  # fmt: skip


def test_packs_for_partners_leave_it_out_and_gold_groups_says_so(
    incident, actors, seen, item, record, person
):
    ChecklistItem.objects.filter(pk=item.pk).update(due_at=clock.now())
    for audience in ("gold", "partners"):
        assert WORD in "".join(part.html for part in parts(seen, audience, clock.now()))
    items.stop_sharing(seen=by_police(actors, incident), item=item, reason="A source.")
    stop_sharing(seen=seen, about=record.entry, reason="Not yet agreed.")
    stop_sharing(seen=seen, about=person.entry, person=person.entry, reason="The family asked.")
    gold = {part.key: part.html for part in parts(seen, "gold", clock.now())}
    for key in ("actions", "people"):
        assert "Do not share further" in gold[key], key
    assert WORD in gold["actions"]
    for reader in (seen, access.sight(actors["agency_manager"], incident)):
        found = "".join(part.html for part in parts(reader, "partners", clock.now()))
        assert WORD not in found
        assert "Do not share further" not in found
        assert "A source" not in found


# --- Who says so, and who takes it back -----------------------------------------------------------


def test_the_agency_that_said_so_takes_it_back(client, incident, actors, late, come, item):
    client.force_login(actors["partner"].user)
    address = reverse("item-no-further", args=[incident.uuid, item.uuid])
    assert "Say why it is not to be shared." in client.post(address, {"reason": " "}).content.decode()
    assert client.post(address, {"reason": "A source."}).status_code == 302
    assert SharingStop.objects.get().agency == actors["partner"].agency
    come()
    again = reverse("item-share-again", args=[incident.uuid, item.uuid])
    client.force_login(actors["coordinator"].user)
    assert "not possible for this item" in client.post(again, {"reason": "We think so."}).content.decode()
    assert SharingStop.objects.exists(), "a coordinator asks those who said so"
    client.force_login(actors["partner"].user)
    assert client.post(again, {"reason": "It is known now."}).status_code == 302
    assert not SharingStop.objects.exists()
    assert item in access_items(late, incident)
    said = LogEntry.objects.filter(about_uuid=item.uuid).values_list("words__text", flat=True)
    assert any("May be shared again" in text for text in said)


def test_a_coordinator_takes_it_back_where_those_who_said_so_are_gone(incident, actors, seen, item):
    items.stop_sharing(seen=by_police(actors, incident), item=item, reason="A source.")
    with pytest.raises(Refused, match="takes this back"):
        share_again(seen=seen, about=item, reason="It is known.")
    part = incident.engagements.get(agency=actors["partner"].agency)
    items.stand_down(engagement=part, by=actors["coordinator"], reason="Done.")
    share_again(seen=seen, about=item, reason="It is known.")
    with pytest.raises(Refused, match="already"):
        share_again(seen=seen, about=item, reason="It is known.")


def test_it_is_said_once(incident, actors, item):
    items.stop_sharing(seen=by_police(actors, incident), item=item, reason="A source.")
    with pytest.raises(Refused, match="already"):
        items.stop_sharing(seen=by_police(actors, incident), item=item, reason="A source.")
    assert SharingStop.objects.count() == 1


def test_a_partner_says_nothing_of_another_agencys_record(client, incident, actors, person):
    client.force_login(actors["partner"].user)
    address = reverse("stop-sharing", args=[incident.uuid, person.uuid])
    assert client.post(address, {"reason": "No."}).status_code == 403
    assert not SharingStop.objects.exists()


def test_a_record_is_marked_and_taken_back_on_its_page(client, incident, actors, record):
    client.force_login(actors["coordinator"].user)
    args = [incident.uuid, record.entry.uuid]
    asked = client.get(reverse("stop-sharing", args=args)).content.decode()
    assert "The agencies that see it now keep it." in asked
    assert client.post(reverse("stop-sharing", args=args), {"reason": ""}).status_code == 200
    assert client.post(reverse("stop-sharing", args=args), {"reason": "Not agreed."}).status_code == 302
    assert client.get(reverse("stop-sharing", args=args)).status_code == 302
    assert "May be shared again" in client.get(reverse("record", args=args)).content.decode()
    assert client.post(reverse("share-again", args=args), {"reason": "Agreed."}).status_code == 302
    assert not SharingStop.objects.exists()


# --- It travels along -----------------------------------------------------------------------------


def test_it_goes_along_to_another_borough(incident, world, actors, late, item):
    csp = world.agencies.other_csp
    engage(
        incident=incident,
        agency=csp,
        by=actors["coordinator"],
        reason="It crosses the border.",
        gateway="safeguarding",
    )
    items.stop_sharing(seen=by_police(actors, incident), item=item, reason="A source.")
    offer = offer_handover(
        incident=incident, by=actors["coordinator"], to_partnership=csp.csp_of, reason="It is theirs."
    )
    accept_handover(offer=offer, by=actors["other_coordinator"], reason="Yes.")
    incident.refresh_from_db()
    for actor in (actors["other_coordinator"], actors["coordinator"], actors["partner"]):
        assert item in access_items(actor, incident)
    engage(
        incident=incident,
        agency=late.agency,
        by=actors["other_coordinator"],
        reason="Needed.",
        sections=EVERYTHING,
    )
    assert item not in access_items(late, incident)


def test_life_comes_first(incident, actors, late, item):
    items.stop_sharing(seen=by_police(actors, incident), item=item, reason="A source.")
    break_glass(by=late, reference=incident.reference, reason="Somebody is about to be hurt.")
    assert item in access_items(late, incident)


def test_the_owner_has_all_of_it(incident, actors, item):
    items.stop_sharing(seen=by_police(actors, incident), item=item, reason="A source.")
    stop = SharingStop.objects.get()
    had = set(HadBefore.objects.filter(stop=stop).values_list("agency", flat=True))
    assert had == {actors[part].agency.pk for part in ("coordinator", "partner", "youth")}
    assert list(kept_from(actors["stranger"].agency, incident=incident)) == [stop]
    assert not access.sight(actors["coordinator"], incident).kept
    assert not by_police(actors, incident).kept


def test_of_what_is_sealed_the_holders_agencies_alone_have_it(incident, actors, seen):
    sealed = create_record(
        seen=seen,
        model=KeyMessage,
        audience="x",
        message="y",
        sensitivity="sealed",
        holders=[actors["partner"].user],
    )
    stop = stop_sharing(seen=seen, about=sealed.entry, reason="A source.")
    names = set(stop.had.values_list("agency__name", flat=True))
    assert names == {str(actors[part].agency) for part in ("coordinator", "partner")}


def test_whoever_hands_over_is_told_of_the_marks(client, incident, actors, item):
    client.force_login(actors["coordinator"].user)
    page = reverse("hand-over", args=[incident.uuid])
    assert "Do not share further" not in client.get(page).content.decode()
    items.stop_sharing(seen=by_police(actors, incident), item=item, reason="A source.")
    assert (
        "One thing here is marked ‘Do not share further’, by Riverside Police"
        in client.get(page).content.decode()
    )
