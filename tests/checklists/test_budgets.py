"""How many queries a page may cost: the same for a small and a large incident."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from checklists.models import ChecklistItem
from incidents.models import AccessRecord
from svit import clock

pytestmark = pytest.mark.django_db


def grow(incident, agency, count):
    """`count` more items of an agency, and as many agencies' worth of noise in the phase."""
    now = clock.now()
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            incident=incident, phase="response_plan", section="general", title=f"Item {number}", agency=agency,
            due_at=now + timedelta(minutes=number - count // 2), assigned_at=now,
        )
        for number in range(count)
    )  # fmt: skip


def queries(client, method, url, data=None):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = getattr(client, method)(url, data or {})
    assert response.status_code in (200, 302), response.status_code
    return len(captured), [row["sql"] for row in captured]


@pytest.fixture
def pages(incident, action):
    return {
        "phase": reverse("phase", args=[incident.uuid, "response-plan"]),
        "checklist": reverse("checklist", args=[incident.uuid]),
        "my-work": reverse("my-work"),
        "team-work": reverse("team-work"),
        "item": reverse("item", args=[incident.uuid, action.uuid]),
    }


# A page's reading costs the same however much there is.
BUDGET = {"phase": 12, "checklist": 15, "my-work": 8, "team-work": 9, "item": 16}


@pytest.mark.parametrize("who", ["coordinator", "partner"])
@pytest.mark.parametrize("page", BUDGET)
def test_a_page_stays_within_its_budget_at_two_sizes(client, cast, actors, incident, pages, who, page):
    client.force_login(cast[who])
    client.get(pages[page])  # the first look is recorded, and marks what it marks
    small, _ = queries(client, "get", pages[page])
    for agency in (actors["partner"].agency, actors["coordinator"].agency):
        grow(incident, agency, 60)
    large, told = queries(client, "get", pages[page])
    assert small == large
    assert large <= BUDGET[page], "\n".join(told)


TICKS = {
    # session, user, membership, item with the engagement; savepoint, lock, update, history, log entry, log text, access
    # record, release
    "witness-appeals": ("item-done", {"note": "Done by phone."}),
    "scene-managed": ("item-confirm", {}),
    "tensions": ("item-check", {"note": "Calm"}),
}


@pytest.mark.parametrize("who", ["coordinator", "partner"])
@pytest.mark.parametrize("key", TICKS)
def test_a_tick_costs_twelve_queries_at_most_at_two_sizes(client, cast, actors, incident, item_of, who, key):
    client.force_login(cast[who])
    name, data = TICKS[key]
    item = item_of(key)
    url = reverse(name, args=[incident.uuid, item.uuid])
    small, told = queries(client, "post", url, data | {"version": item.version})
    again = ChecklistItem.objects.get(pk=item.pk)
    assert again.version == item.version + 1
    ChecklistItem.objects.filter(pk=item.pk).update(
        state="open", done_at=None, done_by=None, done_for=None, done_recorded_at=None, checked_at=None
    )
    grow(incident, actors["partner"].agency, 120)
    large, told = queries(client, "post", url, data | {"version": again.version})
    assert ChecklistItem.objects.get(pk=item.pk).version == again.version + 1
    assert small == large
    assert large <= 12, "\n".join(told)


def test_the_rail_counts_nine_phases_in_one_query(django_assert_num_queries, incident, actors):
    from checklists.queries import phase_progress
    from incidents.access import sight

    for who in ("coordinator", "partner"):
        seen = sight(actors[who], incident)
        with django_assert_num_queries(1):
            assert phase_progress(seen)


def test_the_counts_of_all_tabs_cost_two_queries(django_assert_num_queries, incident, actors):
    """One of what presses, which begins with the incidents that go on, and one of what was done lately."""
    from checklists.queries import overdue, work_counts

    for who in ("coordinator", "partner"):
        with django_assert_num_queries(2):
            work_counts(actors[who])
        with django_assert_num_queries(1):
            overdue(actors[who]).count()


def test_reading_an_item_is_recorded_once(client, cast, incident, pages):
    client.force_login(cast["partner"])
    before = AccessRecord.objects.count()
    client.get(pages["item"])
    client.get(pages["item"])
    assert AccessRecord.objects.count() == before + 1
