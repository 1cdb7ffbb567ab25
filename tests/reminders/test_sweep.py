"""The sweep itself: once, whole, in batches, and never held up by one row."""

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

import reminders
from checklists.models import ChecklistItem
from checklists.reminders import ItemDue
from reminders import actions, checks, registry, tasks
from reminders.actions import saying
from reminders.models import Delivery, Notification, SweepMark
from svit import clock, engines, health
from tests.reminders.conftest import DAY, H24, HOUR, MINUTE, close, make_item, sweep, told

TWO = {("item_due", "due", "coordinator"), ("item_due", "due", "second")}


@pytest.fixture
def item(matter):
    return make_item(matter, DAY, due_at=DAY + 4 * HOUR)


DUE = DAY + 4 * HOUR


def test_it_says_a_thing_once_however_often_it_runs(item):
    assert sweep(DUE) == TWO
    ChecklistItem.objects.filter(pk=item.pk).update(
        remind_at=DUE
    )  # as if a worker had died before it settled
    assert sweep(DUE + MINUTE) == set()
    assert Delivery.objects.count() == 2
    item.refresh_from_db()
    assert item.remind_at == DUE + H24, "and goes on to the next step"


def test_three_days_asleep_it_says_the_latest_step_alone_and_late(item):
    assert {step for _, step, _ in sweep(DUE + 3 * H24 + HOUR)} == {"overdue3"}
    assert set(Notification.objects.values_list("late", flat=True)) == {True}
    assert sweep(DUE + 3 * H24 + 2 * HOUR) == set()
    assert {step for _, step, _ in sweep(DUE + 4 * H24)} == {"overdue4"}


def test_a_later_step_takes_the_earlier_message_off_the_badge(item):
    sweep(DUE)
    sweep(DUE + H24)
    assert list(Notification.objects.filter(over_at=None).values_list("step", flat=True)) == ["overdue1"] * 2


def test_all_batches_are_taken_in_one_run(matter, monkeypatch):
    monkeypatch.setattr(saying, "CLAIMED", 3)
    for _ in range(8):
        make_item(matter, DAY, due_at=DUE)
    sweep(DUE)
    assert Notification.objects.count() == 16


@pytest.mark.parametrize("claimed", [1, 200])
def test_a_row_that_breaks_waits_and_holds_up_no_other(matter, monkeypatch, caplog, claimed):
    broken, whole = (make_item(matter, DAY, due_at=DUE) for _ in range(2))
    say = ItemDue.say

    def break_one(kind, row, now):
        if row.pk == broken.pk:
            raise ZeroDivisionError("Kamal Adeyemi")
        return say(kind, row, now)

    monkeypatch.setattr(ItemDue, "say", break_one)
    monkeypatch.setattr(saying, "CLAIMED", claimed)
    assert sweep(DUE) == TWO
    assert set(Notification.objects.values_list("subject", flat=True)) == {whole.uuid}
    assert Delivery.objects.count() == 2
    remind_at = dict(ChecklistItem.objects.filter(remind_at__isnull=False).values_list("pk", "remind_at"))
    assert remind_at[broken.pk] <= DUE < remind_at[whole.pk]
    assert "A batch of item_due broke" in caplog.text
    monkeypatch.undo()
    sweep(DUE + MINUTE)
    assert Notification.objects.filter(subject=broken.uuid).count() == 2
    assert f"row {broken.pk}" in caplog.text


def test_the_mark_is_set_by_a_whole_sweep_alone(item, monkeypatch):
    sweep(DUE)
    assert SweepMark.objects.get().at == DUE
    monkeypatch.setattr(ItemDue, "rows", lambda kind, now: 1 / 0)
    sweep(DUE + HOUR)
    assert SweepMark.objects.get().at == DUE


def test_the_cost_is_what_is_due_and_not_what_there_is(matter, django_assert_num_queries):
    with clock.at(DAY):
        sweep(DAY)
    for _ in range(20):
        make_item(matter, DAY, due_at=DAY + 30 * H24)
    # each kind and the snoozes: savepoint or transaction, one query; then the mark
    with django_assert_num_queries((len(registry.kinds()) + 1) * 3 + 4):
        actions.sweep(DAY + MINUTE)


def test_many_that_are_due_take_as_many_queries_as_few(matter):
    """Nothing is asked for a row of its own: neither the door, nor the rota, nor the phase."""
    with clock.at(DAY):
        sweep(DAY)
    asked = []
    for due_at, number in ((DUE, 2), (DUE + HOUR, 30)):
        for _ in range(number):
            make_item(matter, DAY, due_at=due_at)
        looked = DAY + (due_at - DAY) / 2
        actions.sweep(looked)
        with CaptureQueriesContext(connection) as queries:
            actions.sweep(due_at)
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert Notification.objects.filter(step="due").count() == 2 * 32


def test_what_ended_leaves_the_badge_and_stays_in_the_inbox(item):
    sweep(DUE)
    with clock.at(DUE + MINUTE):
        actions.over(item.uuid)
    assert Notification.objects.filter(over_at=DUE + MINUTE).count() == 2


def test_nobody_to_tell_is_written_to_the_log_and_looked_at_again(matter, world, caplog):
    from partners.models import Membership

    make_item(matter, DAY, due_at=DUE)
    Membership.objects.update(until_at=DAY)
    assert sweep(DUE) == set()
    assert "reaches nobody" in caplog.text
    Membership.objects.update(until_at=None)
    assert {step for _, step, _ in sweep(DUE + H24)} == {"overdue1"}


# --- Waking


def test_a_write_wakes_a_sweep_once_it_is_committed(monkeypatch, django_capture_on_commit_callbacks, db):
    rung = []
    monkeypatch.setattr(reminders.app, "send_task", lambda name, **options: rung.append((name, options)))
    with django_capture_on_commit_callbacks(execute=True):
        reminders.wake()
        assert rung == []
    assert rung == [("reminders.sweep", {"expires": 60})]


def test_a_broker_that_is_down_fails_no_write(monkeypatch, django_capture_on_commit_callbacks, db, caplog):
    def down(name, **options):
        raise ConnectionRefusedError("redis://:secret@broker")

    monkeypatch.setattr(reminders.app, "send_task", down)
    with django_capture_on_commit_callbacks(execute=True):
        reminders.wake()
    assert "the broker did not answer (ConnectionRefusedError)" in caplog.text
    assert "secret" not in caplog.text


def test_the_tasks_that_beat_rings_exist_and_do_the_work(item, settings, monkeypatch, mailoutbox):
    names = {row["task"] for row in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {tasks.sweep.name, tasks.deliver.name} <= names
    monkeypatch.setattr(tasks, "ring", lambda name: tasks.deliver())
    with clock.at(DUE):
        tasks.sweep()
    assert told() == TWO
    with clock.at(DUE + 2 * MINUTE):
        tasks.deliver()
    assert len(mailoutbox) == 2


# --- By hand, and health


def test_the_command_sweeps_as_if_it_were_another_moment(item, mailoutbox):
    out = StringIO()
    call_command("sweep", at="2026-06-06T14:00", stdout=out)
    assert told() == TWO
    assert out.getvalue() == "Messages said: 2. E-mails sent: 0.\n"
    call_command("sweep", at="2026-06-06T13:02+00:00", stdout=out)
    assert len(mailoutbox) == 2


def test_the_command_refuses_what_is_no_moment(db):
    with pytest.raises(CommandError, match="2026-06-06T04:10"):
        call_command("sweep", at="yesterday")


def test_health_tells_of_a_sweep_that_is_too_long_ago(db):
    with pytest.raises(health.Unwell, match="no sweep yet"):
        checks.swept_lately()
    sweep(DAY)
    with clock.at(DAY + 5 * MINUTE):
        checks.swept_lately()
    with clock.at(DAY + 6 * MINUTE), pytest.raises(health.Unwell, match="too long ago"):
        checks.swept_lately()
    assert "sweep" in health.ask()


# --- Many at once


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_four_sweeps_and_deliveries_at_once_say_and_send_everything_once(world, actors, mailoutbox):
    """Row claims: real transactions in real threads."""
    from tests.reminders.conftest import make_incident

    incident = make_incident(actors["coordinator"], DAY)
    for _ in range(120):
        make_item(incident, DAY, due_at=DUE)

    def work(action, moment):
        try:
            action(moment)
        finally:
            connections.close_all()

    for action, moment in ((actions.sweep, DUE), (actions.deliver, DUE + 2 * MINUTE)):
        threads = [threading.Thread(target=work, args=(action, moment)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert Notification.objects.count() == 240
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert sum(mail.body.count("/inbox/") for mail in mailoutbox) == 240
    assert connection.vendor == "postgresql"
    assert engines.is_postgres()
    close(incident)
