"""The demonstration can be made at any hour of any day: its stories count back, and weekends move what is due."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from checklists.models import ChecklistItem
from incidents.models import Incident, LogEntry
from svit import clock
from tests.reports.test_demo import run

pytestmark = [pytest.mark.long, pytest.mark.django_db]

MONDAY = datetime(2026, 11, 16, 0, 40, tzinfo=UTC)  # winter time
BEFORE_SUMMER = datetime(2027, 3, 25, 0, 40, tzinfo=UTC)  # the clock goes forward that Sunday


@pytest.mark.parametrize("began", [MONDAY, BEFORE_SUMMER], ids=["winter", "clock-change"])
@pytest.mark.parametrize("hours", range(0, 7 * 24, 11))
def test_the_stories_can_be_told(began, hours):
    now = began + timedelta(hours=hours)
    with transaction.atomic(), clock.at(now):
        run()
        assert Incident.objects.count() == 4
        assert not LogEntry.objects.filter(occurred_at__gt=now).exists()
        assert not ChecklistItem.objects.filter(done_at__gt=now).exists()
        transaction.set_rollback(True)
