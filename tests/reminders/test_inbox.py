"""The inbox and the badge."""

import uuid

import pytest
from django.urls import reverse

from incidents.actions import stand_down
from incidents.models import Engagement, RecordGrant, Sensitivity
from reminders.models import Notification
from reminders.queries import PAGE, unseen
from response.models import ContactClock
from svit import clock
from tests.reminders.conftest import (
    DAY,
    HOUR,
    MINUTE,
    SECRETS,
    look,
    make_incident,
    make_item,
    make_person,
    mobilise,
    sweep,
)


@pytest.fixture
def one(engaged, agencies, cast):
    """One message to the partner."""
    make_item(engaged, DAY, agency=agencies.police, assignee=cast["partner"], due_at=DAY + 4 * HOUR)
    sweep(DAY)
    return Notification.objects.get(kind="assigned")


def test_the_inbox_says_what_the_messages_say_and_not_a_word_that_was_typed(client, cast, one):
    client.force_login(cast["partner"])
    page = client.get(reverse("inbox")).content.decode()
    assert "You have been given an item." in page
    assert "NM-26-0001" in page
    assert "Not seen" in page
    assert not [word for word in SECRETS if word in page]


def test_an_empty_inbox_says_so(client, cast, one):
    client.force_login(cast["stranger"])
    assert "No messages yet." in client.get(reverse("inbox")).content.decode()


def test_opening_a_message_marks_it_seen_and_leads_to_the_thing(client, cast, one):
    client.force_login(cast["partner"])
    with clock.at(DAY + MINUTE):
        answer = client.get(reverse("message", args=[one.uuid]))
    assert answer.status_code == 302
    assert "/checklist/" in answer["Location"] or str(one.subject) in answer["Location"]
    one.refresh_from_db()
    assert one.seen_at == DAY + MINUTE


def test_somebody_who_is_not_signed_in_changes_nothing(client, one):
    answer = client.get(reverse("message", args=[one.uuid]))
    assert answer.status_code == 302
    assert "login" in answer["Location"]
    one.refresh_from_db()
    assert one.seen_at is None


@pytest.mark.parametrize("who", ["colleague", "coordinator", "stranger", "superuser", "administrator"])
def test_somebody_else_s_message_does_not_exist(client, cast, one, who):
    client.force_login(cast[who])
    assert client.get(reverse("message", args=[one.uuid])).status_code == 404
    assert client.post(reverse("acknowledge", args=[one.uuid])).status_code == 404
    assert client.get(reverse("message", args=[uuid.uuid4()])).status_code == 404


def test_a_message_whose_door_closed_leads_nowhere_and_names_nothing(client, cast, one, actors, engaged):
    engagement = Engagement.objects.get(incident=engaged, agency=actors["partner"].agency)
    stand_down(engagement=engagement, by=actors["coordinator"], reason="Not needed.")
    client.force_login(cast["partner"])
    answer = client.get(reverse("message", args=[one.uuid]))
    assert answer.status_code == 404
    assert "no longer open to you" in answer.content.decode()
    one.refresh_from_db()
    assert one.seen_at is None
    page = client.get(reverse("inbox")).content.decode()
    assert "NM-26-0001" not in page
    assert "no longer open to you" in page


def test_a_message_about_what_was_sealed_since_is_closed_to_all_but_the_holders(
    client, engaged, agencies, cast
):
    item = make_item(engaged, DAY, agency=agencies.police)
    sweep(DAY)
    person = make_person(engaged, sensitivity=Sensitivity.SEALED)
    type(item).objects.filter(pk=item.pk).update(sensitivity=Sensitivity.SEALED, about=person.entry)
    RecordGrant.objects.create(entry=person.entry, user=cast["colleague"], given_by=cast["coordinator"])
    for who, reads in (("colleague", True), ("partner", False)):
        client.force_login(cast[who])
        assert ("NM-26-0001" in client.get(reverse("inbox")).content.decode()) is reads
        message = Notification.objects.get(recipient=cast[who])
        assert client.get(reverse("message", args=[message.uuid])).status_code == (302 if reads else 404)


def test_taking_it_in_hand_is_a_post_and_marks_it_seen(client, cast, one):
    client.force_login(cast["partner"])
    assert client.get(reverse("acknowledge", args=[one.uuid])).status_code == 405
    assert client.post(reverse("acknowledge", args=[one.uuid])).status_code == 302
    one.refresh_from_db()
    assert one.acknowledged_at
    assert one.seen_at


def test_seen_stops_no_later_step(client, cast, one):
    client.force_login(cast["partner"])
    client.post(reverse("acknowledge", args=[one.uuid]))
    assert ("item_due", "due", "police") in sweep(DAY + 4 * HOUR)


def test_the_badge_counts_what_is_unseen_and_not_over_in_one_query(cast, one, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert unseen(cast["partner"]).count() == 1
    Notification.objects.update(over_at=DAY)
    assert unseen(cast["partner"]).count() == 0


def fill(incident, cast, number):
    """`number` messages, in turn of two kinds."""
    items = [make_item(incident, DAY, sent_back_at=DAY) for _ in range(number)]
    Notification.objects.bulk_create(
        Notification(
            kind=("item_due", "sent_back")[n % 2], step="due", subject=item.uuid, recipient=cast["coordinator"],
            due_at=DAY,
        )
        for n, item in enumerate(items)
    )  # fmt: skip


@pytest.mark.parametrize("number", [4, PAGE])
def test_a_page_costs_the_same_queries_whatever_it_holds(matter, cast, number, django_assert_num_queries):
    from reminders.queries import inbox

    fill(matter, cast, number)
    inbox(cast["coordinator"])  # content types are cached
    # the messages, their subjects (two kinds), memberships, visible incidents, sealed records held
    with django_assert_num_queries(6):
        lines, older = inbox(cast["coordinator"])
    assert len(lines) == number
    assert older == ""


def test_older_messages_are_a_page_away(client, matter, cast):
    fill(matter, cast, PAGE + 3)
    client.force_login(cast["coordinator"])
    first = client.get(reverse("inbox"))
    assert len(first.context["lines"]) == PAGE
    second = client.get(reverse("inbox") + first.context["older_url"])
    assert len(second.context["lines"]) == 3
    assert second.context["older_url"] == ""
    assert not {row.message.pk for row in first.context["lines"]} & {
        row.message.pk for row in second.context["lines"]
    }


@pytest.mark.parametrize("before", ["rubbish", "1", "00000000-0000-4000-8000-000000000000"])
def test_a_key_that_is_none_breaks_nothing(client, cast, one, before):
    client.force_login(cast["partner"])
    assert client.get(reverse("inbox"), {"before": before}).status_code == 200


def test_an_exercise_is_marked_in_the_inbox(client, actors, agencies, cast):
    exercise = make_incident(actors["coordinator"], DAY, exercise=True)
    mobilise(exercise, agencies.youth, actors["coordinator"], DAY)
    sweep(DAY)
    client.force_login(cast["youth"])
    assert "EXERCISE" in client.get(reverse("inbox")).content.decode()


def test_every_kind_leads_to_a_page_that_exists(actors, agencies, matter, north):
    from incidents.models import ReportState
    from reminders import registry
    from tests.reminders.conftest import make_clock

    mobilise(matter, agencies.school, actors["coordinator"], DAY)
    mobilise(matter, agencies.youth, actors["coordinator"], DAY)
    back = make_item(matter, DAY, sent_back_at=DAY)
    look(back, DAY, "tell_at")
    make_item(matter, DAY, due_at=DAY + HOUR)
    make_item(matter, DAY, agency=agencies.youth)
    for kind in ContactClock.HOURS:
        make_clock(make_person(matter), kind, DAY)
    make_incident(actors["partner"], DAY, report_state=ReportState.UNCONFIRMED, partnership=north)
    for moment in (DAY, DAY + HOUR, DAY + 24 * HOUR, DAY.replace(year=2027, hour=8)):
        sweep(moment)
    for one in registry.attach(Notification.objects.all()):
        assert registry.kind_of(one).url(one).startswith("/")
    assert Notification.objects.values("kind").distinct().count() == 11
