"""The response group comes back for a day that matters: who, with what, and all of it or nothing."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.urls import reverse

from checklists.models import ChecklistItem, MobilisationTemplate
from incidents.access import get_sight, sight
from incidents.actions import close, close_phase, scale_down, set_not_applicable
from incidents.actions.engagement import stand_down
from incidents.models import Disposal, DisposalState, Engagement, LogEntry, Phase
from partners.models import Membership, OnCall, SharingAgreement
from reminders.models import Notification
from response import actions, bringing_back
from response.models import Remobilisation
from svit import clock
from svit.refused import Refused
from tests.conftest import make_member
from tests.response.dates import WISHES, write_down

NOW = datetime(2027, 4, 6, 9, tzinfo=UTC)
DAY = date(2027, 5, 4)


@pytest.fixture
def then():
    """Four weeks before the day, at ten on the wall."""
    with clock.at(NOW):
        yield NOW


@pytest.fixture
def old(incident, actors, then):
    """The incident a year later: the youth service was stood down, the police are engaged still, and all is closed."""
    by = actors["coordinator"]
    youth = Engagement.objects.get(incident=incident, agency=actors["youth"].agency)
    stand_down(engagement=youth, by=by, reason="Nothing left to do.")
    ChecklistItem.objects.filter(incident=incident, template_item__key="memorials").update(
        state="done", done_at=NOW, done_recorded_at=NOW, done_by=by.user, done_for=by.agency
    )
    close(incident=incident, by=by, reason="All is done.")
    incident.refresh_from_db()
    return incident


def everybody(*agencies):
    return [str(agency.uuid) for agency in agencies]


def bring_back(incident, by, *, date=None, kept_on=DAY, agencies, **more):
    return actions.remobilise(
        incident=incident, by=by, date=date, kept_on=kept_on, agencies=agencies, **WISHES | more
    )


@pytest.fixture
def both(world):
    return everybody(world.agencies.police, world.agencies.youth)


def partner_of(incident, agency):
    return next(one for one in bringing_back.former_partners(incident) if one.agency == agency)


# --- What it does


def test_the_agencies_respond_again_with_the_sections_of_then(old, actors, world, both):
    engagements = Engagement.objects.filter(incident=old)
    engagements.filter(agency=world.agencies.youth).update(sections={"general": "see", "community": "see"})
    assert sight(actors["youth"], old) is None
    bring_back(old, actors["coordinator"], agencies=both)
    old.refresh_from_db()
    assert old.stage == "responding"
    assert sight(actors["youth"], old).sections == {"general": "see", "community": "see"}
    assert engagements.filter(agency=world.agencies.youth).count() == 2
    assert engagements.filter(agency=world.agencies.police).count() == 1


def test_each_is_told_also_the_one_whose_part_went_on(old, actors, both):
    from reminders.actions import sweep

    bring_back(old, actors["coordinator"], agencies=both)
    sweep(NOW)
    told = Notification.objects.filter(kind="mobilised", step="told", said_at=NOW)
    assert {one.recipient for one in told} >= {actors["partner"].user, actors["youth"].user}


def test_what_ended_is_opened_a_second_time_and_the_first_stands(old, actors, both):
    bring_back(old, actors["coordinator"], agencies=both)
    first, second = ChecklistItem.objects.filter(incident=old, template_item__key="memorials").order_by("pk")
    assert (first.state, first.for_date) == ("done", None)
    assert (second.state, second.for_date, second.title) == ("open", DAY, first.title)
    assert second.due_at == datetime(2027, 5, 3, 16, tzinfo=UTC)  # 5pm on the wall of the day before
    assert second.history.get().history_user == actors["coordinator"].user


def test_each_item_is_open_once_and_given_to_whoever_had_it(old, actors, both, world):
    ChecklistItem.objects.filter(incident=old, template_item__key="tensions").update(
        agency=None, due_at=NOW - timedelta(days=200)
    )
    bring_back(old, actors["coordinator"], agencies=both)
    keys = ["tensions", "memorials", "retribution-risk", "social-media"]
    for key in keys:
        rows = ChecklistItem.objects.filter(incident=old, template_item__key=key, state="open")
        assert rows.count() == 1, key
    tensions = ChecklistItem.objects.get(incident=old, template_item__key="tensions")
    assert tensions.agency == world.agencies.police
    assert tensions.due_at.date() == date(2027, 5, 3)


def test_a_phase_that_was_closed_is_worked_on_and_one_without_a_place_is_left_out(old, actors, both):
    Phase.objects.filter(incident=old).update(closed_at=None)
    with clock.at(NOW):
        type(old).objects.filter(pk=old.pk).update(stage="responding")
        close_phase(phase=Phase.objects.get(incident=old, key="community"), by=actors["coordinator"])
        set_not_applicable(
            phase=Phase.objects.get(incident=old, key="education"),
            by=actors["coordinator"],
            reason="No school",
        )
    bring_back(old, actors["coordinator"], agencies=both)
    assert Phase.objects.get(incident=old, key="community").closed_at is None
    assert Phase.objects.get(incident=old, key="education").not_applicable_reason
    assert not ChecklistItem.objects.filter(incident=old, phase="education", for_date=DAY).exists()


def test_the_partnerships_own_short_template_counts(old, actors, both):
    MobilisationTemplate.objects.create(
        partnership=old.partnership, key="dates", name="Our dates", items=["item:memorials"]
    )
    bring_back(old, actors["coordinator"], agencies=both)
    again = ChecklistItem.objects.filter(incident=old, for_date=DAY)
    assert [item.template_item.key for item in again] == ["memorials"]


def test_the_log_says_what_the_family_liaison_lead_answered(old, actors, both):
    bring_back(
        old, actors["coordinator"], agencies=both, confirmed=False, words="No answer, and tension rises"
    )
    texts = [entry.words.text for entry in LogEntry.objects.filter(incident=old)]
    [said] = [text for text in texts if "brought back for" in text and "wishes" in text]
    assert "not confirmed yet: No answer, and tension rises" in said
    assert "Reopened: Brought back for the anniversary of the incident." in texts
    assert [text for text in texts if text.startswith("Riverside Police asked to respond again")]


def test_a_date_about_a_person_is_logged_for_those_who_may_know_of_people(old, incident, actors, both):
    type(old).objects.filter(pk=old.pk).update(stage="responding")
    from response.access import visible_people

    person = visible_people(get_sight(actors["coordinator"], old.uuid)).first()
    found = write_down(actors["coordinator"], old, what="birthday", about=person.entry)
    bring_back(old, actors["coordinator"], date=found, agencies=both)
    entry = LogEntry.objects.filter(about_uuid=found.uuid).latest("pk")
    assert (entry.section, entry.person_uuid) == ("people", person.uuid)


# --- Once, and whole


def test_a_second_press_changes_nothing(old, actors, both):
    first = bring_back(old, actors["coordinator"], agencies=both)
    logged, items = LogEntry.objects.count(), ChecklistItem.objects.count()
    assert bring_back(old, actors["second_coordinator"], agencies=both) == first
    assert (LogEntry.objects.count(), ChecklistItem.objects.count()) == (logged, items)


def test_the_year_after_it_comes_back_again(old, actors, both):
    bring_back(old, actors["coordinator"], agencies=both)
    ChecklistItem.objects.filter(incident=old, for_date=DAY, kind="action").update(
        state="done", done_at=NOW, done_recorded_at=NOW
    )
    with clock.at(NOW + timedelta(days=365)):
        bring_back(old, actors["coordinator"], kept_on=date(2028, 5, 4), agencies=both)
    rows = ChecklistItem.objects.filter(incident=old, template_item__key="memorials").order_by("pk")
    assert [(row.for_date, row.state) for row in rows] == [
        (None, "done"), (DAY, "done"), (date(2028, 5, 4), "open"),
    ]  # fmt: skip


def test_broken_off_half_way_it_changes_nothing(old, actors, both, monkeypatch):
    def snapshot():
        return {
            "stage": type(old).objects.get(pk=old.pk).stage,
            "log": LogEntry.objects.count(),
            "items": ChecklistItem.objects.count(),
            "engagements": list(Engagement.objects.values_list("uuid", "until_at", "asked_again_at")),
            "brought": Remobilisation.objects.count(),
        }

    def breaks(**_):
        raise RuntimeError("The power went")

    before = snapshot()
    monkeypatch.setattr(
        import_module("response.actions.remobilise"), "ask_again", breaks
    )  # the last of its acts
    with pytest.raises(RuntimeError):
        bring_back(old, actors["coordinator"], agencies=both)
    assert snapshot() == before


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"agencies": []}, "Tick at least one partner."),
        ({"agencies": ["rubbish"]}, "Tick at least one partner."),
        ({"kept_on": date(2027, 4, 5)}, "This day is over."),
    ],
)
def test_it_is_refused_in_words(old, actors, both, more, message):
    with pytest.raises(Refused, match=message):
        bring_back(old, actors["coordinator"], **{"agencies": both} | more)


def test_what_is_about_to_be_erased_is_not_brought_back(old, actors, cast, both):
    Disposal.objects.create(
        reference=old.reference, incident_id_was=old.pk, incident_uuid_was=old.uuid, partnership=old.partnership,
        state=DisposalState.CONFIRMED, proposed_by=cast["csp_manager"], reason="Its time is over",
        confirmed_by=cast["governance"], confirmed_at=NOW,
    )  # fmt: skip
    with pytest.raises(Refused, match="disposal was confirmed"):
        bring_back(old, actors["coordinator"], agencies=both)


# --- Who is there now


def test_whoever_left_is_replaced_by_who_is_there_now(old, actors, world, then):
    police = world.agencies.police
    Engagement.objects.filter(incident=old, agency=police).update(seen_by=actors["partner"].user)
    Membership.objects.filter(user=actors["partner"].user).update(until_at=NOW - timedelta(days=1))
    found = partner_of(old, police)
    assert found.left == [actors["partner"].user.name]
    assert actors["partner"].user not in found.now
    new = make_member("new@police.example", police, "practitioner", "Ann Lee")
    OnCall.objects.create(agency=police, user=new.user, from_at=NOW, until_at=NOW + timedelta(hours=9))
    assert partner_of(old, police).now_words == "Ann Lee, on call"


def test_a_coordinator_who_recorded_for_an_agency_is_none_of_those_who_left_it(old, actors, world):
    item = ChecklistItem.objects.filter(incident=old, agency=world.agencies.police).first()
    type(item).objects.filter(pk=item.pk).update(
        done_by=actors["coordinator"].user, done_for=world.agencies.police
    )
    assert partner_of(old, world.agencies.police).left == []


def test_an_agency_that_was_closed_is_not_available_and_is_refused(client, cast, old, actors, world, both):
    type(world.agencies.youth).objects.filter(pk=world.agencies.youth.pk).update(active=False)
    with pytest.raises(Refused, match="no longer active"):
        bring_back(old, actors["coordinator"], agencies=both)
    client.force_login(cast["coordinator"])
    text = client.get(reverse("remobilise-anniversary", args=[old.uuid])).content.decode()
    assert "Not available:" in text
    assert "Northmere Youth Service. No longer active" in text


def test_an_agreement_that_ran_out_carries_no_personal_data_any_more(old, actors, world, both):
    rows = Engagement.objects.filter(incident=old, agency=world.agencies.youth)
    rows.update(
        sections={"general": "see", "people": "contribute", "community": "see"}, gateway="crime_and_disorder"
    )
    SharingAgreement.objects.filter(agency=world.agencies.youth).update(review_by=date(2027, 1, 1))
    bring_back(old, actors["coordinator"], agencies=both)
    latest = rows.latest("pk")
    assert (latest.sections, latest.gateway) == ({"general": "see", "community": "see"}, "")


def test_safeguarding_waits_for_no_agreement(old, actors, world, both):
    rows = Engagement.objects.filter(incident=old, agency=world.agencies.youth)
    rows.update(sections={"general": "see", "people": "see"}, gateway="safeguarding")
    SharingAgreement.objects.filter(agency=world.agencies.youth).update(review_by=date(2027, 1, 1))
    bring_back(old, actors["coordinator"], agencies=both)
    assert (rows.latest("pk").sections, rows.latest("pk").gateway) == (
        {"general": "see", "people": "see"}, "safeguarding",
    )  # fmt: skip


# --- The page


def test_journey_h_on_the_page(client, cast, old, actors, world, both):
    client.force_login(cast["coordinator"])
    url = reverse("remobilise-anniversary", args=[old.uuid])
    kept_on = clock.local(old.starts_at).date().replace(year=2027)
    text = client.get(url).content.decode()
    assert text.index("Has the family liaison lead confirmed") < text.index("Riverside Police")
    assert text.count("checked") == 2
    empty = client.post(url, {"agencies": both})
    assert "Choose whether the family’s wishes are confirmed." in empty.content.decode()
    halfway = client.post(url, {"agencies": both[:1], "confirmed": "yes"})
    assert "Enter with whom they were confirmed, and when." in halfway.content.decode()
    assert (
        halfway.content.decode().count(" checked") == 2
    )  # the answer, and the one agency that was left ticked
    sent = client.post(url, {"agencies": both, "confirmed": "no", "why": "Tension rises"})
    assert sent.headers["Location"] == reverse("mobilised", args=[old.uuid])
    assert Remobilisation.objects.get().kept_on == kept_on
    assert client.post(url, {}).headers["Location"] == reverse("mobilised", args=[old.uuid])
    assert "The response group is back" in client.get(url).content.decode()


@pytest.mark.parametrize("stage", ["scaled_down", "closed", "responding"])
def test_from_each_stage_back_to_responding(client, cast, incident, actors, both, stage, then):
    if stage == "scaled_down":
        scale_down(incident=incident, by=actors["coordinator"], reason="Calm")
    elif stage == "closed":
        close(incident=incident, by=actors["coordinator"], reason="Done")
    bring_back(incident, actors["coordinator"], agencies=both)
    incident.refresh_from_db()
    assert incident.stage == "responding"


def test_a_sealed_date_brings_nobody_back(client, cast, incident, actors, both, then):
    found = write_down(actors["csp_manager"], incident, sensitivity="sealed", holders=[cast["coordinator"]])
    client.force_login(cast["coordinator"])
    assert client.get(reverse("remobilise", args=[incident.uuid, found.uuid])).status_code == 403
    assert client.get(reverse("key-date", args=[incident.uuid, found.uuid])).status_code == 200
    with pytest.raises(Refused, match="sealed"):
        bring_back(incident, actors["coordinator"], date=found, agencies=both)


@pytest.mark.parametrize("days", [0, 1, 2, 28])
def test_what_is_given_falls_due_before_the_day_and_never_in_the_past(then, days):
    due = bringing_back.due_before(NOW.date() + timedelta(days=days))
    assert due > NOW
    assert due.date() <= NOW.date() + timedelta(days=days)
