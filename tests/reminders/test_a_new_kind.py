"""The example of docs/reminders.md, as it stands there, registered and swept."""

import re
from pathlib import Path

import pytest

from checklists.models import ChecklistItem
from incidents.models import LogEntry
from reminders import actions, registry
from reminders.models import Notification
from svit import clock
from tests.reminders.conftest import DAY, H24, HOUR, MINUTE, close, look, make_item, sweep
from tests.reminders.test_explain import explain

DOCUMENT = Path(__file__).parents[2] / "docs" / "reminders.md"


@pytest.fixture
def example(monkeypatch):
    """The class that the document shows; forgotten again after the test."""
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    [code] = re.findall(r"## A new kind.*?```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    exec(compile(code, str(DOCUMENT), "exec"), {})
    return registry._kinds["unheld"]


@pytest.fixture
def item(example, matter):
    row = make_item(matter, DAY)
    look(row, DAY + H24, "tell_at")
    return row


def test_it_speaks_at_its_steps_to_the_coordinators_and_falls_silent_with_its_matter(item, matter):
    assert sweep(DAY + H24 - MINUTE) == set()
    assert sweep(DAY + H24) == {("unheld", "day", "coordinator"), ("unheld", "day", "second")}
    assert sweep(DAY + 6 * H24) == set()
    close(matter)
    assert sweep(DAY + 7 * H24) == set()


def test_its_mail_holds_its_words_and_is_asked_again(item, agencies, mailoutbox):
    sweep(DAY + H24)
    actions.deliver(DAY + H24 + 2 * MINUTE)
    assert [mail.subject for mail in mailoutbox] == ["SVIT: 1 item that nobody holds, NM-26-0001"] * 2
    assert mailoutbox[0].body.startswith(
        "An item has been nobody's for a while. Give it to an agency. NM-26-0001."
    )
    sweep(DAY + 7 * H24)
    ChecklistItem.objects.filter(pk=item.pk).update(agency=agencies.police)
    actions.deliver(DAY + 7 * H24 + 2 * MINUTE)
    assert len(mailoutbox) == 2


def test_it_may_be_snoozed_and_explained(item, actors, cast):
    sweep(DAY + H24)
    one = Notification.objects.get(recipient=cast["coordinator"])
    with clock.at(DAY + H24 + HOUR):
        actions.snooze(
            notification=one, by=actors["coordinator"], until=DAY + 2 * H24, reason="Asked housing."
        )
    assert LogEntry.objects.latest("pk").about_uuid == item.uuid
    assert sweep(DAY + 2 * H24) == {("unheld", "day", "coordinator")}
    assert "unheld, NM-26-0001" in explain("NM-26-0001", DAY + 2 * H24)
