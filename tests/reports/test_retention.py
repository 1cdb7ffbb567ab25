"""The schedule, holds and the pages of the decision; the reminder of it."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from incidents import actions
from incidents.models import Disposal, Incident, Kept, LegalHold, LogEntry, RetentionRule
from incidents.retention import due_of, rules_of
from reminders.actions import sweep
from reminders.models import Notification
from reports import actions as packs
from reports import disposing, due
from reports.models import Pack
from svit import clock
from svit.refused import Refused
from tests.conftest import log_one

SIX_YEARS = timedelta(days=6 * 365 + 1)
RULE = {"length": 2, "unit": "years", "runs_from": "ended", "source": "Council schedule 4.2, agreed in May."}


@pytest.fixture
def closed(incident, actors):
    actions.close(incident=incident, by=actors["coordinator"], reason="Nothing is left to do.")
    incident.refresh_from_db()
    return incident


def messages_of(who):
    return list(
        Notification.objects.filter(kind="retention", recipient=who.user).values_list("step", flat=True)
    )


def test_a_period_that_nobody_decided_says_so(world):
    rule = rules_of(world.north)[Kept.INCIDENT]
    assert (rule.words, rule.confirmed) == ("6 years", False)
    assert "the controller has to decide" in rule.source


def test_the_period_runs_from_closing_and_not_while_it_goes_on(incident, actors):
    assert due_of(incident) is None
    actions.close(incident=incident, by=actors["coordinator"], reason="Over.")
    incident.refresh_from_db()
    due_at = due_of(incident)
    assert clock.local(due_at).year == clock.local(clock.now()).year + 6
    actions.set_rule(partnership=incident.partnership, kind=Kept.INCIDENT, by=actors["csp_manager"], **RULE)
    assert clock.local(due_of(incident)).year == clock.local(clock.now()).year + 2


@pytest.mark.parametrize("who", ["coordinator", "governance", "agency_manager", "other_coordinator"])
def test_the_schedule_is_kept_by_administrators_and_csp_managers(world, actors, who):
    with pytest.raises(PermissionDenied):
        actions.set_rule(partnership=world.north, kind=Kept.INCIDENT, by=actors[who], **RULE)


def test_what_was_changed_in_the_schedule_is_kept(client, cast, world, actors):
    client.force_login(cast["administrator"])
    url = reverse("setup-retention-rule", args=["incident"])
    page = client.get(url)
    assert "6" in page.content.decode()
    client.post(url, RULE | {"version": 1})
    assert RetentionRule.objects.get().words == "2 years"
    client.post(url, RULE | {"version": 1, "length": 3})
    history = client.get(reverse("setup-history"), {"of": "retention"}).content.decode()
    assert "Incidents, retention" in history
    assert "Council schedule 4.2" in client.get(reverse("setup-retention")).content.decode()


def test_what_is_due_within_thirty_days_is_listed_and_no_other(closed, world):
    now = clock.now()
    assert due.for_review(world.north) == []
    assert due.for_review(world.north, now + SIX_YEARS - timedelta(days=40)) == []
    assert due.for_review(world.north, now + SIX_YEARS - timedelta(days=20)) == [closed]
    assert due.for_review(world.east, now + SIX_YEARS) == []


def test_what_is_not_due_yet_takes_no_place_from_what_is(incident, actors, world, monkeypatch):
    monkeypatch.setattr(due, "SHOWN", 1)
    by, now = actors["coordinator"], clock.now()
    after = log_one(by)
    actions.close(incident=after, by=by, reason="Over.")
    with clock.at(now + timedelta(days=400)):
        actions.close(incident=incident, by=by, reason="Over.")
    assert due.for_review(world.north, now + SIX_YEARS) == [after]


def test_a_csp_manager_is_told_thirty_days_before_and_once(closed, actors):
    sweep(clock.now())
    assert messages_of(actors["csp_manager"]) == []
    closed.refresh_from_db()
    assert closed.retention_at == due_of(closed) - timedelta(days=30)
    for days in (-29, -28, 3):
        sweep(due_of(closed) + timedelta(days=days))
    assert messages_of(actors["csp_manager"]) == ["30d"]
    assert messages_of(actors["coordinator"]) == []


def test_what_is_held_is_not_reminded_of_until_the_hold_is_lifted(closed, actors):
    held = actions.hold(incident=closed, by=actors["governance"], reason="An inquest.")
    closed.refresh_from_db()
    moment = due_of(closed) - timedelta(days=10)
    sweep(moment)
    assert messages_of(actors["csp_manager"]) == []
    with clock.at(moment):
        actions.lift(found=held, by=actors["governance"], reason="It is over.")
    sweep(moment)
    assert messages_of(actors["csp_manager"]) == ["30d"]


def test_a_hold_is_written_in_the_log_for_coordinators_alone(client, cast, closed, actors):
    actions.hold(incident=closed, by=actors["governance"], reason="An inquest into a death.")
    url = reverse("incident-log", args=[closed.uuid])
    for who, sees in (("coordinator", True), ("partner", False)):
        client.force_login(cast[who])
        assert ("An inquest into a death" in client.get(url).content.decode()) is sees


def test_the_whole_decision_by_two_people_on_their_pages(client, cast, closed):
    client.force_login(cast["csp_manager"])
    of = reverse("retention-of", args=[closed.uuid])
    assert "Propose disposal" in client.get(of).content.decode()
    answer = client.post(
        reverse("propose-disposal", args=[closed.uuid]), {"ground": "period", "reason": "Reviewed the log."}
    )
    found = Disposal.objects.get()
    assert answer["Location"] == found.get_absolute_url()
    assert "What do you decide?" not in client.get(found.get_absolute_url()).content.decode()
    client.force_login(cast["governance"])
    page = client.get(found.get_absolute_url()).content.decode()
    assert "What do you decide?" in page
    assert "Sealed records" in page
    assert client.post(found.get_absolute_url(), {"decision": "refuse"}).status_code == 200
    client.post(found.get_absolute_url(), {"decision": "confirm"})
    disposing.carry_out()
    assert not Incident.objects.filter(pk=closed.pk).exists()
    page = client.get(found.get_absolute_url()).content.decode()
    assert "What went" in page
    assert "Log entries" in page
    assert closed.reference in client.get(reverse("retention")).content.decode()
    assert client.get(reverse("incident", args=[closed.uuid])).status_code == 404


def test_a_second_answer_is_told_that_it_was_decided(client, cast, closed, actors):
    found = actions.propose(incident=closed, by=actors["csp_manager"], ground="period", reason="x")
    client.force_login(cast["governance"])
    client.post(found.get_absolute_url(), {"decision": "confirm"})
    disposing.carry_out()
    assert client.post(found.get_absolute_url(), {"decision": "confirm"}).status_code == 200
    for decide in (actions.confirm_disposal, partial(actions.refuse_disposal, reason="No.")):
        with pytest.raises(Refused, match="decided already"):
            decide(disposal=found, by=actors["governance"])


def test_a_refused_proposal_can_be_made_again(client, cast, closed, actors):
    found = actions.propose(incident=closed, by=actors["csp_manager"], ground="period", reason="x")
    client.force_login(cast["governance"])
    client.post(found.get_absolute_url(), {"decision": "refuse", "reason": "A review is still going on."})
    assert LogEntry.objects.filter(incident=closed, kind="retention").count() == 2
    assert (
        actions.propose(incident=closed, by=actors["csp_manager"], ground="period", reason="y").pk != found.pk
    )


def test_a_hold_is_placed_and_lifted_on_its_page(client, cast, closed):
    client.force_login(cast["governance"])
    client.post(reverse("place-hold", args=[closed.uuid]), {"reason": "Proceedings are possible."})
    held = LegalHold.objects.get()
    assert "Proceedings are possible" in client.get(reverse("retention")).content.decode()
    client.post(reverse("lift-hold", args=[closed.uuid, held.uuid]), {"reason": "None were brought."})
    held.refresh_from_db()
    assert held.lifted_reason == "None were brought."
    assert "None were brought" in client.get(reverse("retention-of", args=[closed.uuid])).content.decode()


def test_another_boroughs_keepers_find_nothing(client, cast, closed, world):
    from partners.models import Role
    from tests.conftest import make_member

    theirs = make_member("manager@eastbrook.example", world.agencies.other_csp, Role.CSP_MANAGER)
    client.force_login(theirs.user)
    assert client.get(reverse("retention-of", args=[closed.uuid])).status_code == 404


def test_an_exercise_and_a_declined_report_have_rules_of_their_own(actors, toolkit):
    exercise = log_one(actors["coordinator"], exercise=True)
    actions.close(incident=exercise, by=actors["coordinator"], reason="Over.")
    report = log_one(actors["youth"])
    actions.decline(incident=report, by=actors["coordinator"], reason="Not ours.")
    for row in (exercise, report):
        row.refresh_from_db()
        assert clock.local(due_of(row)).year == clock.local(clock.now()).year + 1


def test_the_files_of_old_packs_go_and_their_hash_stays(client, cast, incident, actors):
    from incidents.access import get_sight

    seen = get_sight(actors["coordinator"], incident.uuid)
    packs.request_pack(seen=seen, audience="gold", purpose="Gold group", recipients="The chair")
    pack = packs.render_next()
    Pack.objects.filter(pk=pack.pk).update(as_at=clock.now() - timedelta(days=400))
    client.force_login(cast["csp_manager"])
    page = client.post(reverse("retention-packs"), follow=True).content.decode()
    assert "1 file of packs is removed" in page
    page = client.post(reverse("retention-packs"), follow=True).content.decode()
    assert "0 files of packs are removed" in page
    disposing.carry_out()
    pack.refresh_from_db()
    assert pack.file.file.name == ""
    assert len(pack.file.sha256) == 64
    page = client.get(reverse("pack", args=[incident.uuid, pack.uuid])).content.decode()
    assert "Its retention period has ended" in page
    assert client.get(reverse("pack-download", args=[incident.uuid, pack.uuid])).status_code == 404
