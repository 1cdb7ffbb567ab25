"""Every page of an incident, and every list, costs the same queries in a small response and in a large one.

Session, user and all that stands around a page are counted. What writes is measured in `tests/incidents`,
`tests/checklists` and `tests/reports`; the other pages of the set-up in `tests/partners`.
"""

import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from checklists import actions
from checklists.mobilising import TEMPLATES
from checklists.models import ChecklistItem, SupportOrganisation
from comms.models import KeyMessage
from incidents.access import sight
from incidents.actions import add_note, categorise, correct, create_record, engage, log, reveal, withhold
from incidents.models import Engagement, StoredFile
from partners import actions as partners
from partners.models import AgencyKind, Contact, OnCall, Role, SharingAgreement
from reminders.models import Notification
from reports.models import Audience, Pack, PackState
from response.actions import add_date, add_person, change_date, change_person, record_contact
from response.models import ContactClock, KeyDate, Person
from svit import clock
from svit.asked import sealed
from tests.conftest import log_one, make_agency, make_member
from tests.routes import ROUTES

INBOX = 8 + settings.EMBEDDED  # where it is embedded, it asks whether there is a demonstration
# What a page may cost a coordinator and an agency's manager; None where it is not theirs.
BUDGET = {
    "incidents": (5, 5), "home": (8, None), "inbox": (INBOX, INBOX), "my-work": (6, 6), "team-work": (7, 7),
    "search": (9, 9), "incident": (12, 12), "incident-log": (9, 9), "log-entry": (9, 9), "agencies": (11, None),
    "change-engagement": (10, None), "categorise": (11, None), "logged": (10, 10), "join": (12, None),
    "checklist": (11, 10), "phase": (9, 9), "item": (13, 13), "mobilised": (18, None), "records": (10, 10),
    "reveal": (8, 8), "correct-entry": (8, 8), "seal-person": (10, None), "packs": (8, 8), "pack": (9, 9),
    # The agencies with whom they reach: members, agreements; of who is on call spans, turns, memberships, leave
    # An item and a person, for a coordinator: who was told, and what they did with it
    "mobilise": (19, None),
    "reveals": (9, None), "hand-over": (9, None), "break-glass": (None, 6),
    # The entry, the person, the reveal, attempts, clocks, what was changed and by whom
    # The dates, what was opened with a reason, what was consulted; of one who is told, and what was changed by whom
    "dates": (10, 10), "key-date": (16, 17), "key-dates": (8, 8),
    # Who responded, who is there now, on call, away or not reached; who worked on what and left; the short list
    "remobilise": (26, None), "remobilise-anniversary": (25, None),
    "people": (12, 13), "person": (19, 21), "record-contact": (11, 13), "assign-clock": (13, 13),
}  # fmt: skip
# The history of the set-up: the page's keys, and two for each kind of row but agreements, which are never changed.
HISTORY = {"setup-history": 19, "setup-agency-history": 12, "setup-template-history": 7}


class Night:
    """An incident with one of everything that a page shows; `grow` gives it more of each."""

    def __init__(self, incident, world, actors):
        self.incident, self.world, self.actors = incident, world, actors
        self.by, self.partner, self.manager = (
            actors[who] for who in ("coordinator", "partner", "agency_manager")
        )
        self.seen, self.theirs = sight(self.by, incident), sight(self.partner, incident)
        self.item = ChecklistItem.objects.filter(
            incident=incident, agency=self.partner.agency, kind="action"
        )[0]
        self.person = Person.objects.select_related("entry__incident").filter(entry__incident=incident)[0]
        self.report = log_one(self.partner, partnership=world.north)
        self.note = add_note(seen=self.theirs, text="Social media is quiet.", section="general")
        self.packs = {who: self.make_pack(actors[who]) for who in ("coordinator", "agency_manager")}
        self.made, self.date = 0, None
        self.grow(1)

    def grow(self, number):
        self.add_items(number)
        for _ in range(number):
            self.made += 1
            self.add_agency()
            self.add_words()
            self.add_people()
            self.add_incidents()
            self.add_dates()
            for who in self.packs:
                self.make_pack(self.actors[who])

    def add_items(self, number):
        """Late and timely, in every phase: nobody's, the coordinator's, the partner's and those of others."""
        now, rows = clock.now(), []
        items = list(ChecklistItem.objects.filter(incident=self.incident).order_by("pk")[:: 12 // number])
        holders = (None, self.by.agency, self.partner.agency, self.actors["youth"].agency)
        for item in items:
            for agency in holders:
                values = {field.attname: getattr(item, field.attname) for field in item._meta.concrete_fields}
                values |= {
                    "id": None,
                    "uuid": uuid.uuid4(),
                    "template_item_id": None,
                    "title": "Social " + item.title,
                }
                values |= {"agency_id": agency and agency.pk, "assigned_at": now if agency else None}
                values |= {"due_at": now + timedelta(hours=len(rows) % 5 - 2)}
                rows.append(ChecklistItem(**values))
        ChecklistItem.objects.bulk_create(rows)
        told = [(actor, row) for row in rows[:12] for actor in (self.by, self.partner, self.manager)]
        Notification.objects.bulk_create(
            Notification(kind="item_due", step="due", subject=row.uuid, recipient=actor.user, due_at=now)
            for actor, row in told
        )

    def add_agency(self):
        """Of two kinds one that is engaged and one that is not, each with people, somebody on call and an agreement."""
        now = clock.now()
        for kind in (AgencyKind.HEALTH, AgencyKind.CCTV):
            for engaged in (True, False):
                agency = make_agency(f"{kind} {self.made} {engaged}", kind, self.world.north)
                for one in range(2):
                    member = make_member(
                        f"{kind}{self.made}{engaged}{one}@x.example", agency, Role.PRACTITIONER
                    )
                OnCall.objects.create(
                    agency=agency, user=member.user, from_at=now, until_at=now + timedelta(hours=9)
                )
                SharingAgreement.objects.create(
                    agency=agency,
                    partnership=self.world.north,
                    signed_on=clock.today(),
                    review_by=clock.today(),
                )
                Contact.objects.create(partnership=self.world.north, agency=agency, name=f"Desk of {agency}")
                if engaged:
                    engage(incident=self.incident, agency=agency, by=self.by, reason="Needed.")

    def add_words(self):
        note = add_note(seen=self.theirs, text=f"Social note {self.made}", section="general")
        correct(seen=self.theirs, entry=self.note, text=f"Put right {self.made}")
        withhold(seen=self.seen, entry=note, reason="It names somebody")
        log(self.incident, by=self.partner, kind="item", text="Tried.", about=self.item)
        categorise(
            incident=self.incident, by=self.by, police_called="yes", police_declared="no", category="serious",
            serious="yes", response="gold_group", of_note=[], lead_agency=self.by.agency, lead_person="",
            other_boroughs="", rationale="Two hurt.",
        )  # fmt: skip
        for level in ("standard", "restricted"):
            create_record(
                seen=self.seen, model=KeyMessage, sensitivity=level, audience="All", message="Social"
            )
        StoredFile.objects.create(
            incident=self.incident, about_kind="checklist_item", about_uuid=self.item.uuid, size=1, by=self.by.user,
            name="a.jpg", content_type="image/jpeg", sha256="0" * 64, file="x", agency=self.by.agency,
        )  # fmt: skip
        actions.add_note(seen=self.theirs, item=self.item, note="Rang them.")

    def add_people(self):
        now = clock.now()
        person = add_person(
            seen=self.seen, event="Logged", started_at=now, role="victim", age_band="child", setting="home",
            name="A name",
        )  # fmt: skip
        reveal(seen=self.theirs, entry=person.entry, reason="contact", text="To visit")
        for one in (person, self.person):
            record_contact(
                person=one, by=self.by, outcome="attempted", method="visit", what_happened="Nobody in"
            )
        ContactClock.objects.filter(person=person).update(
            agency=self.partner.agency, worker=self.partner.user
        )
        now = Person.objects.select_related("entry__incident").get(pk=self.person.pk)
        change_person(seen=self.seen, person=now, version=now.version, school=f"School {self.made}")

    def add_incidents(self):
        other = log_one(self.by)
        engage(incident=other, agency=self.partner.agency, by=self.by, reason="Needed.")
        self.last = other
        log_one(self.partner, partnership=self.world.north)

    def add_dates(self):
        """One about nobody, one about a person, one restricted, one of another incident; and one that was changed."""
        today = clock.today()
        for about in (None, self.person.entry):
            on = today + timedelta(days=20 + self.made)
            found = add_date(
                seen=self.seen, what="court", on=on, about=about, told=[str(self.manager.user.uuid)]
            )
        self.date = self.date or found
        add_date(seen=self.seen, what="release", on=today, sensitivity="restricted")
        add_date(seen=sight(self.by, self.last), what="funeral", on=today + timedelta(days=3))
        now = KeyDate.objects.select_related("entry__incident").get(pk=self.date.pk)
        change_date(seen=self.seen, record=now, version=now.version, plan=f"Plan {self.made}")

    def make_pack(self, actor):
        return Pack.objects.create(
            incident=self.incident, audience=Audience.PARTNERS, purpose="x", recipients="x", asked_by=actor.user,
            asked_for=actor.agency, membership=actor.membership, state=PackState.READY, as_at=clock.now(),
        )  # fmt: skip

    def addresses(self):
        """The address of every page that has a budget, but for a pack's: each has one's own."""
        person, first = self.person.uuid, self.person.clocks.order_by("pk")[0].uuid
        youth = Engagement.objects.get(incident=self.incident, agency=self.actors["youth"].agency)
        things = {
            "log-entry": [self.note.uuid], "correct-entry": [self.note.uuid], "change-engagement": [youth.uuid],
            "phase": ["response-plan"], "item": [self.item.uuid], "records": ["key-message"], "person": [person],
            "record-contact": [person], "seal-person": [person], "reveal": [person],
            "reveals": [person], "assign-clock": [person, first],
            **{key: [self.date.uuid] for key in ("key-date", "remobilise")},
        }  # fmt: skip
        found = {}
        for name in set(BUDGET) - {"pack"}:
            outside = "incident" not in ROUTES[name].args
            found[name] = reverse(name, args=[] if outside else [self.incident.uuid, *things.get(name, [])])
        found["join"] = reverse("join", args=[self.report.uuid])
        return found


def cost(client, url):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200, url
    return len(asked), "\n".join(query["sql"][:250] for query in asked)


@pytest.fixture
def night(incident, world, actors):
    return Night(incident, world, actors)


@pytest.mark.parametrize(("who", "place"), [("coordinator", 0), ("agency_manager", 1)])
def test_a_page_costs_the_same_at_two_sizes_and_stays_within_its_budget(client, cast, night, who, place):
    pages = {name: url for name, url in night.addresses().items() if BUDGET[name][place] is not None}
    pages["pack"] = reverse("pack", args=[night.incident.uuid, night.packs[who].uuid])
    pages["search"] += f"?{urlencode({'s': sealed(cast[who], q='social')})}"
    client.force_login(cast[who])
    small = {}
    for name, url in pages.items():
        client.get(url)  # the first look is recorded, and marks what it marks
        small[name], _ = cost(client, url)
    night.grow(3)
    for name, url in pages.items():
        large, told = cost(client, url)
        if large != small[name]:  # it shows something new, whose first look is recorded
            large, told = cost(client, url)
        assert large == small[name], f"{name} grows:\n{told}"
        assert large <= BUDGET[name][place], f"{name} takes {large}:\n{told}"


def change_set_up(by, world, number):
    """One of everything that the history of the set-up tells of, added and changed, `number` times."""
    north, police, today = world.north, world.agencies.police, clock.today()
    for one in range(number):
        name = f"{number}-{one}"
        agency = partners.create_agency(
            by=by, partnership=north, name=f"Agency {name}", kind="housing", regime="uk_gdpr"
        )
        for where in (agency, police):
            member = partners.add_member(
                agency=where,
                by=by,
                name="New",
                email=f"n{name}-{where.pk}@agency.example",
                role=Role.PRACTITIONER,
            )
            now = clock.now()
            span = partners.put_on_call(
                agency=where, by=by, user=member.user, from_at=now, until_at=now + timedelta(days=1)
            )
            partners.end_on_call(span=span, by=by)
            partners.end_membership(membership=member, by=by)
            partners.record_agreement(
                agency=where, partnership=north, by=by, purposes="x", gateway="", signed_on=today,
                review_by=today + timedelta(days=9),
            )  # fmt: skip
        partners.change_agency(
            agency=police, by=by, name=police.name, kind="police", telephone=f"020 7946 0{number}{one:02d}"
        )
        words = {"kind": "network", "represents": "", "telephone": "", "email": "", "agency": agency}
        entry = partners.add_contact(by=by, partnership=north, name=f"Contact {name}", **words)
        partners.confirm_contact(contact=entry, by=by)
        values = {"name": north.name, "police_command": "", "marking": "OFFICIAL", "handling": ""}
        partners.change_partnership(partnership=north, by=by, area=f"Area {name}", **values)
        for telephone in (f"116 {number}{one:02d}", f"117 {number}{one:02d}"):
            samaritans = SupportOrganisation.objects.get(key="samaritans")
            actions.confirm_organisation(
                organisation=samaritans, partnership=north, by=by, telephone=telephone, address=""
            )
        actions.change_template(
            template=TEMPLATES["support"], partnership=north, by=by, name=f"Support {name}", categories=[], kinds=[],
            items=["all"],
        )  # fmt: skip


def test_the_history_of_the_set_up_costs_the_same_at_two_sizes(client, cast, actors, world, toolkit):
    client.force_login(cast["administrator"])
    pages = {
        "setup-history": reverse("setup-history"),
        "setup-agency-history": reverse("setup-agency-history", args=[world.agencies.police.uuid]),
        "setup-template-history": reverse("setup-template-history", args=["support"]),
    }

    def costs():
        for url in pages.values():
            client.get(url)
        return {name: cost(client, url) for name, url in pages.items()}

    change_set_up(actors["administrator"], world, 1)
    few = costs()
    change_set_up(actors["administrator"], world, 7)
    for name, (many, told) in costs().items():
        assert many == few[name][0], f"{name} grows:\n{told}"
        assert many == HISTORY[name], f"{name} takes {many}:\n{told}"
