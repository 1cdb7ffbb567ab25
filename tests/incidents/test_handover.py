"""Across the borough's boundary: another borough's coordinators see their slice, and may take the incident over."""

import pytest
from django.urls import reverse

from incidents import access
from incidents.actions import engage, offer_handover, refuse_handover
from incidents.models import AccessRecord, Engagement, Handover
from incidents.queries import out_of_step
from reminders.actions import sweep
from reminders.models import Notification


@pytest.fixture
def shared(incident, actors):
    other = actors["other_coordinator"].agency
    return engage(
        incident=incident, agency=other, by=actors["coordinator"], reason="It crosses the boundary.",
        gateway="safeguarding",
    )  # fmt: skip


@pytest.fixture
def offer(incident, actors, shared, world):
    return offer_handover(
        incident=incident,
        by=actors["coordinator"],
        to_partnership=world.east,
        reason="The family lives there.",
    )


def test_another_boroughs_coordinators_see_their_slice_and_do_not_coordinate(
    client, cast, incident, actors, shared
):
    seen = access.sight(actors["other_coordinator"], incident)
    assert not seen.coordinates
    assert set(seen.sections) == set(shared.sections)
    client.force_login(cast["other_coordinator"])
    assert client.get(reverse("incident", args=[incident.uuid])).status_code == 200
    assert client.get(reverse("mobilise", args=[incident.uuid])).status_code == 403


def test_it_is_offered_on_a_page_to_engaged_boroughs_alone(client, cast, incident, world):
    client.force_login(cast["coordinator"])
    page = reverse("hand-over", args=[incident.uuid])
    assert "Eastbrook" not in client.get(page).content.decode()
    answer = client.post(page, {"to_partnership": world.east.pk, "reason": "x"})
    assert "Choose the borough." in answer.content.decode()
    assert not Handover.objects.exists()


def test_who_may_not_have_personal_data_is_offered_none(client, cast, incident, actors, world):
    part = engage(
        incident=incident,
        agency=actors["other_coordinator"].agency,
        by=actors["coordinator"],
        reason="To be ready.",
    )
    assert part.gateway == ""
    client.force_login(cast["coordinator"])
    ask = {"to_partnership": world.east.pk, "reason": "Theirs."}
    answer = client.post(reverse("hand-over", args=[incident.uuid]), ask)
    assert "was alerted without personal data" in answer.content.decode()
    assert not Handover.objects.exists()


def test_accepting_changes_the_owner_and_the_old_one_stays_engaged(
    client, cast, incident, actors, world, offer
):
    reference = incident.reference
    client.force_login(cast["other_coordinator"])
    answer = client.post(
        reverse("answer-handover", args=[incident.uuid]), {"answer": "accept", "reason": "Ours."}
    )
    assert answer.status_code == 302
    incident.refresh_from_db()
    assert (incident.partnership, incident.reference) == (world.east, reference)
    assert access.sight(actors["other_coordinator"], incident).coordinates
    old = access.sight(actors["coordinator"], incident)
    assert not old.coordinates
    assert old.sees("people")
    assert out_of_step() == ([], [])
    assert AccessRecord.objects.filter(act="disclosure", recipient=str(world.east)).exists()
    assert client.get(reverse("mobilise", args=[incident.uuid])).status_code == 200


def test_a_refusal_says_why_and_changes_nothing(client, cast, incident, world, offer):
    client.force_login(cast["other_coordinator"])
    page = reverse("answer-handover", args=[incident.uuid])
    assert "Enter the reason." in client.post(page, {"answer": "refuse", "reason": ""}).content.decode()
    client.post(page, {"answer": "refuse", "reason": "No link to us."})
    offer.refresh_from_db()
    incident.refresh_from_db()
    assert (offer.answer, offer.answer_reason, incident.partnership) == (
        "refused",
        "No link to us.",
        world.north,
    )
    assert client.get(page).status_code == 404


def test_both_sides_are_told(client, cast, incident, actors, offer):
    sweep()
    told = Notification.objects.filter(kind="handover")
    assert {(one.step, one.recipient_id) for one in told} == {("offered", cast["other_coordinator"].pk)}
    client.force_login(cast["other_coordinator"])
    assert "Take this incident over" in client.get(reverse("incident", args=[incident.uuid])).content.decode()
    client.post(reverse("answer-handover", args=[incident.uuid]), {"answer": "accept", "reason": "Ours."})
    sweep()
    assert {one.recipient_id for one in told.filter(step="answered")} == {
        cast["coordinator"].pk, cast["second_coordinator"].pk
    }  # fmt: skip


def test_the_owner_may_withdraw_the_offer(client, cast, incident, offer):
    client.force_login(cast["coordinator"])
    assert "has not answered yet" in client.get(reverse("incident", args=[incident.uuid])).content.decode()
    assert client.post(reverse("withdraw-handover", args=[incident.uuid])).status_code == 302
    client.force_login(cast["other_coordinator"])
    assert client.get(reverse("answer-handover", args=[incident.uuid])).status_code == 404


def test_a_withdrawal_that_comes_second_is_told_so(client, cast, incident, actors, offer, monkeypatch):
    monkeypatch.setattr(access, "get_offer", lambda actor, uuid: (None, offer))  # as the door found it
    refuse_handover(offer=offer, by=actors["other_coordinator"], reason="Not ours.")
    client.force_login(cast["coordinator"])
    answer = client.post(reverse("withdraw-handover", args=[incident.uuid]), follow=True)
    assert "This offer was answered already: refused." in answer.content.decode()


@pytest.mark.parametrize("who", ["coordinator", "partner", "stranger", "administrator"])
def test_only_the_other_boroughs_coordinators_answer(client, cast, incident, offer, who):
    client.force_login(cast[who])
    assert client.get(reverse("answer-handover", args=[incident.uuid])).status_code == 404


def test_an_engagement_that_leads_is_kept_by_the_new_owner(incident, actors, shared, world):
    from incidents.actions import accept_handover, lead

    lead(
        incident=incident,
        agency=actors["other_coordinator"].agency,
        by=actors["coordinator"],
        reason="They lead.",
    )
    offer = offer_handover(incident=incident, by=actors["coordinator"], to_partnership=world.east, reason="x")
    accept_handover(offer=offer, by=actors["other_coordinator"], reason="Ours.")
    assert Engagement.objects.current().filter(incident=incident, role="lead").exists()
    assert out_of_step() == ([], [])


def test_where_no_borough_can_take_it_the_page_says_what_to_do(client, incident, cast):
    client.force_login(cast["coordinator"])
    page = client.get(reverse("hand-over", args=[incident.uuid])).content.decode()
    assert "mobilise the community safety partnership of the other borough first" in page
