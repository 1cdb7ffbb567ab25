"""manage.py explain_reminder: why a reminder was said or not; and manage.py sweep --at, from another moment."""

import json
import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from checklists.models import ChecklistItem, ClockKind
from checklists.reminders import ItemDue
from incidents.actions import stand_down
from incidents.models import Engagement
from partners.models import Membership
from reminders import actions, holding, rooms
from reminders.checks import swept_lately
from reminders.models import Notification, SweepMark
from response.models import ContactClock
from svit import clock, health
from tests.reminders.conftest import (
    DAY,
    H24,
    HOUR,
    MINUTE,
    NIGHT,
    SECRETS,
    close,
    item_for,
    make_clock,
    make_incident,
    make_item,
    make_person,
    mobilise,
    sweep,
)

DUE = DAY + 4 * HOUR


def explain(ref, at=None, **options):
    out = StringIO()
    with clock.at(at or clock.now()):
        call_command("explain_reminder", str(ref), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def item(engaged, agencies, cast):
    return item_for(engaged, agencies, cast, due_at=DUE, seen_at=DAY, tell_at=None)


@pytest.fixture
def due(item):
    sweep(DUE)
    actions.deliver(DUE + 2 * MINUTE)
    return Notification.objects.get()


def names(cast, who):
    return cast[who].name


def test_it_says_what_was_said_when_to_whom_and_how_it_got_there(due, item, cast):
    text = explain("NM-26-0001", DUE + HOUR)
    message_id = due.deliveries.get().message_id
    assert f"item_due, NM-26-0001, subject {item.uuid}" in text
    assert "6 June 2026 at 2pm: said “due”, due 6 June 2026 at 2pm. An item is due now." in text
    assert f"to {names(cast, 'partner')}, Riverside Police: not seen. Message {due.uuid}" in text
    assert f"e-mail sent 6 June 2026 at 2:02pm, 1 attempt {message_id}" in text
    assert "looked at next: 7 June 2026 at 2pm" in text
    assert "then “overdue1”, due 6 June 2026 at 2pm, to" in text


@pytest.mark.parametrize(
    "what", ["reference", "incident", "item", "message", "Message-ID", "bare Message-ID"]
)
def test_each_of_its_names_finds_it(due, item, engaged, what):
    message_id = due.deliveries.get().message_id
    ref = {
        "reference": "NM-26-0001", "incident": engaged.uuid, "item": item.uuid, "message": due.uuid,
        "Message-ID": message_id, "bare Message-ID": message_id.strip("<>"),
    }[what]  # fmt: skip
    assert "said “due”" in explain(ref, DUE + HOUR)


def test_each_thing_of_an_incident_is_found_by_its_own_uuid(engaged, agencies, actors):
    engagement = mobilise(engaged, agencies.youth, actors["coordinator"], DAY)
    row = make_clock(make_person(engaged), ClockKind.CONTACT_MADE, DAY)
    sweep(DAY)
    assert "mobilised, NM-26-0001" in explain(engagement.uuid, DAY + MINUTE)
    assert "contact_made, NM-26-0001" in explain(row.uuid, DAY + MINUTE)
    assert "anniversary, NM-26-0001" in explain(engaged.uuid, DAY + MINUTE)


@pytest.mark.parametrize(
    "ref", ["NM-26-9999", "rubbish", str(uuid.UUID(int=7)), "<nothing@nowhere.example>", " "]
)
def test_what_is_unknown_is_said_to_be(engaged, ref):
    with pytest.raises(CommandError, match="Nothing is known as"):
        explain(ref)


def test_a_thing_of_which_nothing_was_said_is_known(engaged):
    done = make_item(engaged, DAY, state="done", done_at=DAY)
    assert "Nothing was said of it" in explain(done.uuid, DAY + MINUTE)


def test_what_the_recipient_did_stands_there(due, actors):
    with clock.at(DUE + 3 * MINUTE):
        actions.acknowledge(notification=due)
        actions.snooze(notification=due, by=actors["partner"], until=DUE + 2 * HOUR, reason="In theatre")
    text = explain("NM-26-0001", DUE + HOUR)
    assert "seen 6 June 2026 at 2:03pm, in hand 6 June 2026 at 2:03pm" in text
    assert "snoozed 6 June 2026 at 2:03pm until 6 June 2026 at 4pm." in text
    sweep(DUE + 2 * HOUR)
    text = explain("NM-26-0001", DUE + 2 * HOUR)
    assert "until 6 June 2026 at 4pm (It came back 6 June 2026 at 4pm), over 6 June 2026 at 4pm" in text
    assert "said “due”, back after a snooze" in text
    assert "In theatre" not in text


def test_whoever_snoozed_a_later_step_is_said_to_have_been_left_out(due, actors, cast):
    with clock.at(DUE + MINUTE):
        actions.snooze(notification=due, by=actors["partner"], until=DUE + 3 * H24, reason="Away")
    sweep(DUE + H24)
    text = explain("NM-26-0001", DUE + H24 + MINUTE)
    assert (
        f"not to {names(cast, 'partner')}, Riverside Police: they snoozed it until 2026-06-09T14:00" in text
    )


def test_whom_the_door_does_not_let_in_is_named_with_the_reason(engaged, agencies, actors, cast):
    item_for(engaged, agencies, cast, due_at=DUE, seen_at=DAY, tell_at=None)
    engagement = Engagement.objects.get(incident=engaged, agency=agencies.police)
    with clock.at(DAY):
        stand_down(engagement=engagement, by=actors["coordinator"], reason="Not needed.")
    sweep(DUE)
    text = explain("NM-26-0001", DUE + MINUTE)
    assert f"not to {names(cast, 'partner')}, Riverside Police: the door does not let them know of it" in text


def test_that_nobody_could_be_told_is_said(engaged):
    make_item(engaged, DAY, due_at=DUE)
    Membership.objects.update(until_at=DAY)
    sweep(DUE)
    text = explain("NM-26-0001", DUE + MINUTE)
    assert "not said: “due”, due 6 June 2026 at 2pm, to nobody (nobody could be told)" in text


def test_who_cannot_be_reached_is_named_where_a_room_knows_it(due, cast, monkeypatch):
    away = {cast["partner"].pk: "on leave"}
    monkeypatch.setattr(rooms, "unreachable", lambda users, at: {u: away[u] for u in users if u in away})
    assert "Riverside Police: they cannot be reached: on leave" in explain("NM-26-0001", DUE + HOUR)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"state": "refused"}, "e-mail not sent: refused by the door, or the account is closed"),
        ({"state": "not_due"}, "e-mail not sent: no longer due"),
        ({"state": "not_due", "outcome": "Snoozed"}, "e-mail not sent: snoozed"),
        ({"state": "failed", "attempts": 8, "outcome": "SMTPServerDisconnected"},
         "e-mail given up after 8 attempts: SMTPServerDisconnected"),
        ({"state": "pending", "attempts": 1, "outcome": "TimeoutError"}, "e-mail failed, 1 attempt (TimeoutError)"),
    ],
)  # fmt: skip
def test_what_became_of_an_e_mail_is_said_in_words(due, state, words):
    due.deliveries.update(**state)
    assert words in explain(due.uuid, DUE + HOUR)


def test_what_an_e_mail_waits_for_is_said(engaged, agencies, actors, cast):
    item_for(engaged, agencies, cast, due_at=DUE, seen_at=DAY, tell_at=None)
    sweep(DUE)
    assert "e-mail waits until 6 June 2026 at 2:02pm for what may come with it" in explain("NM-26-0001", DUE)
    actions.choose_digest(user=cast["partner"], daily=True)
    sweep(DUE + H24)
    assert "e-mail waits until 8 June 2026 at 8am for the daily e-mail" in explain("NM-26-0001", DUE + H24)
    incident = make_incident(actors["coordinator"], NIGHT)
    make_item(incident, NIGHT - H24, due_at=NIGHT)
    sweep(NIGHT)
    assert "e-mail waits until 6 June 2026 at 7am for the morning" in explain("NM-26-0002", NIGHT)


def test_what_was_said_late_is_said_to_be_late(item):
    sweep(DUE + 3 * H24 + HOUR)
    assert "said “overdue3”, late, due 6 June 2026 at 2pm" in explain(item.uuid, DUE + 4 * H24)


def test_what_ended_says_that_it_is_not_looked_at_again(due, engaged):
    close(engaged)
    sweep(DUE + H24)
    assert "not looked at again until it changes" in explain(due.uuid, DUE + H24 + MINUTE)


def test_a_row_that_breaks_its_kind_is_shown(item, monkeypatch):
    monkeypatch.setattr(ItemDue, "say", lambda *args: 1 / 0)
    assert "the kind breaks on it: ZeroDivisionError" in explain(item.uuid, DAY)


def test_messages_about_what_is_gone_are_still_explained(due, item):
    ChecklistItem.objects.filter(pk=item.pk).delete()
    assert "of something that is gone" in explain(due.uuid, DUE + HOUR)


def test_that_all_is_held_back_after_a_restore_is_said(due):
    holding.hold()
    assert "held back after a restore" in explain(due.uuid, DUE + HOUR)


def test_it_changes_nothing(due, engaged, item):
    make_clock(make_person(engaged), ClockKind.CONTACT_MADE, DAY - 3 * H24, created_at=DAY - 3 * H24)
    before = [
        list(model.objects.order_by("pk").values()) for model in (Notification, ChecklistItem, ContactClock)
    ]
    explain("NM-26-0001", DUE + 2 * H24)
    after = [
        list(model.objects.order_by("pk").values()) for model in (Notification, ChecklistItem, ContactClock)
    ]
    assert before == after


def test_no_title_and_no_name_of_an_incident_is_in_it(actors, agencies, cast):
    incident = make_incident(actors["coordinator"], DAY)
    mobilise(incident, agencies.police, actors["coordinator"], DAY)
    make_item(incident, DAY, by=actors["coordinator"], agency=agencies.police, due_at=DUE)
    for kind in ContactClock.HOURS:
        make_clock(make_person(incident), kind, DAY, agency=agencies.police, worker=cast["colleague"])
    for moment in (DAY, DAY + HOUR, DUE, DAY + 2 * H24):
        sweep(moment)
    for options in ({}, {"json": True}):
        text = explain("NM-26-0001", DAY + 2 * H24, **options)
        assert len(text) > 2000
        assert not [word for word in (*SECRETS, "Kamal", "Ward") if word in text]


def test_for_a_program_the_same_comes_as_json(due, item, cast):
    found = json.loads(explain("NM-26-0001", DUE + HOUR, json=True))
    [matter] = [one for one in found["matters"] if one["subject"] == str(item.uuid)]
    [step] = matter["said"]
    assert (step["step"], step["to"][0]["message"]) == ("due", str(due.uuid))
    assert step["to"][0]["deliveries"][0]["state"] == "sent"
    assert matter["next"]["look_at"].startswith("2026-06-07T13:00")


# --- sweep --at


def drill(at):
    out = StringIO()
    call_command("sweep", at=at, stdout=out)
    return out.getvalue()


def test_a_sweep_at_another_moment_says_what_is_due_then(item, mailoutbox):
    with clock.at(DAY):
        assert (
            drill("2026-06-06T13:59") == "Messages said: 1. E-mails sent: 0.\n"
        )  # a half of its time had come
        assert drill("2026-06-06T14:00") == "Messages said: 1. E-mails sent: 0.\n"
        assert drill("2026-06-06T13:10+00:00") == "Messages said: 0. E-mails sent: 1.\n"
    assert set(Notification.objects.values_list("step", flat=True)) == {"before", "due"}


def test_what_a_drill_said_is_said_and_is_not_said_again(item):
    with clock.at(DAY):
        drill("2026-06-06T14:00")
    assert sweep(DUE) == set()


def test_a_drill_in_the_future_leaves_the_present_as_it_is(item, engaged, agencies, actors, cast):
    with clock.at(DAY):
        drill("2026-09-01T12:00")
        assert not SweepMark.objects.exists()  # else a beat that died now would look well until September
        with pytest.raises(health.Unwell):
            swept_lately()
        actions.sweep()
        assert SweepMark.objects.get().at == DAY
    mobilise(engaged, agencies.youth, actors["coordinator"], DAY + HOUR)
    assert ("mobilised", "told", "youth") in sweep(DAY + HOUR)
    with clock.at(DAY + HOUR):
        assert actions.deliver() > 0
    other = item_for(engaged, agencies, cast, DAY + HOUR, due_at=DUE, seen_at=DAY, tell_at=None)
    sweep(DUE)
    assert Notification.objects.filter(subject=other.uuid, step="due").exists()


@pytest.mark.parametrize("at", ["yesterday", "2026-13-01T00:00", ""])
def test_a_moment_that_is_none_is_refused_in_words(at, db):
    if at:
        with pytest.raises(CommandError, match="Give the moment as"):
            drill(at)
    else:
        assert drill(None).startswith("Messages said: 0.")


def test_explaining_and_sweeping_agree_on_the_next_look(item):
    found = json.loads(explain(item.uuid, DAY, json=True))
    [matter] = [one for one in found["matters"] if one["kind"] == "item_due"]
    at = DAY + 2 * HOUR
    assert matter["next"]["look_at"] == at.isoformat().replace("+00:00", "Z")
    [step] = matter["next"]["steps"]
    assert {step["step"]} == {one[1] for one in sweep(at)}
