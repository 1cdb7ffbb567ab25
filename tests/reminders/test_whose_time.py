"""The database's time rules: a worker whose own clock is wrong says and sends nothing early, and nothing late."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from reminders import actions
from reminders.models import Delivery, DeliveryState, Notification
from svit import clock, engines
from tests.reminders.conftest import DAY, HOUR, item_for, look, make_item

pytestmark = pytest.mark.postgres  # SQLite has no clock


@pytest.fixture
def wrong(monkeypatch):
    """`wrong(hours=1)`: from now on this process believes that it is so much later."""

    def wrong(**much):
        true = timezone.now
        monkeypatch.setattr(timezone, "now", lambda: true() + timedelta(**much))

    return wrong


@pytest.fixture
def item(matter):
    """An item that falls due in half an hour, by the database."""
    return make_item(matter, DAY, due_at=engines.now() + HOUR / 2)


def test_a_worker_an_hour_ahead_says_nothing_early(item, wrong):
    look(item, item.due_at)
    wrong(hours=1)
    actions.sweep()
    call_command("sweep", stdout=StringIO())
    assert not Notification.objects.filter(subject=item.uuid).exists()


def test_a_worker_an_hour_behind_says_what_is_due(item, wrong):
    look(item, engines.now() - HOUR / 4)
    type(item).objects.filter(pk=item.pk).update(due_at=item.remind_at)
    wrong(hours=-1)
    actions.sweep()
    assert Notification.objects.filter(step="due").count() == 2


@pytest.mark.parametrize("hours", [1, -1])
def test_what_is_held_goes_out_at_its_minute(engaged, agencies, cast, hours, mailoutbox):
    item_for(engaged, agencies, cast)
    with clock.at(DAY):
        actions.sweep()
    for later, sent in ((HOUR / 2, 0), (-HOUR / 60, 1)):
        Delivery.objects.filter(state=DeliveryState.PENDING).update(next_try_at=engines.now() + later)
        with pytest.MonkeyPatch.context() as patch:
            true = timezone.now
            patch.setattr(timezone, "now", lambda true=true: true() + timedelta(hours=hours))
            actions.deliver()
        assert len(mailoutbox) == sent
