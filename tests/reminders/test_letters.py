"""What is said in one e-mail: several messages as one, and fixed words."""

from datetime import UTC, datetime

from django.conf import settings

from incidents.models import Engagement, ReportState
from partners.models import User
from reminders import actions
from reminders.models import Notification
from response.models import ContactClock
from tests.reminders.conftest import (
    DAY,
    H24,
    HOUR,
    MINUTE,
    SECRETS,
    item_for,
    look,
    make_clock,
    make_incident,
    make_item,
    make_person,
    mobilise,
    states,
    sweep,
)


def test_several_messages_within_a_few_minutes_arrive_as_one(engaged, agencies, cast, mailoutbox):
    for minutes in (0, 1, 2):
        item_for(engaged, agencies, cast, DAY + minutes * MINUTE)
        sweep(DAY + minutes * MINUTE)
        actions.deliver(DAY + minutes * MINUTE)
    actions.deliver(DAY + 4 * MINUTE)
    assert len(mailoutbox) == 1
    assert mailoutbox[0].subject == "SVIT: 3 items, NM-26-0001"


def test_a_stream_of_messages_is_not_held_up_for_ever(engaged, agencies, cast, mailoutbox):
    for minutes in range(9):
        item_for(engaged, agencies, cast, DAY + minutes * MINUTE)
        sweep(DAY + minutes * MINUTE)
        actions.deliver(DAY + minutes * MINUTE)
    assert [mail.subject for mail in mailoutbox] == ["SVIT: 4 items, NM-26-0001"]


def test_what_is_held_goes_with_something_urgent_about_the_same_matter(matter, agencies, actors, mailoutbox):
    mobilise(matter, agencies.youth, actors["coordinator"], DAY)
    for _ in range(2):
        make_item(matter, DAY, by=actors["coordinator"], agency=agencies.youth, due_at=DAY + 4 * HOUR)
    sweep(DAY)
    actions.deliver(DAY)
    assert [mail.subject for mail in mailoutbox] == [
        "SVIT: 1 request to respond, 2 items, NM-26-0001, due 2pm"
    ]
    assert states() == ["sent", "sent", "sent"]


def test_an_item_has_one_line_and_one_link_in_an_e_mail(engaged, agencies, cast, mailoutbox):
    item_for(engaged, agencies, cast, due_at=DAY + 2 * MINUTE)
    for minutes in (0, 1, 2):
        sweep(DAY + minutes * MINUTE)
    actions.deliver(DAY + 6 * MINUTE)
    assert [mail.subject for mail in mailoutbox] == ["SVIT: 1 item, NM-26-0001, due 10:02am"]
    assert mailoutbox[0].body.startswith(
        "You have been given an item. NM-26-0001. Was due 6 June 2026 at 10:02am."
    )
    assert mailoutbox[0].body.count("/inbox/") == 1
    assert set(states()) == {"sent"}
    assert len(states()) == 3


def test_an_exercise_never_shares_an_e_mail_with_the_real_thing(matter, agencies, actors, mailoutbox):
    exercise = make_incident(actors["coordinator"], DAY, exercise=True)
    mobilise(matter, agencies.youth, actors["coordinator"], DAY)
    mobilise(exercise, agencies.youth, actors["coordinator"], DAY)
    sweep(DAY)
    actions.deliver(DAY)
    assert sorted(mail.subject for mail in mailoutbox) == [
        "EXERCISE SVIT: 1 request to respond, EX-NM-26-0001",
        "SVIT: 1 request to respond, NM-26-0001",
    ]
    marked = next(mail for mail in mailoutbox if "EX-" in mail.subject)
    assert marked.body.startswith("EXERCISE.")


def test_two_incidents_in_one_e_mail_are_counted_and_each_stands_in_its_line(
    engaged, agencies, actors, cast, mailoutbox
):
    other = make_incident(actors["coordinator"], DAY)
    engagement = mobilise(other, agencies.police, actors["coordinator"], DAY)
    Engagement.objects.filter(pk=engagement.pk).update(seen_at=DAY, remind_at=None)
    for incident in (engaged, other):
        item_for(incident, agencies, cast)
    sweep(DAY)
    actions.deliver(DAY + 2 * MINUTE)
    assert [mail.subject for mail in mailoutbox] == ["SVIT: 2 items, 2 incidents"]
    assert "NM-26-0001." in mailoutbox[0].body
    assert "NM-26-0002." in mailoutbox[0].body


def test_a_message_holds_fixed_words_a_reference_a_time_and_a_link(engaged, agencies, cast, mailoutbox):
    item_for(engaged, agencies, cast, due_at=datetime(2026, 6, 7, 3, 10, tzinfo=UTC))
    sweep(DAY)
    actions.deliver(DAY + 2 * MINUTE)
    one = Notification.objects.get(kind="assigned")
    assert mailoutbox[0].body == (
        "You have been given an item. NM-26-0001. Due 7 June 2026 at 4:10am.\n"
        f"{settings.BASE_URL}/inbox/{one.uuid}/\n"
        "\n"
        "Sign in to read more. Nothing personal is ever put into these messages. Do not reply to them.\n"
    )
    assert mailoutbox[0].subject == "SVIT: 1 item, NM-26-0001, due 7 June 2026 at 4:10am"


def test_nothing_that_anybody_typed_is_ever_mailed(actors, agencies, cast, north, mailoutbox):
    """Every kind at every step, over a year."""
    incident = make_incident(actors["coordinator"], DAY)
    mobilise(incident, agencies.police, actors["coordinator"], DAY)
    mobilise(incident, agencies.school, actors["coordinator"], DAY)
    item = make_item(incident, DAY, by=actors["coordinator"], agency=agencies.police, due_at=DAY + 4 * HOUR)
    make_item(incident, DAY, due_at=DAY + 4 * HOUR)
    back = make_item(incident, DAY, sent_back_at=DAY, sent_back_reason="Kamal Adeyemi is not ours")
    look(back, DAY, "tell_at")
    for kind in ContactClock.HOURS:
        make_clock(make_person(incident), kind, DAY, agency=agencies.police, worker=cast["colleague"])
    make_incident(actors["partner"], DAY, report_state=ReportState.UNCONFIRMED, partnership=north)
    days = {0: (0, 0.25, 0.5, 50 / 60, 1, 12, 20), 1: (0, 12, 16), 2: (0, 12)}
    days |= dict.fromkeys((3, 4, 337, 351, 358, 364, 365), (0,))
    for moment in (DAY + day * H24 + hour * HOUR for day, hours in days.items() for hour in hours):
        sweep(moment)
        actions.deliver(moment)
    kinds = set(Notification.objects.values_list("kind", flat=True))
    assert kinds == {
        "mobilised", "unconfirmed", "anniversary", "assigned", "sent_back", "item_due", "golden_hour",
        "first_attempt", "contact_made", "professionals", "mash_referral",
    }  # fmt: skip
    assert item.title in SECRETS
    names = list(User.objects.values_list("name", flat=True))
    assert len(mailoutbox) > 20
    for mail in mailoutbox:
        text = mail.message().as_string().split("To: ")[0] + mail.subject + mail.body
        assert not [word for word in (*SECRETS, "Ward", "Kamal", *names) if word in text]
