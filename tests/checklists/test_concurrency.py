"""Two people at once, with real transactions and real threads."""

import threading
from collections import Counter

import pytest
from django.db import connection, transaction
from django.urls import reverse

from checklists.actions import add_note, open_for_traits, settle_contact_item
from checklists.actions.mobilising import Call
from checklists.actions.mobilising import mobilise as mobilise_action
from checklists.models import ChecklistItem, OfferedItem
from incidents.access import sight
from incidents.actions import engage, log
from incidents.actions.saving import lock
from incidents.models import LogEntry
from partners.models import AgencyKind, Role
from svit import clock
from svit.refused import Refused
from tests.clients import SignedIn
from tests.conftest import log_one, make_agency, make_member

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Run the calls in threads that start together; what each gave, or raised."""
    barrier, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number, call):
        try:
            barrier.wait(timeout=30)
            results[number] = call()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return results


def signed_in(user):
    client = SignedIn(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.fixture
def crowd(toolkit, world, actors):
    """An incident with eight agencies engaged, each with two people."""
    incident = log_one(actors["coordinator"], young_people=2, custody=True, hospital=True)
    agencies = []
    for number in range(8):
        agency = make_agency(f"Agency {number}", AgencyKind.VOLUNTARY, world.north)
        people = [
            make_member(f"{name}{number}@example.org", agency, Role.PRACTITIONER).user
            for name in ("one", "two")
        ]
        engage(incident=incident, agency=agency, by=actors["coordinator"], reason="Needed")
        agencies.append((agency, people))
    return incident, agencies


def prepare(incident, agencies):
    """Sixty open actions, shared out among the eight agencies."""
    ChecklistItem.objects.filter(incident=incident).update(
        state="not_needed", not_needed_reason="Not in this test"
    )
    return ChecklistItem.objects.bulk_create(
        ChecklistItem(
            incident=incident, phase="community", section="community", title=f"Item {number}",
            agency=agencies[number % 8][0],
        )
        for number in range(60)
    )  # fmt: skip


def everybody_ticks(incident, agencies, coordinator):
    """Two people of each of the eight agencies, and a coordinator, tick the same sixty items; one wins each.

    Each person ticks all of their agency's, and tries six that are another's.
    """
    items = prepare(incident, agencies)
    url_of = {item: reverse("item-done", args=[incident.uuid, item.uuid]) for item in items}

    def tick(user, chosen):
        client = signed_in(user)
        return Counter(client.post(url_of[item], {"note": "", "version": 1}).status_code for item in chosen)

    calls, own = [], []
    for number, (agency, people) in enumerate(agencies):
        mine = [item for item in items if item.agency_id == agency.pk]
        others = [item for item in items if item.agency_id != agency.pk][number * 6 : number * 6 + 6]
        for user, order in zip(people, (mine + others, others + mine[::-1]), strict=True):
            calls.append(lambda user=user, order=order: tick(user, order))
            own.append(len(mine))
    results = at_once(*calls, lambda: tick(coordinator, items))
    assert not [result for result in results if not isinstance(result, Counter)], results
    assert [result[302] for result in results] == [*own, 60]
    assert [result[403] for result in results] == [6] * 16 + [0]
    assert set(sum(results, Counter())) == {302, 403}
    for item in ChecklistItem.objects.filter(pk__in=[item.pk for item in items]):
        assert item.state == "done"
        assert item.version == 2
        assert LogEntry.objects.filter(about_uuid=item.uuid, kind="item").count() == 1
        assert item.history.count() == 1


def test_eight_agencies_tick_the_same_items_and_one_wins_each(crowd, actors):
    everybody_ticks(*crowd, actors["coordinator"].user)


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.postgres
def test_twenty_rounds_without_an_error_or_a_deadlock(crowd, actors):
    for _ in range(20):
        everybody_ticks(*crowd, actors["coordinator"].user)


def test_the_second_of_two_is_told_and_keeps_the_note(crowd, actors):
    incident, agencies = crowd
    _, (one, two) = agencies[0]
    item = prepare(incident, agencies)[0]
    url = reverse("item-done", args=[incident.uuid, item.uuid])
    clients = [signed_in(one), signed_in(two)]
    at_once(
        *(lambda c=c, n=n: c.post(url, {"note": f"Note {n}", "version": 1}) for n, c in enumerate(clients))
    )
    pages = [client.get(item.get_absolute_url()).content.decode() for client in clients]
    assert sorted("Already marked done by" in page for page in pages) == [False, True]
    assert sorted("Your note was added." in page for page in pages) == [False, True]
    texts = [entry.words.text for entry in LogEntry.objects.filter(about_uuid=item.uuid)]
    assert len(texts) == 2
    assert all(any(f"Note {number}" in text for text in texts) for number in (0, 1))


def test_two_coordinators_mobilise_at_once_and_neither_waits_for_ever(toolkit, world, actors):
    incident = log_one(actors["coordinator"])
    agencies = [make_agency(f"Team {number}", AgencyKind.VOLUNTARY, world.north) for number in range(2)]
    items = list(ChecklistItem.objects.filter(incident=incident, agency__isnull=True)[:20])

    def send(who, agency, chosen):
        return mobilise_action(
            incident=incident, by=actors[who], calls=[Call(agency, items=chosen)], reason="Needed now"
        )

    results = at_once(
        lambda: send("coordinator", agencies[0], items),
        lambda: send("second_coordinator", agencies[1], items[::-1]),
    )
    assert not [
        result for result in results if isinstance(result, Exception) and not isinstance(result, Refused)
    ]
    holders = set(
        ChecklistItem.objects.filter(pk__in=[item.pk for item in items]).values_list("agency", flat=True)
    )
    assert len(holders) == 1


def test_two_coordinators_mobilise_different_agencies_at_once(toolkit, world, actors):
    incident = log_one(actors["coordinator"])
    agencies = [make_agency(f"Team {number}", AgencyKind.VOLUNTARY, world.north) for number in range(6)]
    items = list(ChecklistItem.objects.filter(incident=incident, agency__isnull=True)[:24])
    whos = ("coordinator", "second_coordinator", "csp_manager") * 2
    results = at_once(
        *(
            lambda who=who, agency=agency, chosen=items[number * 4 : number * 4 + 4]: mobilise_action(
                incident=incident, by=actors[who], calls=[Call(agency, items=chosen)], reason="Needed now"
            )
            for number, (who, agency) in enumerate(zip(whos, agencies, strict=True))
        )
    )
    assert not [result for result in results if isinstance(result, Exception)], results
    assert ChecklistItem.objects.filter(incident=incident, agency__in=agencies).count() == 24


def test_clocks_that_settle_while_mobilising_do_not_deadlock(toolkit, world, actors):
    """The room above writes to the log before it settles the item: it holds the incident's key and waits."""
    incident = log_one(actors["coordinator"])
    agency = make_agency("Team", AgencyKind.VOLUNTARY, world.north)
    items = list(ChecklistItem.objects.filter(incident=incident, agency__isnull=True))

    def settle():
        for running in ([], [clock.now()]) * 8:
            with transaction.atomic():
                log(incident, by=actors["coordinator"], kind="clock", text="A clock")
                settle_contact_item(
                    incident=incident,
                    kind="contact_made",
                    clocks=1,
                    running=running,
                    by=actors["coordinator"],
                )

    def send():
        for start in range(0, len(items), 3):
            mobilise_action(
                incident=incident, by=actors["second_coordinator"], reason="Needed now",
                calls=[Call(agency, items=items[start : start + 3])],
            )  # fmt: skip

    results = at_once(settle, send)
    assert not [result for result in results if isinstance(result, Exception)], results


@pytest.mark.postgres
def test_a_note_and_a_clock_that_settles_do_not_wait_for_each_other(toolkit, actors):
    """One holds the item and at commit points at the incident; the other holds the incident and wants the item."""
    incident = log_one(actors["coordinator"])
    item = ChecklistItem.objects.get(incident=incident, template_item__key="contact-made-48h")
    locked, noted = threading.Event(), threading.Event()

    @transaction.atomic
    def settle():
        lock(incident)
        locked.set()
        noted.wait(5)
        settle_contact_item(
            incident=incident, kind="contact_made", clocks=1, running=[], by=actors["coordinator"]
        )

    @transaction.atomic
    def note():
        locked.wait(5)
        add_note(seen=sight(actors["second_coordinator"], incident), item=item, note="Rang twice.")
        noted.set()
        noted.clear()
        noted.wait(0.5)

    results = at_once(settle, note)
    assert not [result for result in results if isinstance(result, Exception)], results


def test_ticking_while_mobilising_does_not_deadlock(crowd, actors, world):
    incident, agencies = crowd
    items = prepare(incident, agencies)
    free = list(ChecklistItem.objects.filter(pk__in=[item.pk for item in items[::3]]))
    ChecklistItem.objects.filter(pk__in=[item.pk for item in free]).update(agency=None)
    extra = make_agency("Extra", AgencyKind.VOLUNTARY, world.north)

    def ticks(user):
        client = signed_in(user)
        return {
            client.post(reverse("item-done", args=[incident.uuid, item.uuid]), {"version": 1}).status_code
            for item in items
        }

    results = at_once(
        lambda: ticks(actors["coordinator"].user),
        lambda: ticks(agencies[0][1][0]),
        lambda: mobilise_action(
            incident=incident,
            by=actors["second_coordinator"],
            calls=[Call(extra, items=free)],
            reason="More hands",
        ),
    )
    assert results[0] == {302}
    assert results[1] <= {302, 403, 404}
    assert not isinstance(results[2], Exception), results[2]


def test_a_trait_learned_twice_at_once_opens_its_items_once(toolkit, actors):
    incident = log_one(actors["coordinator"], young_people=0)
    offered = OfferedItem.objects.filter(incident=incident, template_item__when="young_person").count()
    assert offered
    results = at_once(
        *(
            lambda who=who: len(open_for_traits(incident=incident, by=actors[who], traits=["young_person"]))
            for who in ("coordinator", "second_coordinator")
        )
    )
    assert sorted(results) == [0, offered]
