"""The seed's own load: 113 urgent responses from April to December 2020, by day and night, replayed with moved clocks.

What is to be said is worked out here from the protocol alone, in plain sums, and compared with all that was said.
"""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Min

from checklists.models import ClockKind
from incidents.models import Engagement
from partners.models import Membership, SharingAgreement
from reminders import actions, registry
from reminders.models import Notification
from response.models import ContactClock
from response.reminders import next_remind_at
from tests.reminders.conftest import H24, HOUR, MINUTE, look, make_clock, make_incident, make_person, mobilise

BEGIN = datetime(2020, 4, 1, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
SEES_PEOPLE = {"general": "contribute", "people": "contribute"}
COORDINATORS, POLICE = {"coordinator", "second"}, {"police", "police.two", "police.manager"}
# The night in which London's clocks went back at 01:00 UTC, and others that go wrong easily
NIGHTS = [
    datetime(2020, 10, 24, 12, 30, tzinfo=UTC), datetime(2020, 10, 24, 13, 10, tzinfo=UTC),
    datetime(2020, 10, 25, 0, 30, tzinfo=UTC), datetime(2020, 10, 25, 1, 30, tzinfo=UTC),
    datetime(2020, 4, 12, 2, 10, tzinfo=UTC), datetime(2020, 12, 25, 23, 50, tzinfo=UTC),
]  # fmt: skip
STEPS = {
    ClockKind.GOLDEN_HOUR: [("booked", 0 * HOUR), ("30min", HOUR / 2), ("50min", 50 * MINUTE), ("due", HOUR)],
    ClockKind.FIRST_ATTEMPT: [("12h", 12 * HOUR), ("20h", 20 * HOUR), ("due", 24 * HOUR)],
    ClockKind.CONTACT_MADE: [
        ("24h", 24 * HOUR), ("40h", 40 * HOUR), ("46h", 46 * HOUR), ("due", 48 * HOUR), ("late1", 72 * HOUR),
        ("late2", 96 * HOUR), ("late3", 120 * HOUR),
    ],
}  # fmt: skip


def who(kind, step, at, agency):
    """Those whom the protocol tells: see docs/reminders.md. `agency` has nobody on call."""
    wall = at.astimezone(LONDON).hour
    people = {"youth"} if agency == "youth" else {*POLICE}
    managers = {"police.manager"} if agency == "police" else COORDINATORS
    if wall >= 22 or wall < 7:
        people |= COORDINATORS
    if kind == ClockKind.GOLDEN_HOUR:
        people |= POLICE | COORDINATORS | ({"manager"} if step == "due" else set())
    elif kind == ClockKind.FIRST_ATTEMPT:
        people |= {"12h": set(), "20h": COORDINATORS, "due": COORDINATORS | managers}[step]
    elif step == "46h":
        people |= COORDINATORS
    elif step not in ("24h", "40h"):
        people |= COORDINATORS | managers | {"manager"}
    return people


def responses():
    """(start, written down, agency, {kind: when it was met or explained}) of each of the 113, always the same."""
    chance = random.Random(113)
    starts = NIGHTS + [
        BEGIN + timedelta(seconds=chance.randrange(269 * 86400)) for _ in range(113 - len(NIGHTS))
    ]
    for number, start in enumerate(starts):
        written = start + chance.choice([0, 0, 0, 39, 425]) * MINUTE
        attempt = start + timedelta(
            minutes=chance.choice([400, 900, 1300, 1300, 2000]) + chance.randrange(300)
        )
        contact = attempt + timedelta(minutes=chance.choice([5, 700, 1400, 2500]) + chance.randrange(200))
        ends = {ClockKind.FIRST_ATTEMPT: attempt, ClockKind.CONTACT_MADE: contact}
        if chance.random() < 0.4:  # a child in custody
            ends[ClockKind.GOLDEN_HOUR] = written + timedelta(minutes=chance.randrange(1, 80))
        yield start, written, ("youth", "police")[number % 2], ends


@pytest.fixture
def kinds(monkeypatch):
    """The contact clocks alone: a third of the queries, and nothing else here has anything to say."""
    contact = [kind for kind in registry.kinds() if kind.model is ContactClock]
    assert {kind.key for kind in contact} >= {*STEPS}
    monkeypatch.setattr(registry, "kinds", lambda: contact)


@pytest.fixture
def events(kinds, actors, agencies):
    """Everything that people do, in its order: (when, what to call)."""
    Membership.objects.update(from_at=BEGIN - 365 * H24)
    SharingAgreement.objects.update(signed_on=(BEGIN - 365 * H24).date())
    incident = make_incident(actors["coordinator"], BEGIN)
    for agency in (agencies.police, agencies.youth):
        mobilise(incident, agency, actors["coordinator"], BEGIN, sections=SEES_PEOPLE)
    Engagement.objects.update(seen_at=BEGIN, remind_at=None)
    expected, found = {}, []
    for start, written, agency, ends in responses():
        person = make_person(incident)
        for kind, end in ends.items():
            row = make_clock(person, kind, start, created_at=written, agency=getattr(agencies, agency))
            due_at = row.due_at
            look(row, None)
            found.append((written, lambda row=row, at=written: look(row, next_remind_at(row, at))))
            found.append((end, lambda row=row, at=end: met(row, at)))
            for step, after in STEPS[kind]:
                at = max(start, written) if step == "booked" else start + after
                over = step == "booked" and at >= due_at  # what was over when it was written down is not said
                if written <= at < end and not over:
                    names = who(kind, step, at, agency)
                    expected |= {(row.uuid, step, name): (at, due_at) for name in names}
    return sorted(found, key=lambda event: event[0]), expected


def met(row, at):
    """Contact was made, in time or not."""
    ContactClock.objects.filter(pk=row.pk).update(met_at=at, met_recorded_at=at, remind_at=None)


def test_113_urgent_responses_are_notified_at_each_step_exactly_once(events):
    events, expected = events
    moments = {at for at, _ in expected.values()}
    assert sum(at.astimezone(LONDON).hour < 7 for at in moments) > 50, "the nights are among them"
    assert any(step == "late1" for _, step, _ in expected), "and some that were missed"
    for moment, act in [*events, (BEGIN + 300 * H24, lambda: None)]:
        sweep_before(moment)
        act()
    rows = Notification.objects.values_list("subject", "step", "recipient__email", "said_at", "due_at")
    said = [((uuid, step, mail.split("@")[0]), at, due) for uuid, step, mail, at, due in rows]
    assert Counter(key for key, *_ in said) == dict.fromkeys(expected, 1), (
        "each of them, once, and nobody else"
    )
    assert [key for key, at, _ in said if at < expected[key][0]] == [], "none early"
    assert {key: (at, due) for key, at, due in said} == expected, "each at its minute"


def sweep_before(moment):
    """Sweeps at each moment before this one at which there is anything to look at."""
    while True:
        at = ContactClock.objects.aggregate(at=Min("remind_at"))["at"]
        if at is None or at >= moment:
            return
        actions.sweep(at)
