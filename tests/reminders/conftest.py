"""What the reminder tests build on: an incident with as little in it as possible, and who was told what."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Min

from checklists import reminders as of_items
from checklists.models import ChecklistItem
from incidents import reminders as of_incidents
from incidents.actions import engage, open_incident
from incidents.models import Engagement, Entry, Incident, ReportState, Section
from partners.models import OnCall
from reminders import actions
from reminders.models import Delivery, Notification
from response import reminders as of_clocks
from response.models import ContactClock, Person
from svit import clock

# A Saturday, 10:00 in London (BST), and that night.
DAY = datetime(2026, 6, 6, 9, 0, tzinfo=UTC)
NIGHT = datetime(2026, 6, 6, 0, 56, tzinfo=UTC)
MINUTE, HOUR, H24 = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=24)

# Typed words that no message may carry.
SECRETS = ("Kamal Adeyemi", "Station Parade", "Visit the mother at flat 12", "Ward Nightingale")


def make_incident(by, at, *, report_state=ReportState.ACCEPTED, exercise=False, partnership=None, **more):
    answers = {
        "happened": "stabbing", "place": "Station Parade", "source": "police", "injury": "serious",
        "summary": "Kamal Adeyemi was hurt", "known_at": at, "occurred_at": at,
    } | more  # fmt: skip
    with clock.at(at):
        incident = open_incident(
            by=by,
            partnership=partnership or by.partnership,
            exercise=exercise,
            report_state=report_state,
            **answers,
        )
        look(incident, of_incidents.next_remind_at(incident, at))
    return incident


def look(row, at, column="remind_at"):
    """Write the derived column as an action would."""
    setattr(row, column, at)
    type(row).objects.filter(pk=row.pk).update(**{column: at})


def mobilise(incident, agency, by, at, **more):
    with clock.at(at):
        engagement = engage(
            incident=incident, agency=agency, by=by, reason="Needed for the response.", **more
        )
        look(engagement, of_incidents.next_engagement_remind_at(engagement, at))
    return engagement


def make_item(incident, at, *, by=None, **more):
    """An item opened at `at`; with an agency, assigned at that moment."""
    given = {"assigned_at": at, "assigned_by": by.user if by else None} if more.get("agency") else {}
    item = ChecklistItem.objects.create(
        incident=incident, phase="response_plan", title="Visit the mother at flat 12", opened_at=at,
        **{"section": Section.GENERAL} | given | more,
    )  # fmt: skip
    look(item, of_items.next_remind_at(item, at))
    if item.agency:
        look(item, at, "tell_at")
    return item


def item_for(incident, agencies, cast, at=DAY, **more):
    """One item that one person alone is told about."""
    return make_item(incident, at, agency=agencies.police, assignee=cast["partner"], **more)


def states():
    """How far the e-mails are."""
    return sorted(Delivery.objects.values_list("state", flat=True))


def make_person(incident, **more):
    entry = Entry.objects.create(
        incident=incident, kind="person", phase="relationships", section=Section.PEOPLE, title="Person 1",
        **more,
    )  # fmt: skip
    return Person.objects.create(entry=entry, number=1, name="Kamal Adeyemi", ward="Ward Nightingale")


def make_clock(person, kind, started_at, *, created_at=None, **more):
    row = ContactClock.objects.create(
        uuid=uuid.uuid4(), person=person, kind=kind, event="When it happened", started_at=started_at,
        created_at=created_at or started_at, hours=ContactClock.HOURS[kind],
        due_at=started_at + timedelta(hours=ContactClock.HOURS[kind]), **more,
    )  # fmt: skip
    look(row, of_clocks.next_remind_at(row, row.created_at))
    return row


def put_on_call(agency, membership, at, hours=12):
    return OnCall.objects.create(
        agency=agency, user=membership.user, from_at=at - HOUR, until_at=at + timedelta(hours=hours)
    )


def sweep(at):
    """One sweep at that moment: what it said, as {(kind, step, name of the recipient's address)}."""
    before = set(Notification.objects.values_list("pk", flat=True))
    actions.sweep(at)
    return told(Notification.objects.exclude(pk__in=before))


def told(rows=None):
    rows = Notification.objects.all() if rows is None else rows
    return {
        (one.kind, one.step, one.recipient.email.removesuffix("@northmere.example"))
        for one in rows.select_related("recipient")
    }


def sweep_until(at, *, start, of=()):
    """Sweeps from `start` to `at`, at each moment at which there is anything to look at; what each said.

    `of` are the models and columns to look at besides those of every test.
    """
    found, moment = {}, start
    while moment is not None and moment <= at:
        if said := sweep(moment):
            found[moment] = said
        moment = next_look(of)
        assert moment is None or moment > start
    return found


def next_look(of=()):
    looks = [
        model.objects.aggregate(at=Min(column))["at"]
        for model, column in (
            (Incident, "remind_at"), (Engagement, "remind_at"), (ChecklistItem, "remind_at"),
            (ChecklistItem, "tell_at"), (ContactClock, "remind_at"), *of,
        )
    ]  # fmt: skip
    return min((look for look in looks if look is not None), default=None)


@pytest.fixture
def north(world):
    return world.north


@pytest.fixture
def agencies(world):
    return world.agencies


@pytest.fixture
def matter(actors):
    """An incident of Northmere, logged at 10 in the morning by a coordinator."""
    return make_incident(actors["coordinator"], DAY)


@pytest.fixture
def engaged(matter, agencies, actors):
    """The matter with the police engaged, who have seen it."""
    engagement = mobilise(matter, agencies.police, actors["coordinator"], DAY)
    type(engagement).objects.filter(pk=engagement.pk).update(seen_at=DAY, remind_at=None)
    return matter


def close(incident):
    Incident.objects.filter(pk=incident.pk).update(stage="closed")
