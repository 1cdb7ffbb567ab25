"""A snooze with a reason: for one person, one thing and one deadline; then the message comes back once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from checklists.models import ChecklistItem, ClockKind
from incidents.access import sight, visible_log
from incidents.actions import stand_down
from incidents.models import Engagement, Incident, LogEntry, RecordGrant, Sensitivity
from reminders import actions, registry
from reminders.models import Delivery, Notification, Snooze, SnoozeEnd
from reminders.queries import unseen
from svit import clock
from svit.refused import Refused
from tests.reminders.conftest import (
    DAY,
    H24,
    HOUR,
    MINUTE,
    close,
    item_for,
    look,
    make_clock,
    make_item,
    make_person,
    mobilise,
    states,
    sweep,
)

DUE = DAY + 4 * HOUR
EIGHT = DAY + H24 - 2 * HOUR  # 8am on the wall of the next day
WHY = "The mother of Kamal Adeyemi is in theatre"
LATER = EIGHT + 2 * H24


@pytest.fixture
def item(engaged, agencies, cast):
    """An item of the police, seen by its one worker and due at 2pm."""
    return item_for(engaged, agencies, cast, due_at=DUE, seen_at=DAY, tell_at=None)


@pytest.fixture
def due(item):
    """What its worker was told when it fell due."""
    sweep(DUE)
    actions.deliver(DUE + 3 * MINUTE)
    return Notification.objects.get(kind="item_due", step="due")


def snooze(one, actors, who="partner", *, until=EIGHT, at=DUE + HOUR, reason=WHY):
    with clock.at(at):
        return actions.snooze(notification=one, by=actors[who], until=until, reason=reason)


def latest(cast, who="partner"):
    return Notification.objects.filter(recipient=cast[who]).latest("pk")


def test_until_it_ends_no_step_is_said_to_that_person_and_every_other_is_told(due, actors, cast):
    snooze(due, actors, until=LATER)
    said = sweep(DUE + H24)
    assert ("item_due", "overdue1", "police") not in said
    assert ("item_due", "overdue1", "police.manager") in said
    assert {("item_due", "overdue2", "coordinator")} <= sweep(DUE + 2 * H24)
    assert not Notification.objects.filter(recipient=cast["partner"], step__startswith="overdue").exists()
    assert unseen(cast["partner"]).count() == 0


def test_it_comes_back_once_at_its_end_unseen_and_mailed_anew_with_the_latest_step(
    due, actors, cast, mailoutbox
):
    snooze(due, actors, until=LATER)
    for days in (1, 2):
        sweep(DUE + days * H24)
    mailoutbox.clear()
    assert sweep(LATER - MINUTE) == set()
    assert sweep(LATER) == {("item_due", "overdue2", "police")}
    back = latest(cast)
    assert (back.step, back.again, back.late) == ("overdue2", 0, False)
    assert (back.seen_at, back.over_at) == (None, None)
    assert unseen(cast["partner"]).get() == back
    actions.deliver(LATER + 2 * MINUTE)
    assert [mail.to for mail in mailoutbox].count(["police@northmere.example"]) == 1
    assert sweep(LATER + MINUTE) == set()
    assert Snooze.objects.get().ended_as == SnoozeEnd.CAME_BACK


def test_where_no_step_came_meanwhile_the_same_message_comes_back_as_another(due, actors, cast, mailoutbox):
    snooze(due, actors)
    sent = mailoutbox[0].extra_headers["Message-ID"]
    mailoutbox.clear()
    assert sweep(EIGHT) == {("item_due", "due", "police")}
    back = latest(cast)
    assert (back.step, back.again, back.due_at) == ("due", 1, DUE)
    due.refresh_from_db()
    assert due.over_at == EIGHT
    actions.deliver(EIGHT + 2 * MINUTE)
    assert len(mailoutbox) == 1
    assert mailoutbox[0].extra_headers["Message-ID"] != sent


def test_a_message_may_be_snoozed_each_time_that_it_comes_back(due, actors, cast):
    snooze(due, actors)
    sweep(EIGHT)
    snooze(latest(cast), actors, at=EIGHT + MINUTE, until=EIGHT + 2 * HOUR)
    assert sweep(EIGHT + 2 * HOUR) == {("item_due", "due", "police")}
    assert latest(cast).again == 2


def test_the_step_that_falls_due_as_the_snooze_ends_is_said_once(due, actors, cast):
    snooze(due, actors, until=DUE + H24)
    assert {one for one in sweep(DUE + H24) if one[2] == "police"} == {("item_due", "overdue1", "police")}
    assert Notification.objects.filter(recipient=cast["partner"], over_at=None).count() == 1


def test_after_three_days_without_a_sweep_it_comes_back_once_and_is_marked_late(due, actors, cast):
    snooze(due, actors)
    said = sweep(DUE + 3 * H24)
    assert {one for one in said if one[2] == "police"} == {("item_due", "overdue3", "police")}
    assert latest(cast).late


def test_after_the_end_all_goes_on_as_before(due, actors):
    snooze(due, actors)
    sweep(EIGHT)
    assert ("item_due", "overdue1", "police") in sweep(DUE + H24)


def test_what_was_done_meanwhile_does_not_come_back(due, item, actors):
    snooze(due, actors)
    ChecklistItem.objects.filter(pk=item.pk).update(state="done", done_at=DUE + 2 * HOUR)
    assert sweep(EIGHT) == set()
    assert Snooze.objects.get().ended_as == SnoozeEnd.NOT_DUE


def test_what_was_given_to_somebody_else_meanwhile_does_not_come_back(due, item, actors, cast):
    snooze(due, actors)
    ChecklistItem.objects.filter(pk=item.pk).update(assignee=cast["colleague"], assigned_at=DUE + 2 * HOUR)
    assert not [one for one in sweep(EIGHT) if one[2] == "police"]


def test_whoever_may_no_longer_know_of_it_gets_nothing_back(due, engaged, actors):
    snooze(due, actors)
    engagement = Engagement.objects.get(incident=engaged, agency=actors["partner"].agency)
    with clock.at(DUE + 2 * HOUR):
        stand_down(engagement=engagement, by=actors["coordinator"], reason="Not needed.")
    assert not [one for one in sweep(EIGHT) if one[2] == "police"]


def test_a_deadline_that_moves_ends_the_snooze(client, due, item, actors, cast):
    snooze(due, actors, until=LATER)
    moved = DUE + 3 * HOUR
    ChecklistItem.objects.filter(pk=item.pk).update(due_at=moved)
    look(item, moved)
    client.force_login(cast["partner"])
    assert "Snoozed until" not in client.get(reverse("inbox")).content.decode()
    assert ("item_due", "due", "police") in sweep(moved)
    assert Snooze.objects.get().ended_as == SnoozeEnd.MOVED
    assert not [one for one in sweep(LATER) if one[1] == "due"]


def test_what_waits_to_be_mailed_is_not_mailed(item, actors, mailoutbox):
    sweep(DUE)
    snooze(Notification.objects.get(kind="item_due"), actors, at=DUE + MINUTE)
    actions.deliver(DUE + HOUR)
    assert mailoutbox == []
    assert states() == ["not_due"]


def test_what_comes_back_at_night_is_mailed_at_seven(due, actors, mailoutbox):
    night = datetime(2026, 6, 6, 23, tzinfo=UTC)
    snooze(due, actors, until=night)
    mailoutbox.clear()
    sweep(night)
    actions.deliver(night + HOUR)
    assert mailoutbox == []
    actions.deliver(datetime(2026, 6, 7, 6, tzinfo=UTC))
    assert len(mailoutbox) == 1


# --- Taken back


def test_taken_back_it_goes_on_as_before(due, actors, cast):
    snooze(due, actors, until=LATER)
    with clock.at(DUE + 2 * HOUR):
        actions.take_back(notification=due, by=actors["partner"])
    assert Notification.objects.filter(recipient=cast["partner"]).count() == 1
    assert ("item_due", "overdue1", "police") in sweep(DUE + H24)
    assert Snooze.objects.get().ended_as == SnoozeEnd.TAKEN_BACK


def test_taken_back_what_was_held_meanwhile_is_said(due, actors, cast):
    snooze(due, actors, until=LATER)
    sweep(DUE + H24)
    with clock.at(DUE + H24 + HOUR):
        actions.take_back(notification=due, by=actors["partner"])
    assert latest(cast).step == "overdue1"
    assert not [one for one in sweep(DUE + H24 + 2 * HOUR) if one[2] == "police"]


def test_what_ended_is_not_taken_back_again(due, actors):
    snooze(due, actors)
    sweep(EIGHT)
    with pytest.raises(Refused, match="not snoozed any more"):
        actions.take_back(notification=due, by=actors["partner"])


# --- What may be snoozed, until when


@pytest.mark.parametrize(
    ("key", "steps"),
    [
        ("item_due", {"before", "due", "overdue1"}), ("sent_back", {"sent_back"}), ("retention", {"30d"}),
        ("contact_made", {"late1", "late9"}), ("record_due", {"before", "due", "late1"}),
    ],
)  # fmt: skip
def test_the_work_of_the_day_may_be_put_off(key, steps):
    [kind] = [kind for kind in registry.kinds() if kind.key == key]
    assert all(kind.may_snooze(step) for step in steps)


def test_nothing_else_may_be_put_off():
    steps = {"told", "unseen", "nobody", "night", "booked", "30min", "50min", "due", "12h", "20h", "24h", "40h", "46h",
             "report", "15min", "opened", "offered", "answered"}  # fmt: skip
    allowed = {(kind.key, step) for kind in registry.kinds() for step in steps if kind.may_snooze(step)}
    assert {key for key, _ in allowed} <= {"item_due", "record_due", "sent_back", "retention"}


def test_a_contact_deadline_that_runs_is_not_put_off_and_its_daily_question_is(
    engaged, actors, agencies, cast
):
    make_clock(
        make_person(engaged), ClockKind.CONTACT_MADE, DAY, agency=agencies.police, worker=cast["partner"]
    )
    sweep(DAY + 2 * H24)
    one = Notification.objects.get(recipient=cast["partner"], step="due")
    with pytest.raises(Refused, match="acted on now"):
        snooze(one, actors, at=DAY + 2 * H24, until=DAY + 3 * H24)
    sweep(DAY + 3 * H24)
    at = DAY + 3 * H24 + MINUTE
    snooze(latest(cast), actors, at=at, until=at + 2 * H24)
    assert ("contact_made", "late2", "police") not in sweep(DAY + 4 * H24)
    said = [one for one in sweep(at + 2 * H24) if one[2] == "police"]
    assert said == [("contact_made", "late3", "police")]


@pytest.mark.parametrize("until", [DUE + HOUR, DUE, DUE + HOUR + timedelta(days=14, minutes=1)])
def test_it_ends_in_the_future_and_within_fourteen_days(due, actors, until):
    with pytest.raises(Refused, match="within the next 14 days"):
        snooze(due, actors, until=until)
    assert not Snooze.objects.exists()
    assert not LogEntry.objects.filter(words__text__contains=WHY).exists()


def test_fourteen_days_are_allowed_to_the_minute(due, actors):
    assert snooze(due, actors, until=DUE + HOUR + timedelta(days=14))


def test_what_is_snoozed_over_or_no_longer_due_is_not_snoozed(due, item, actors):
    snooze(due, actors)
    with pytest.raises(Refused, match="snoozed already"):
        snooze(due, actors)
    sweep(EIGHT)
    with pytest.raises(Refused, match="over"):
        snooze(due, actors, at=EIGHT + MINUTE, until=EIGHT + HOUR)
    ChecklistItem.objects.filter(pk=item.pk).update(state="done", done_at=EIGHT)
    with pytest.raises(Refused, match="Nothing is due any more"):
        snooze(Notification.objects.latest("pk"), actors, at=EIGHT + MINUTE, until=EIGHT + HOUR)


def test_the_door_is_asked_at_the_snooze(due, engaged, actors):
    engagement = Engagement.objects.get(incident=engaged, agency=actors["partner"].agency)
    stand_down(engagement=engagement, by=actors["coordinator"], reason="Not needed.")
    with pytest.raises(Refused, match="no longer open to you"):
        snooze(due, actors)


def test_the_database_keeps_one_snooze_a_message_that_ends_later(due, actors):
    made = snooze(due, actors)
    with pytest.raises(IntegrityError), transaction.atomic():
        Snooze.objects.create(notification=due, at=DUE, until=EIGHT, step="due")
    with pytest.raises(IntegrityError), transaction.atomic():
        Snooze.objects.filter(pk=made.pk).update(until=made.at)


# --- The log


def test_the_log_says_that_it_was_snoozed_and_why_in_the_section_of_the_thing(due, item, actors, engaged):
    snooze(due, actors)
    entry = LogEntry.objects.latest("pk")
    assert entry.words.text == (
        f"Reminder snoozed until 7 June 2026 at 8am: {item.title}\nThe mother of Kamal Adeyemi is in theatre"
    )
    assert (entry.kind, entry.section, entry.sensitivity, entry.about_uuid) == (
        "item", item.section, item.sensitivity, item.uuid
    )  # fmt: skip
    assert (entry.by, entry.agency) == (actors["partner"].user, actors["partner"].agency)
    assert visible_log(sight(actors["coordinator"], engaged)).filter(pk=entry.pk).exists()
    assert Snooze.objects.get().reason == ""  # one copy of what was typed, and that is the log's


def test_a_snooze_that_was_taken_back_stands_in_the_log_as_well(due, actors):
    snooze(due, actors)
    actions.take_back(notification=due, by=actors["partner"])
    assert LogEntry.objects.latest("pk").words.text.startswith("Snooze of a reminder taken back: ")


def test_of_a_sealed_thing_the_holders_alone_read_it(engaged, agencies, actors, cast):
    person = make_person(engaged, sensitivity=Sensitivity.SEALED)
    RecordGrant.objects.create(entry=person.entry, user=cast["partner"], given_by=cast["coordinator"])
    item_for(
        engaged, agencies, cast, due_at=DUE, seen_at=DAY, sensitivity=Sensitivity.SEALED, about=person.entry
    )
    sweep(DUE)
    snooze(Notification.objects.get(kind="item_due"), actors)
    entry = LogEntry.objects.latest("pk")
    for who, reads in (("partner", True), ("coordinator", False), ("colleague", False)):
        assert visible_log(sight(actors[who], engaged)).filter(pk=entry.pk).exists() is reads


def test_the_daily_question_s_snooze_is_told_of_the_person(engaged, agencies, actors, cast):
    person = make_person(engaged)
    make_clock(person, ClockKind.CONTACT_MADE, DAY, agency=agencies.police, worker=cast["partner"])
    for days in (2, 3):
        sweep(DAY + days * H24)
    snooze(latest(cast), actors, at=DAY + 3 * H24 + MINUTE, until=DAY + 4 * H24)
    entry = LogEntry.objects.latest("pk")
    assert entry.words.text.startswith("Person 1: reminder snoozed until")
    assert (entry.kind, entry.section, entry.about_uuid) == ("clock", "people", person.entry.uuid)


def test_a_log_that_cannot_be_written_leaves_no_snooze(due, actors, monkeypatch):
    monkeypatch.setattr("incidents.actions.log", lambda *args, **told: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        snooze(due, actors)
    assert not Snooze.objects.exists()


def test_the_reason_is_in_no_message(due, actors, mailoutbox):
    snooze(due, actors)
    sweep(EIGHT)
    actions.deliver(EIGHT + 2 * MINUTE)
    assert len(mailoutbox) == 2
    assert not [mail for mail in mailoutbox if "Kamal" in mail.message().as_string()]
    assert not Delivery.objects.filter(outcome__contains="Kamal").exists()


def test_a_closed_incident_s_snooze_just_ends(due, engaged, actors):
    snooze(due, actors)
    close(engaged)
    assert sweep(EIGHT) == set()
    assert not Snooze.objects.filter(ended_at=None).exists()
    assert Incident.objects.get(pk=engaged.pk).stage == "closed"


def test_a_snooze_that_breaks_holds_up_no_other(due, engaged, agencies, cast, actors, monkeypatch, caplog):
    snooze(due, actors)
    other = make_item(engaged, DAY, agency=agencies.police, assignee=cast["partner"], due_at=DUE, seen_at=DAY)
    sweep(DUE + MINUTE)
    snooze(Notification.objects.get(subject=other.uuid, kind="item_due"), actors)
    whole = registry.Kind.may_receive
    monkeypatch.setattr(
        registry.Kind, "may_receive",
        lambda kind, one: 1 / 0 if one.subject == due.subject else whole(kind, one),
    )  # fmt: skip
    assert sweep(EIGHT) == {("item_due", "due", "police")}
    assert "could not be ended" in caplog.text
    monkeypatch.undo()
    assert sweep(EIGHT + MINUTE) == {("item_due", "due", "police")}


# --- The pages


def answers(**more):
    return {"until": "tomorrow", "reason": "In theatre until the evening"} | more


def test_the_page_puts_it_off_until_eight_the_next_day(client, due, cast):
    with clock.at(DUE + MINUTE):
        client.force_login(cast["partner"])
        page = client.get(reverse("snooze", args=[due.uuid])).content.decode()
        assert "Tomorrow: Sun 7 June, 8am" in page
        assert "In 3 days: Tue 9 June, 8am" in page
        answer = client.post(reverse("snooze", args=[due.uuid]), answers(), follow=True)
    assert Snooze.objects.get().until == EIGHT
    page = answer.content.decode()
    assert "Snoozed until tomorrow at 8am." in page
    assert "Take back" in page


@pytest.mark.parametrize(
    ("start", "hour"),
    [(datetime(2026, 3, 27, 15, tzinfo=UTC), 7), (datetime(2026, 10, 23, 15, tzinfo=UTC), 8)],
)
def test_over_a_clock_change_three_days_end_at_eight_on_the_wall(start, hour):
    from reminders.forms import SnoozeForm

    with clock.at(start):
        form = SnoozeForm({"until": "three_days", "reason": "Away"})
        assert form.is_valid()
    until = form.cleaned_data["until"]
    assert (until.hour, clock.local(until).hour, until.date().day - start.day) == (hour, 8, 3)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"until": ""}, "Choose until when."),
        ({"until": "never"}, "one of the answers that the page offers"),
        ({"reason": " "}, "Enter the reason."),
        ({"until": "enter"}, "Enter the day and time."),
        (
            {"until": "enter", "at_0": "5", "at_1": "6", "at_2": "2026", "at_3": "9am"},
            "must be in the future",
        ),
        ({"until": "enter", "at_0": "31", "at_1": "6", "at_2": "2026", "at_3": "9am"}, "real date"),
        (
            {"until": "enter", "at_0": "7", "at_1": "7", "at_2": "2026", "at_3": "9am"},
            "within the next 14 days",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(client, due, cast, sent, words):
    with clock.at(DUE + MINUTE):
        client.force_login(cast["partner"])
        answer = client.post(reverse("snooze", args=[due.uuid]), answers(**sent))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert "In theatre" in page or "reason" in sent
    assert not Snooze.objects.exists()


def test_a_day_and_time_may_be_entered(client, due, cast):
    with clock.at(DUE + MINUTE):
        client.force_login(cast["partner"])
        sent = answers(until="enter", at_0="9", at_1="June", at_2="2026", at_3="4pm")
        assert client.post(reverse("snooze", args=[due.uuid]), sent).status_code == 302
    assert Snooze.objects.get().until == datetime(2026, 6, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize("who", ["colleague", "coordinator", "stranger", "superuser", "administrator"])
def test_somebody_else_s_message_is_not_there_to_snooze(client, due, cast, who):
    client.force_login(cast[who])
    for name in ("snooze", "take-back-snooze"):
        assert client.post(reverse(name, args=[due.uuid]), answers()).status_code == 404
    assert client.get(reverse("snooze", args=[due.uuid])).status_code == 404
    assert not Snooze.objects.exists()


def test_a_message_that_cannot_wait_has_no_such_page_and_offers_none(client, matter, agencies, actors, cast):
    mobilise(matter, agencies.youth, actors["coordinator"], DAY)
    sweep(DAY)
    one = Notification.objects.get(kind="mobilised")
    client.force_login(cast["youth"])
    assert "/snooze/" not in client.get(reverse("inbox")).content.decode()
    answer = client.get(reverse("snooze", args=[one.uuid]))
    assert answer.status_code == 403
    assert "acted on now" in answer.content.decode()


def test_it_is_taken_back_from_the_inbox(client, due, actors, cast):
    snooze(due, actors)
    client.force_login(cast["partner"])
    assert client.get(reverse("take-back-snooze", args=[due.uuid])).status_code == 405
    for words in ("Taken back", "not snoozed any more"):
        answer = client.post(reverse("take-back-snooze", args=[due.uuid]), follow=True)
        assert words in answer.content.decode()


def test_a_message_whose_door_closed_is_neither_snoozed_nor_taken_back(client, due, engaged, actors, cast):
    snooze(due, actors)
    engagement = Engagement.objects.get(incident=engaged, agency=actors["partner"].agency)
    stand_down(engagement=engagement, by=actors["coordinator"], reason="Not needed.")
    client.force_login(cast["partner"])
    assert client.get(reverse("snooze", args=[due.uuid])).status_code == 404
    assert client.post(reverse("take-back-snooze", args=[due.uuid])).status_code == 404
    assert "Take back" not in client.get(reverse("inbox")).content.decode()


def test_the_inbox_says_in_words_how_far_each_message_is(client, due, cast, actors):
    client.force_login(cast["partner"])

    def page():
        return client.get(reverse("inbox")).content.decode()

    assert "Not seen" in page()
    client.get(reverse("message", args=[due.uuid]))
    assert "Not seen" not in page()
    assert "Seen" in page()
    client.post(reverse("acknowledge", args=[due.uuid]))
    assert "In hand" in page()
    snooze(due, actors)
    assert "Snoozed until" in page()
