"""Leave: people enter their own, and whoever sets up enters it for theirs."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from partners import actions
from partners.models import Leave, Membership, Role, Rota, RotaPlace
from svit import clock
from svit.refused import Refused
from tests.conftest import make_member

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def enter(actors, cast, who, by, start=1, end=48):
    now = clock.now()
    return actions.enter_leave(
        user=cast[who], by=actors[by], from_at=now + start * HOUR, until_at=now + end * HOUR
    )


@pytest.mark.parametrize(
    ("by", "may"),
    [
        ("partner", True),
        ("agency_manager", True),
        ("administrator", True),
        ("colleague", False),
        ("coordinator", False),
        ("csp_manager", False),
        ("stranger", False),
        ("other_coordinator", False),
    ],
)
def test_who_says_that_a_practitioner_is_away(actors, cast, by, may):
    if may:
        leave = enter(actors, cast, "partner", by)
        assert leave.entered_by == cast[by]
        assert leave.history.get().history_user == cast[by]
        actions.end_leave(leave=leave, by=actors[by])
        assert not Leave.objects.exists()
        return
    with pytest.raises(PermissionDenied):
        enter(actors, cast, "partner", by)
    leave = enter(actors, cast, "partner", "partner")
    with pytest.raises(PermissionDenied):
        actions.end_leave(leave=leave, by=actors[by])


def test_a_manager_enters_none_for_somebody_whose_membership_ended(actors, cast, world):
    Membership.objects.filter(pk=world.cast["partner"].pk).update(until_at=clock.now() - HOUR)
    with pytest.raises(PermissionDenied):
        enter(actors, cast, "partner", "agency_manager")


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [(5, 5, "after"), (9, 5, "after"), (-9, -5, "future"), (1, 24 * 500, "400 days"), (40, 90, "already")],
)
def test_a_leave_that_makes_no_sense_is_refused(actors, cast, start, end, why):
    enter(actors, cast, "partner", "partner")
    with pytest.raises(Refused, match=why):
        enter(actors, cast, "partner", "partner", start, end)


def test_ending_a_leave_that_runs_ends_it_now(actors, cast):
    leave = enter(actors, cast, "partner", "partner", start=-5)
    actions.end_leave(leave=leave, by=actors["partner"])
    leave.refresh_from_db()
    assert leave.until_at <= clock.now()
    with pytest.raises(Refused, match="ended already"):
        actions.end_leave(leave=leave, by=actors["partner"])


def test_a_leave_makes_the_rotas_of_the_person_be_looked_at(actors, cast, world):
    rota = Rota.objects.create(agency=world.agencies.police, starts_on=clock.today(), hand_over="09:00")
    other = Rota.objects.create(agency=world.agencies.youth, starts_on=clock.today(), hand_over="09:00")
    RotaPlace.objects.create(rota=rota, user=cast["partner"], number=0)
    with clock.at(clock.now()) as now:
        enter(actors, cast, "partner", "partner")
    rota.refresh_from_db()
    other.refresh_from_db()
    assert (rota.remind_at, other.remind_at) == (now, None)


def typed(moment):
    local = clock.local(moment)
    return [str(local.day), str(local.month), str(local.year), local.strftime("%H:%M")]


def sent(start=1, end=48):
    now, found = clock.now(), {}
    for name, hours in (("from_at", start), ("until_at", end)):
        found |= {f"{name}_{place}": value for place, value in enumerate(typed(now + hours * HOUR))}
    return found


def test_a_person_enters_and_ends_the_own_leave(client, cast):
    client.force_login(cast["partner"])
    reply = client.post(reverse("leave"), sent(start=-1))
    assert reply.status_code == 302, reply.content.decode()
    leave = Leave.objects.get(user=cast["partner"])
    assert "You are on leave until" in client.get(reverse("account")).content.decode()
    assert client.post(reverse("end-leave", args=[leave.uuid]))["Location"] == reverse("leave")
    assert "You are on leave" not in client.get(reverse("account")).content.decode()


def test_a_manager_enters_it_on_the_member_s_page_and_it_says_who_did(client, cast, world):
    client.force_login(cast["agency_manager"])
    url = reverse("setup-member-leave", args=[world.cast["partner"].uuid])
    assert client.post(url, sent()).status_code == 302
    assert f"Entered by {cast['agency_manager']}" not in client.get(url).content.decode().split("<main")[0]
    client.force_login(cast["partner"])
    assert f"Entered by {cast['agency_manager']}" in client.get(reverse("leave")).content.decode()


def test_bad_dates_are_said_beside_the_field_and_kept(client, cast):
    client.force_login(cast["partner"])
    for wrong in (
        dict.fromkeys(sent(), ""),
        {"from_at_0": "x"},
        {"until_at_2": "99999999999"},
        {"until_at_3": "\0"},
    ):
        reply = client.post(reverse("leave"), sent() | wrong)
        assert reply.status_code == 200
        assert "govuk-error-message" in reply.content.decode()
    assert not Leave.objects.exists()


def test_nobody_reaches_the_leave_of_another_agency_by_its_address(client, actors, cast, world):
    leave = enter(actors, cast, "stranger", "stranger")
    manager = make_member("elsewhere@x.example", world.agencies.youth, Role.AGENCY_MANAGER)
    for user in (cast["partner"], manager.user):
        client.force_login(user)
        assert client.post(reverse("end-leave", args=[leave.uuid])).status_code == 404
    client.force_login(manager.user)
    assert client.get(reverse("setup-member-leave", args=[world.cast["stranger"].uuid])).status_code == 404
    assert Leave.objects.filter(pk=leave.pk).exists()
