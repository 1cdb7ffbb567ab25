"""Mobilising: who is asked, what each gets, what became of it; and standing down."""

from datetime import timedelta

import pytest
from django.urls import reverse

from checklists import actions, queries
from checklists.actions.mobilising import Call
from checklists.mobilising import TEMPLATES, template_for
from checklists.models import ChecklistItem
from incidents.access import sight
from incidents.actions import close
from incidents.models import Engagement, IncidentGroupObjectPermission, LogEntry, Stage
from partners.models import Agency, AgencyKind, OnCall, Role
from reminders.models import Delivery, Notification
from svit import clock
from svit.refused import Refused
from tests.conftest import NIGHT, log_one, make_agency, make_member
from tests.reminders.conftest import put_on_call

pytestmark = pytest.mark.django_db

FULL = TEMPLATES["full"]


@pytest.fixture
def fresh(toolkit, actors):
    """An incident that nobody was asked about yet."""
    return log_one(actors["coordinator"])


@pytest.fixture
def seen(fresh, actors):
    return sight(actors["coordinator"], fresh)


def rows_of(seen, template=FULL, find=""):
    return {row.agency.name: row for row in queries.mobilising(seen, template, find).rows}


def test_agencies_of_the_kinds_that_open_items_name(seen, world):
    found = queries.mobilising(seen, FULL)
    assert {row.agency for row in found.rows} == {
        world.agencies.police,
        world.agencies.youth,
        world.agencies.school,
    }
    assert "Health" in dict(found.missing)
    assert "Community safety partnership" not in dict(found.missing)
    police = rows_of(seen)["Riverside Police"]
    assert {item.suggested_to for item in police.items} == {"police"}
    assert police.ticked
    assert police.members == 3


def test_where_several_are_of_one_kind_none_is_ticked(seen, world):
    make_agency("Northmere Police South", AgencyKind.POLICE, world.north)
    rows = rows_of(seen)
    assert not rows["Riverside Police"].ticked
    assert not rows["Northmere Police South"].ticked
    assert rows["Northmere Youth Service"].ticked


def test_an_agency_with_nobody_to_reach_is_named_before_sending(client, cast, seen, world):
    school = rows_of(seen)["Aldermoor School"]
    assert school.unreachable
    client.force_login(cast["coordinator"])
    page = client.get(reverse("mobilise", args=[seen.incident.uuid])).content.decode()
    assert "Nobody to reach:" in page
    assert "Aldermoor School (" in page


def test_whoever_is_on_call_is_named(seen, world, actors):
    now = clock.now()
    hour = timedelta(hours=1)
    OnCall.objects.create(
        agency=world.agencies.police, user=actors["colleague"].user, from_at=now - hour, until_at=now + hour
    )
    assert rows_of(seen)["Riverside Police"].reached == "Police Two, on call"


def test_an_unsigned_agreement_is_said_in_a_word(client, cast, seen):
    client.force_login(cast["coordinator"])
    assert (
        "Alert without personal data"
        in client.get(reverse("mobilise", args=[seen.incident.uuid])).content.decode()
    )


def test_the_category_chooses_the_template():
    assert template_for(None).key == "full"
    assert template_for("below").key == "support"


def test_templates_take_fewer_items(seen):
    items = queries.unassigned_items(seen)
    counts = {key: sum(1 for item in items if template.takes(item)) for key, template in TEMPLATES.items()}
    assert counts["full"] == len(items) > counts["support"] > 0
    assert 0 < counts["dates"] < counts["full"]


def send(client, incident, *agencies, **more):
    data = {"agencies": [str(agency.uuid) for agency in agencies], "template": "full", **more}
    return client.post(reverse("mobilise", args=[incident.uuid]), data)


def boxes(seen, agency):
    return {f"items-{agency.uuid}": [str(item.uuid) for item in rows_of(seen)[agency.name].items]}


def test_one_press_engages_gives_items_and_starts_the_response(client, cast, fresh, seen, world):
    client.force_login(cast["coordinator"])
    police, youth = world.agencies.police, world.agencies.youth
    data = boxes(seen, police) | boxes(seen, youth) | {f"sections-{police.uuid}": ["community", "people"]}
    count = len(data[f"items-{police.uuid}"])
    answer = send(client, fresh, police, youth, **data)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("mobilised", args=[fresh.uuid])
    fresh.refresh_from_db()
    assert fresh.stage == Stage.RESPONDING
    engagement = Engagement.objects.get(incident=fresh, agency=police)
    assert engagement.sections == {"general": "see", "people": "contribute", "community": "contribute"}
    assert engagement.remind_at
    assert IncidentGroupObjectPermission.objects.filter(content_object=fresh, group=police.group).exists()
    items = ChecklistItem.objects.filter(incident=fresh, agency=police)
    assert items.count() == count
    assert all(item.tell_at and item.assigned_by == cast["coordinator"] for item in items)
    assert all(item.history.count() == 2 for item in items)
    assert LogEntry.objects.filter(incident=fresh, kind="engagement").count() == 2
    client.force_login(cast["partner"])
    assert client.get(items.first().get_absolute_url()).status_code == 200


def test_all_or_nothing(fresh, world, actors, seen):
    Agency.objects.filter(pk=world.agencies.youth.pk).update(active=False)
    calls = [Call(world.agencies.police), Call(Agency.objects.get(pk=world.agencies.youth.pk))]
    with pytest.raises(Refused, match="no longer active"):
        actions.mobilise(incident=fresh, by=actors["coordinator"], calls=calls, reason="Now")
    assert not Engagement.objects.filter(incident=fresh).exists()
    fresh.refresh_from_db()
    assert fresh.stage == Stage.REPORTED


def test_one_item_is_not_given_twice(fresh, world, actors, seen):
    item = queries.unassigned_items(seen)[0]
    calls = [Call(world.agencies.police, items=[item]), Call(world.agencies.youth, items=[item])]
    with pytest.raises(Refused, match="Choose one"):
        actions.mobilise(incident=fresh, by=actors["coordinator"], calls=calls, reason="Now")


def test_nobody_ticked_is_refused_on_the_page(client, cast, fresh):
    client.force_login(cast["coordinator"])
    answer = send(client, fresh)
    assert answer.status_code == 200
    assert "Choose at least one agency." in answer.content.decode()


def test_a_closed_incident_is_not_mobilised(fresh, actors, world):
    close(incident=fresh, by=actors["coordinator"], reason="Over")
    with pytest.raises(Refused, match="Reopen it"):
        actions.mobilise(
            incident=fresh, by=actors["coordinator"], calls=[Call(world.agencies.police)], reason="Now"
        )


def test_the_owner_is_not_engaged(fresh, actors):
    with pytest.raises(Refused, match="owns this incident"):
        actions.mobilise(
            incident=fresh, by=actors["coordinator"], calls=[Call(actors["coordinator"].agency)], reason="Now"
        )


def test_an_agency_outside_the_borough_is_found_and_engaged(client, cast, fresh, world):
    far = make_agency("Farleigh Police", AgencyKind.POLICE, world.east)
    make_member("far@farleigh.example", far, Role.PRACTITIONER)
    client.force_login(cast["coordinator"])
    assert (
        "Farleigh"
        not in client.get(reverse("mobilise", args=[fresh.uuid]), {"find": "farleigh"}).content.decode()
    )
    page = press(client, fresh, "find", find="farleigh").content.decode()
    assert "Farleigh Police" in page
    assert "outside Northmere" in page
    assert send(client, fresh, far, find="farleigh").status_code == 302
    assert Engagement.objects.filter(incident=fresh, agency=far).exists()


def test_what_was_not_offered_is_not_taken(client, cast, fresh, world, actors):
    """An agency, an item or a section that the page did not offer is passed over."""
    client.force_login(cast["coordinator"])
    own = ChecklistItem.objects.filter(incident=fresh, agency=actors["coordinator"].agency).first()
    other = ChecklistItem.objects.filter(incident=log_one(actors["other_coordinator"])).first()
    police = world.agencies.police
    send(
        client, fresh, police, world.agencies.housing,
        **{f"items-{police.uuid}": [str(own.uuid), str(other.uuid), "x"], f"sections-{police.uuid}": ["all", "health"]},
    )  # fmt: skip
    assert not Engagement.objects.filter(incident=fresh, agency=world.agencies.housing).exists()
    assert not ChecklistItem.objects.filter(agency=police).exists()
    assert set(Engagement.objects.get(incident=fresh, agency=police).sections) == {"general", "health"}


def test_an_agency_that_is_engaged_already_is_given_the_items_alone(fresh, world, actors, seen):
    police = world.agencies.police
    first, second = queries.unassigned_items(seen)[:2]
    for item in (first, second):
        call = Call(police, sections={"general": "see"}, items=[item])
        actions.mobilise(incident=fresh, by=actors["coordinator"], calls=[call], reason="Now")
    assert Engagement.objects.filter(incident=fresh, agency=police).count() == 1
    assert ChecklistItem.objects.filter(incident=fresh, agency=police).count() == 2


def test_an_item_that_somebody_took_meanwhile_stays_theirs(fresh, world, actors, seen):
    item = queries.unassigned_items(seen)[0]
    ChecklistItem.objects.filter(pk=item.pk).update(agency=world.agencies.csp)
    actions.mobilise(
        incident=fresh,
        by=actors["coordinator"],
        calls=[Call(world.agencies.police, items=[item])],
        reason="Now",
    )
    assert ChecklistItem.objects.get(pk=item.pk).agency == world.agencies.csp


@pytest.mark.parametrize("who", ["partner", "agency_manager"])
@pytest.mark.parametrize("route", ["mobilise", "mobilised"])
def test_only_a_coordinator_mobilises(client, cast, incident, who, route):
    client.force_login(cast[who])
    assert client.get(reverse(route, args=[incident.uuid])).status_code == 403
    assert client.post(reverse("mobilise", args=[incident.uuid])).status_code == 403


# --- Nothing is lost on the way to sending


def press(client, incident, what, page=None, **more):
    """Press a button of the mobilise form, with the fields that the page before carried along."""
    carried = page.context["hidden"] if page is not None else {}
    return client.post(reverse("mobilise", args=[incident.uuid]), {"press": what, **carried, **more})


def ticked(answer):
    return {row.agency.name for row in [*answer.context["rows"], *answer.context["others"]] if row.ticked_now}


def test_finding_another_agency_keeps_ticks_items_sections_and_reason(client, cast, fresh, seen, world):
    far = make_agency("Farleigh Police", AgencyKind.POLICE, world.east)
    client.force_login(cast["coordinator"])
    police = world.agencies.police
    first = client.get(reverse("mobilise", args=[fresh.uuid]))
    assert ticked(first) >= {"Riverside Police", "Northmere Youth Service"}
    one = boxes(seen, police)[f"items-{police.uuid}"][:1]
    left = {
        "template": "full", "agencies": [str(police.uuid)], f"items-{police.uuid}": one,
        f"sections-{police.uuid}": ["community"], "reason": "The family asked for no school.",
    }  # fmt: skip
    found = press(client, fresh, "find", first, find="farleigh", **left)
    assert ticked(found) == {"Riverside Police"}
    row = next(row for row in found.context["rows"] if row.agency == police)
    assert [str(item.uuid) for item, yes, _ in row.item_boxes if yes] == one
    assert [value for value, _, yes in row.section_boxes if yes] == ["community"]
    assert "The family asked for no school." in found.content.decode()
    assert "1 agency is ticked" in found.content.decode()
    left["agencies"].append(str(far.uuid))
    again = press(client, fresh, "find", found, find="somebody else", **left)
    assert ticked(again) == {"Riverside Police", "Farleigh Police"}
    assert not Engagement.objects.filter(incident=fresh).exists()
    assert press(client, fresh, "send", again, find="somebody else", **left).status_code == 302
    engaged = {row.agency.name for row in Engagement.objects.filter(incident=fresh).select_related("agency")}
    assert engaged == {"Riverside Police", "Farleigh Police"}
    assert ChecklistItem.objects.filter(incident=fresh, agency=police).count() == 1


def test_changing_the_template_and_back_keeps_what_was_unticked(client, cast, fresh, seen, world):
    client.force_login(cast["coordinator"])
    police, youth = world.agencies.police, world.agencies.youth
    first = client.get(reverse("mobilise", args=[fresh.uuid]))
    given = boxes(seen, police)[f"items-{police.uuid}"][1:]
    left = {"template": "full", "agencies": [str(police.uuid)], f"items-{police.uuid}": given}
    support = press(client, fresh, "template:support", first, reason="Later", **left)
    assert support.context["template"].key == "support"
    assert youth.name not in ticked(support)
    drawn = {}
    for row in [*support.context["rows"], *support.context["others"]]:
        if row.ticked_now:
            drawn.setdefault("agencies", []).append(row.key)
        drawn[f"items-{row.key}"] = [str(item.uuid) for item, yes, _ in row.item_boxes if yes]
    full = press(client, fresh, "template:full", support, template="support", reason="Later", **drawn)
    assert ticked(full) == {police.name}
    row = next(row for row in full.context["rows"] if row.agency == police)
    assert [str(item.uuid) for item, yes, _ in row.item_boxes if yes] == given
    assert "Later" in full.content.decode()


def test_a_tick_that_another_template_hides_sends_nothing(client, cast, fresh, world):
    client.force_login(cast["coordinator"])
    police = world.agencies.police
    waiting = {"kept": f"agencies={police.uuid}", "shown": f"agencies={police.uuid}", "template": "full"}
    answer = press(client, fresh, "send", **waiting, agencies=[str(world.agencies.youth.uuid)])
    assert answer.status_code == 302
    assert not Engagement.objects.filter(incident=fresh, agency=police).exists()


@pytest.mark.parametrize(
    "rubbish", ["\x00", "=", "a=b c", "agencies=", "x" * 9000, "found=11111111-2222-4333"]
)
def test_what_the_page_carries_along_may_be_rubbish(client, cast, fresh, rubbish):
    client.force_login(cast["coordinator"])
    for what in ("find", "send", "template:full", rubbish):
        data = {"kept": rubbish, "shown": rubbish, "found": rubbish, "agencies": rubbish, "reason": rubbish}
        assert press(client, fresh, what, **data).status_code == 200


def test_after_nobody_was_chosen_the_page_counts_what_is_ticked_now(client, cast, fresh):
    client.force_login(cast["coordinator"])
    assert "No agency is ticked." in send(client, fresh).content.decode()


def test_a_found_agency_with_nobody_to_reach_is_named_before_sending(client, cast, fresh, world):
    make_agency("Farleigh School", AgencyKind.EDUCATION, world.east)
    client.force_login(cast["coordinator"])
    page = press(client, fresh, "find", template="full", find="farleigh").content.decode()
    assert "Farleigh School (" in page.split("Telephone instead")[0]


def test_the_agency_that_sent_an_item_back_is_not_asked_again(client, cast, fresh, seen, world, actors):
    youth = world.agencies.youth
    items = rows_of(seen)[youth.name].items
    actions.mobilise(incident=fresh, by=actors["coordinator"], calls=[Call(youth, items=items)], reason="Now")
    theirs = sight(actors["youth"], fresh)
    for item in items:
        actions.send_back(seen=theirs, item=item, reason="Not ours")
    row = rows_of(seen)[youth.name]
    assert not row.ticked
    assert all(row.sent_back(item) for item in row.items)
    client.force_login(cast["coordinator"])
    page = client.get(reverse("mobilise", args=[fresh.uuid]))
    drawn = next(one for one in page.context["rows"] if one.agency == youth)
    assert not any(yes for _, yes, _ in drawn.item_boxes)
    assert "This agency sent this back" in page.content.decode()


def text_of(engagement):
    return LogEntry.objects.get(about_uuid=engagement.uuid).words.text


def test_the_log_has_one_entry_for_each_agency_with_its_items(fresh, seen, world, actors):
    calls = [
        Call(world.agencies.police, items=rows_of(seen)["Riverside Police"].items),
        Call(world.agencies.youth, items=rows_of(seen)["Northmere Youth Service"].items),
    ]
    before = set(LogEntry.objects.values_list("pk", flat=True))
    actions.mobilise(incident=fresh, by=actors["coordinator"], calls=calls, reason="Now")
    entries = LogEntry.objects.filter(incident=fresh).exclude(pk__in=before).select_related("words")
    engaged = {row.about_uuid: row.words.text for row in entries if row.kind == "engagement"}
    for call in calls:
        engagement = Engagement.objects.get(incident=fresh, agency=call.agency)
        text = engaged.pop(engagement.uuid)
        assert text.startswith(f"{call.agency} engaged: Now")
        for item in call.items:
            assert (item.title in text) is (item.section == "general")
    assert not engaged
    assert "Given " in text_of(Engagement.objects.get(incident=fresh, agency=world.agencies.police))
    rest = [row for row in entries if row.kind == "item"]
    assert "general" not in {row.section for row in rest}
    assert len(rest) == len({row.section for row in rest})


def test_what_another_section_hides_the_entry_of_an_engagement_does_not_name(fresh, seen, world, actors):
    """The school sees the engagement of the police; it must not read there of a child in custody."""
    hidden = next(item for item in queries.unassigned_items(seen) if item.section == "people")
    school = Call(world.agencies.school, sections={"general": "see"})
    calls = [Call(world.agencies.police, items=[hidden]), school]
    actions.mobilise(incident=fresh, by=actors["coordinator"], calls=calls, reason="Now")
    for entry in LogEntry.objects.filter(incident=fresh, section="general").select_related("words"):
        assert hidden.title not in entry.words.text


# --- What became of it


def state_of(seen, agency):
    return next(row.word for row in queries.mobilised(seen) if row.engagement.agency == agency)


def test_the_outcome_by_agency(fresh, world, actors, seen):
    police, school = world.agencies.police, world.agencies.school
    put_on_call(police, actors["partner"], clock.now())
    actions.mobilise(
        incident=fresh, by=actors["coordinator"], calls=[Call(police), Call(school)], reason="Now"
    )
    engagement = Engagement.objects.get(incident=fresh, agency=police)
    assert state_of(seen, police) == "Being sent"
    assert state_of(seen, school) == "Nobody to reach"
    notification = Notification.objects.create(
        kind="mobilised",
        step="told",
        subject=engagement.uuid,
        recipient=actors["partner"].user,
        due_at=clock.now(),
    )
    delivery = Delivery.objects.create(notification=notification, state="failed")
    assert state_of(seen, police) == "Failed"
    delivery.state = "sent"
    delivery.save()
    assert state_of(seen, police) == "Sent"
    of_school = Engagement.objects.get(incident=fresh, agency=school)
    to_coordinator = Notification.objects.create(
        kind="mobilised", step="nobody", subject=of_school.uuid, recipient=actors["coordinator"].user,
        due_at=clock.now(),
    )  # fmt: skip
    Delivery.objects.create(notification=to_coordinator, state="sent")
    assert state_of(seen, school) == "Nobody to reach"
    actions.record_told(
        engagement=engagement, by=actors["coordinator"], told_how="Duty sergeant, by telephone"
    )
    assert state_of(seen, police) == "Told"


def test_at_night_with_nobody_on_call_it_waits_for_the_morning_and_says_so(fresh, world, actors, seen):
    police, youth = world.agencies.police, world.agencies.youth
    with clock.at(NIGHT):
        put_on_call(youth, actors["youth"], NIGHT)
        actions.mobilise(
            incident=fresh, by=actors["coordinator"], calls=[Call(police), Call(youth)], reason="Now"
        )
        row = next(row for row in queries.mobilised(seen) if row.engagement.agency == police)
        assert (row.word, row.state) == ("Waits until 7am", "overdue")
        assert "Nobody there is on call. Telephone" in row.detail
        assert state_of(seen, youth) == "Being sent"
    with clock.at(NIGHT + timedelta(hours=9)):
        assert state_of(seen, police) == "Not sent yet"


def test_opening_by_the_agency_is_what_seen_means(client, cast, fresh, world, actors, seen):
    police = world.agencies.police
    put_on_call(police, actors["partner"], clock.now())
    item = next(item for item in queries.unassigned_items(seen) if item.suggested_to == "police")
    actions.mobilise(
        incident=fresh, by=actors["coordinator"], calls=[Call(police, items=[item])], reason="Now"
    )
    client.force_login(cast["coordinator"])
    client.get(item.get_absolute_url())
    assert state_of(seen, police) == "Being sent"
    client.force_login(cast["partner"])
    assert client.get(item.get_absolute_url()).status_code == 200
    assert state_of(seen, police) == "Seen"
    item.refresh_from_db()
    assert item.seen_by == cast["partner"]


def test_it_is_recorded_that_a_partner_was_told(client, cast, incident, actors):
    engagement = Engagement.objects.get(incident=incident, agency=actors["youth"].agency)
    client.force_login(cast["coordinator"])
    url = reverse("record-told", args=[incident.uuid, engagement.uuid])
    assert client.get(url).status_code == 200
    assert client.post(url, {"who": "", "how": "smoke"}).status_code == 200
    assert client.post(url, {"who": "Duty worker", "how": "by telephone"}).status_code == 302
    engagement.refresh_from_db()
    assert engagement.told_how == "Duty worker, by telephone"
    page = client.get(reverse("mobilised", args=[incident.uuid])).content.decode()
    assert "Duty worker, by telephone" in page
    assert "tel:+442079460142" in page


# --- Standing down


def test_standing_down_takes_access_and_open_items_at_once(client, cast, incident, actors, action):
    engagement = Engagement.objects.get(incident=incident, agency=actors["partner"].agency)
    client.force_login(cast["partner"])
    assert client.get(action.get_absolute_url()).status_code == 200
    client.force_login(cast["coordinator"])
    url = reverse("stand-down", args=[incident.uuid, engagement.uuid])
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": ""}).status_code == 200
    assert client.post(url, {"reason": "Its part is done."}).status_code == 302
    assert client.post(url, {"reason": "Again"}).status_code == 404
    client.force_login(cast["partner"])
    assert client.get(action.get_absolute_url()).status_code == 404
    assert client.get(reverse("my-work")).content.decode().count("NM-26-") == 0
    action.refresh_from_db()
    assert action.agency is None
    assert action.sent_back_reason == "Riverside Police was stood down."


def test_what_was_done_stays_with_whoever_did_it(incident, actors, action):
    actions.mark_done(seen=sight(actors["partner"], incident), item=action)
    engagement = Engagement.objects.get(incident=incident, agency=actors["partner"].agency)
    actions.stand_down(engagement=engagement, by=actors["coordinator"], reason="Done")
    action.refresh_from_db()
    assert (action.agency, action.done_for) == (actors["partner"].agency, actors["partner"].agency)
