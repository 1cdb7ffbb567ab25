"""Every route has a policy; what its rows name is made here. `test_matrix` asks the routes."""

import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from PIL import Image

from checklists.models import ChecklistItem
from incidents.access import sight
from incidents.actions import add_note, reveal
from incidents.models import Engagement, StoredFile
from partners.models import Contact, Leave, Membership, OnCall, Role
from reminders.models import Notification
from reports.models import Pack
from response.actions import add_date, meetings
from response.models import ClockRule, ContactClock, Person, SafetyPause
from svit import clock
from tests.conftest import make_member
from tests.routes import PUBLIC, READ_ONLY, ROUTES


def routes(patterns=None, prefix=""):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name


def test_every_route_has_a_policy():
    assert sorted(set(routes()) - set(ROUTES) - set(PUBLIC)) == []


def test_no_policy_outlives_its_route():
    embedded_alone = set() if settings.EMBEDDED else {"components"}
    assert sorted((set(ROUTES) | PUBLIC | READ_ONLY) - set(routes()) - embedded_alone) == []


@pytest.fixture
def things(incident, actors):
    """What the routes name, of an incident that the partner is engaged in; see `make_things`."""
    youth = Engagement.objects.get(incident=incident, agency=actors["youth"].agency)
    return make_things(incident, by=actors["coordinator"], of=actors["partner"]) | {"engagement": youth.uuid}


def make_things(incident, *, by, of):
    """The things that addresses name, of one incident: `by` coordinates it, `of` is somebody of an engaged agency."""
    note = add_note(seen=sight(by, incident), text="A note", section="general")
    person = Person.objects.filter(entry__incident=incident).first()
    item = ChecklistItem.objects.filter(incident=incident, agency=of.agency).first()
    code = incident.partnership.code.lower()
    contact = Contact.objects.create(partnership=incident.partnership, name="A forum", kind="forum")
    now, hour = clock.now(), timedelta(hours=1)
    pause = SafetyPause.objects.create(
        person=person, reason="Not safe", until_at=now + hour, asked_by=of.user, agency=of.agency
    )
    rule = ClockRule.objects.create(partnership=incident.partnership, name="School", event="Return", hours=4)
    span = OnCall.objects.create(agency=of.agency, user=of.user, from_at=now - hour, until_at=now + hour)
    leave = Leave.objects.create(user=of.user, from_at=now + hour, until_at=now + 9 * hour)
    message = Notification.objects.create(
        kind="item_due", step="due", subject=item.uuid, recipient=of.user, due_at=now
    )
    offered = make_member(f"offered.{code}@example.org", by.agency, Role.COORDINATOR)
    Membership.objects.filter(pk=offered.pk).update(confirmed_at=None)
    opened = reveal(seen=sight(of, incident), entry=person.entry, reason="contact", text="To visit.")
    pack = Pack.objects.create(
        incident=incident, audience="gold", purpose="The meeting", recipients="Gold group", state="ready",
        asked_by=by.user, asked_for=by.agency, membership=by.membership, as_at=now,
    )  # fmt: skip
    pack.file = make_file(incident, "pack", pack.uuid, "pack.pdf", b"%PDF-1.7\n%%EOF\n")
    pack.save()
    date = add_date(seen=sight(by, incident), what="court", on=clock.today() + timedelta(days=30))
    return {
        "incident": incident.uuid,
        "date": date.uuid,
        "meeting": make_meeting(sight(by, incident)).uuid,
        "entry": note.uuid,
        "person": person.entry.uuid,
        "pause": pause.uuid,
        "clock_rule": rule.uuid,
        "clock": ContactClock.objects.filter(person=person).first().uuid,
        "item": item.uuid,
        "engagement": Engagement.objects.get(incident=incident, agency=of.agency).uuid,
        "agency": of.agency.uuid,
        "membership": Membership.objects.get(user=of.user).uuid,
        "file": make_file(incident, "checklistitem", item.uuid, "scene.jpg", picture()).uuid,
        "pack": pack.uuid,
        "contact": contact.uuid,
        "span": span.uuid,
        "leave": leave.uuid,
        "message": message.uuid,
        "role": offered.uuid,
        "reveal": opened.uuid,
        "absent": uuid.uuid4(),
        "number": 0,
        "phase": "response-plan",
        "kind": "key-message",
        "organisation": "samaritans",
        "resource": "nhs-pathways",
        "template": "support",
        "rule": "incident",
    }


def make_meeting(seen, **more):
    """A gold group that has started, with a decision and an action."""
    found = meetings.set_up(
        seen=seen, **{"what": "gold_group", "planned_at": clock.now(), "chaired_by": seen.actor.agency} | more
    )
    meetings.start(seen=seen, meeting=found)
    meetings.decide(seen=seen, meeting=found, text="Patrols stay", why="Tension is high",
                    by_agency=seen.actor.agency, submission=uuid.uuid4())  # fmt: skip
    agency = Engagement.objects.responding().filter(incident=seen.incident).exclude(agency=seen.actor.agency)
    meetings.raise_action(seen=seen, meeting=found, title="Brief the schools", agency=agency[0].agency,
                          due_at=clock.now() + timedelta(hours=4), submission=uuid.uuid4())  # fmt: skip
    return found


def some(names, size=12):
    """The names, sorted, some at a time: what stands around the routes is built once for those."""
    names = sorted(names)
    groups = [names[at : at + size] for at in range(0, len(names), size)]
    return pytest.mark.parametrize("names", groups, ids=[f"{group[0]}-to-{group[-1]}" for group in groups])


def of_each(names, check):
    """What is wrong with any of the routes; each finds the database as it was built, whatever the one before did."""
    wrong = []
    for name in names:
        with transaction.atomic():
            wrong += [f"{name}: {words}" for words in check(name)]
            transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)


def make_file(incident, kind, about, name, content, **more):
    """A stored file of an incident, kept with what `about` names."""
    kept = StoredFile(
        incident=incident, about_kind=kind, about_uuid=about, name=name, size=len(content), sha256="0" * 64,
        content_type="image/jpeg" if name.endswith(".jpg") else "application/pdf", **more,
    )  # fmt: skip
    kept.file.save("file", ContentFile(content), save=False)
    kept.save()
    return kept


def picture():
    out = BytesIO()
    Image.new("RGB", (8, 6), "navy").save(out, "JPEG")
    return out.getvalue()


def test_somebody_deactivated_is_signed_out(client, cast):
    client.force_login(cast["deactivated"])
    assert client.get(reverse("my-work")).status_code == 302


def test_no_view_reads_the_database_by_itself():
    """What a view shows comes through a door or a query of its room: rules that each view had to remember get lost."""
    for path in (*settings.BASE_DIR.glob("*/views/*.py"), *settings.BASE_DIR.glob("*/views.py")):
        text = path.read_text()
        for word in (".objects", "get_object_or_404", "get_list_or_404", ".raw("):
            assert word not in text, f"{path.relative_to(settings.BASE_DIR)} uses {word}"
