"""Who and what the faults meet: eight agencies that tick, and what falls due. And the count of what came of it."""

import random
import uuid
from collections import Counter
from datetime import timedelta

from django.db import connection
from django.db.models import F
from simple_history.utils import bulk_create_with_history

from checklists.models import ChecklistItem, ClockKind, ItemKind
from incidents.actions import engage, respond
from incidents.models import Entry, Section
from partners.models import Membership, OnCall, Role, User
from reminders import registry
from reminders.models import BadAddress, Delivery, Notification, Skipped
from reports.demo.boroughs import build
from response.models import ContactClock, Person
from svit import engines
from tests.conftest import log_one, make_members
from tests.faults.families.common import AGENCIES, PASSWORD

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SEES_PEOPLE = {"general": "contribute", "people": "contribute"}


class World:
    """Northmere with one incident, eight agencies in it, each with `hands` members who are given items."""

    def __init__(self, hands=40):
        borough = build(PASSWORD)["Northmere"]
        self.coordinator = borough.actor("coordinator")
        self.agencies = {name: borough.actor(name).agency for name in AGENCIES}
        self.workers = {name: borough.actor(name).user for name in AGENCIES}
        self.hands = [
            (member.agency, member.user)
            for member in make_members(
                {
                    (name, number): (f"{name}.{number}@northmere.example", agency, Role.PRACTITIONER)
                    for name, agency in self.agencies.items()
                    for number in range(hands)
                }
            ).values()
        ]
        self.incident = log_one(self.coordinator)
        for agency in self.agencies.values():
            engage(
                incident=self.incident, agency=agency, by=self.coordinator, reason="Needed.",
                sections=SEES_PEOPLE,
            )  # fmt: skip
        respond(incident=self.incident, by=self.coordinator, reason="Mobilised.")
        now = engines.now()
        OnCall.objects.all().delete()  # the police of both boroughs, for one
        OnCall.objects.bulk_create(
            OnCall(agency=agency, user=self.workers[name], from_at=now - HOUR, until_at=now + 10 * DAY)
            for name, agency in self.agencies.items()
        )
        self.silence()

    def silence(self):
        """What the incident itself would say is not what is counted here; and what was said is forgotten."""
        self.silence_said()
        for kind in registry.kinds():
            rows = kind.model._base_manager.filter(**{f"{kind.column}__isnull": False})
            rows.update(**{kind.column: None})
        self.incident.engagements.update(seen_at=F("from_at"))

    @staticmethod
    def silence_said():
        BadAddress.objects.all().delete()
        Skipped.objects.all().delete()
        if not engines.is_postgres():
            Notification.objects.all().delete()
            return
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE reminders_notification CASCADE")

    def item(self, agency, **more):
        now = engines.now()
        given = {"assigned_at": now - 3 * DAY, "seen_at": now - 3 * DAY} | more
        return ChecklistItem(
            incident=self.incident, phase="response_plan", title="Visit the parade", agency=agency,
            section=Section.GENERAL, opened_at=now - 6 * DAY, **given,
        )  # fmt: skip

    def to_tick(self, each):
        """`each` open items for each agency, half of them checks that come round: {agency: [uuids]}."""
        kinds = ({"kind": ItemKind.ACTION}, {"kind": ItemKind.RECURRING, "every": "P1D"})
        items = {
            name: [self.item(agency, **kinds[n % 2]) for n in range(each)]
            for name, agency in self.agencies.items()
        }
        bulk_create_with_history(
            [one for own in items.values() for one in own], ChecklistItem, batch_size=500
        )
        return {name: [(one.uuid, one.kind) for one in own] for name, own in items.items()}

    # --- What falls due, and who is to be told of it: {(subject, step, recipient)}

    def fall_due(self, moments):
        """An item of one person at each moment; each fourth is a contact clock of an agency's duty worker instead."""
        moments = list(moments)
        clocks = moments[::4]
        items = [at for n, at in enumerate(moments) if n % 4]
        return self.items_due(items) | self.clocks_due(clocks)

    def items_due(self, moments, **more):
        rows, expected = [], set()
        for number, at in enumerate(moments):
            agency, user = self.hands[number % len(self.hands)]
            rows.append(self.item(agency, assignee=user, due_at=at, remind_at=at, **more))
            expected.add((rows[-1].uuid, "due", user.pk))
        ChecklistItem.objects.bulk_create(rows, batch_size=1000)
        return expected

    def clocks_due(self, moments):
        """First attempts that reach their twelfth hour: to the worker, who is on call, by day and by night."""
        made, expected = [], set()
        entries = Entry.objects.bulk_create(
            Entry(
                incident=self.incident, kind="person", phase="relationships", section=Section.PEOPLE,
                title=f"Person {n}",
            )
            for n in range(len(moments))
        )  # fmt: skip
        people = Person.objects.bulk_create(Person(entry=entry) for entry in entries)
        for number, (person, at) in enumerate(zip(people, moments, strict=True)):
            name = AGENCIES[number % len(AGENCIES)]
            made.append(
                ContactClock(
                    uuid=uuid.uuid4(), person=person, kind=ClockKind.FIRST_ATTEMPT, event="Booked in",
                    started_at=at - 12 * HOUR, created_at=at - 12 * HOUR, due_at=at + 12 * HOUR, remind_at=at,
                    agency=self.agencies[name], worker=self.workers[name],
                )
            )  # fmt: skip
            expected.add((made[-1].uuid, "12h", self.workers[name].pk))
        ContactClock.objects.bulk_create(made)
        return expected


def spread(number, seconds, begin=2):
    """So many moments, at random within the seconds that come; by the database's clock."""
    now = engines.now()
    return [now + timedelta(seconds=begin + random.random() * seconds) for _ in range(number)]


def said():
    """How often each was told of each step of each thing in the application."""
    connection.close_if_unusable_or_obsolete()
    rows = Notification.objects.exclude(subject__isnull=True).values_list("subject", "step", "recipient")
    return Counter(rows)


def all_said(expected):
    return expected <= set(said())


def addresses():
    return dict(User.objects.values_list("pk", "email"))


def members(agency):
    return Membership.objects.current().filter(agency=agency).count()


def states():
    return Counter(Delivery.objects.values_list("state", flat=True))
