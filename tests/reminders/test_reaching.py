"""Past nobody silently: whoever cannot be reached is written down, and the next level is told at once."""

from datetime import timedelta

import pytest
from django.db.models import F

from partners.models import Leave, Membership, User
from reminders import actions, figures, mail, reach, registry, rooms
from reminders.models import Channel, Delivery, Notification, Reason, Skipped
from svit import clock
from tests.notify import FakeNotify
from tests.reminders.conftest import DAY, HOUR, MINUTE, make_item, mobilise, put_on_call, sweep

AWAY = timedelta(days=3)


def on_leave(user, at=DAY, until=None):
    return Leave.objects.create(user=user, from_at=at - HOUR, until_at=until or at + AWAY)


def all_on_leave(world, *parts):
    for part in parts:
        on_leave(world.cast[part].user)


POLICE = ("partner", "colleague", "agency_manager")
COORDINATE = ("coordinator", "second_coordinator")


def skipped(**where):
    rows = Skipped.objects.filter(user__isnull=False, **where)
    return {
        (one.user.email.removesuffix("@northmere.example"), one.reason) for one in rows.select_related("user")
    }


def delivered(**where):
    """To whom anything is delivered."""
    rows = Delivery.objects.filter(**{f"notification__{name}": value for name, value in where.items()})
    return {
        one.removesuffix("@northmere.example")
        for one in rows.values_list("notification__recipient__email", flat=True)
    }


# --- Whether somebody can be reached


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("nothing", None),
        ("leave now", Reason.LEAVE),
        ("leave that begins later", None),
        ("leave that ended", None),
        ("not set up", Reason.NOT_SET_UP),
        ("membership ended", Reason.ENDED),
        ("membership not taken up", Reason.ENDED),
        ("membership not confirmed", Reason.ENDED),
        ("account closed", Reason.ENDED),
        ("agency closed", Reason.ENDED),
        ("no address", Reason.NO_ADDRESS),
        ("ended and on leave", Reason.ENDED),
        ("one of two memberships ended", None),
    ],
)
def test_who_can_be_reached_and_if_not_why(world, what, why):
    member = world.cast["partner"]
    mine, user = Membership.objects.filter(pk=member.pk), User.objects.filter(pk=member.user_id)
    if "leave" in what:
        begin = {"leave that begins later": DAY + HOUR, "leave that ended": DAY - 2 * HOUR}.get(
            what, DAY - HOUR
        )
        Leave.objects.create(user=member.user, from_at=begin, until_at=begin + HOUR + MINUTE)
    if "ended" in what and "leave that" not in what:
        mine.update(until_at=DAY - HOUR)
    if "two" in what:
        Membership.objects.create(
            user=member.user, agency=world.agencies.youth, role="practitioner", from_at=DAY - AWAY
        )
    changes = {
        "not set up": (user, {"joined_at": None}),
        "membership not taken up": (mine, {"picked_at": None}),
        "membership not confirmed": (mine, {"confirmed_at": None}),
        "account closed": (user, {"is_active": False}),
        "agency closed": (type(member.agency).objects.filter(pk=member.agency_id), {"active": False}),
        "no address": (user, {"email": ""}),
    }
    if what in changes:
        rows, values = changes[what]
        rows.update(**values)
    with clock.at(DAY):
        found = rooms.unreachable([member.user_id], DAY)
    assert found == ({member.user_id: why} if why else {})


def test_a_room_adds_a_reason_of_its_own_and_the_first_that_is_known_stands(world, monkeypatch):
    partner, colleague = world.cast["partner"].user_id, world.cast["colleague"].user_id
    on_leave(world.cast["partner"].user)
    bounced = dict.fromkeys([partner, colleague], Reason.BOUNCED)
    monkeypatch.setattr(
        rooms,
        "_away",
        [*rooms._away, lambda users, now: {u: bounced[u] for u in users if u in bounced}],
    )
    with clock.at(DAY):
        assert rooms.unreachable([partner, colleague], DAY) == {
            partner: Reason.LEAVE,
            colleague: Reason.BOUNCED,
        }


# --- The levels


def test_somebody_on_leave_has_it_in_the_application_alone(matter, agencies, actors, world):
    on_leave(world.cast["colleague"].user)
    mobilise(matter, agencies.police, actors["coordinator"], DAY)
    assert ("mobilised", "told", "police.two") in sweep(DAY)
    assert skipped() == {("police.two", Reason.LEAVE)}
    assert delivered() == {"police", "police.manager"}


def test_an_agency_of_which_nobody_is_reached_is_the_coordinators_to_ring_at_once(
    matter, agencies, actors, world
):
    all_on_leave(world, *POLICE)
    mobilise(matter, agencies.police, actors["coordinator"], DAY)
    told = sweep(DAY)
    assert {(step, who) for _, step, who in told} == {
        ("told", "police"), ("told", "police.two"), ("told", "police.manager"),
        ("nobody", "coordinator"), ("nobody", "second"),
    }  # fmt: skip
    assert delivered() == {"coordinator", "second"}
    assert len(skipped()) == 3


def test_whom_texts_alone_reach_has_one_when_it_is_urgent_and_nobody_relies_on_it(
    matter, agencies, actors, world, settings
):
    for part in POLICE:
        reach.mark(world.cast[part].user, Channel.EMAIL, "refused", "550", DAY)
    User.objects.filter(pk=world.cast["partner"].user_id).update(mobile="+447700900456")
    mobilise(matter, agencies.police, actors["coordinator"], DAY)
    with FakeNotify() as fake:
        fake.on(settings)
        told = sweep(DAY)
        assert ("police", Reason.TEXTS_ALONE) in skipped()
    assert {who for _, step, who in told if step == "nobody"} == {"coordinator", "second"}
    ways = Delivery.objects.values_list("notification__recipient__email", "channel")
    assert {channel for email, channel in ways if email == "police@northmere.example"} == {"email", "sms"}
    assert not [email for email, _ in ways if email.startswith(("police.two@", "police.manager@"))]


def test_what_is_not_urgent_passes_whom_texts_alone_reach(engaged, agencies, cast, settings):
    reach.mark(cast["colleague"], Channel.EMAIL, "refused", "550", DAY)
    User.objects.filter(pk=cast["colleague"].pk).update(mobile="+447700900456")
    make_item(engaged, DAY, agency=agencies.police, assignee=cast["colleague"], due_at=DAY + HOUR)
    with FakeNotify() as fake:
        fake.on(settings)
        told = sweep(DAY + HOUR)
    assert ("item_due", "due", "police") in told
    assert ("police.two", Reason.TEXTS_ALONE) in skipped(kind="item_due")
    assert not Delivery.objects.filter(notification__recipient=cast["colleague"]).exists()


def test_with_no_coordinator_to_reach_the_csp_manager_is_told_and_told_why(matter, agencies, actors, world):
    all_on_leave(world, *POLICE, *COORDINATE)
    mobilise(matter, agencies.police, actors["coordinator"], DAY)
    sweep(DAY)
    assert delivered() == {"manager"}
    [last] = registry.attach(Notification.objects.filter(recipient=world.cast["csp_manager"].user))
    assert "No coordinator can be reached." in mail.line(last, DAY)


def test_an_item_of_somebody_on_leave_goes_to_the_agency_and_says_why_without_a_name(
    engaged, agencies, actors, world, cast
):
    on_leave(cast["colleague"])
    make_item(engaged, DAY, by=actors["coordinator"], agency=agencies.police, assignee=cast["colleague"])
    assert sweep(DAY) == {("assigned", "told", who) for who in ("police", "police.two", "police.manager")}
    assert delivered() == {"police", "police.manager"}
    one = Notification.objects.get(recipient=cast["partner"])
    registry.attach([one])
    words = mail.line(one, DAY)
    assert "Whoever holds it cannot be reached." in words
    assert cast["colleague"].name not in words


def test_an_assignee_who_left_for_good_is_skipped_visibly_and_has_no_message(
    engaged, agencies, actors, world, cast
):
    Membership.objects.filter(user=cast["colleague"]).update(until_at=DAY - HOUR)
    make_item(engaged, DAY, by=actors["coordinator"], agency=agencies.police, assignee=cast["colleague"])
    assert sweep(DAY) == {("assigned", "told", who) for who in ("police", "police.manager")}
    assert skipped() == {("police.two", Reason.ENDED)}


def test_the_manager_who_is_away_is_passed_to_the_coordinators_when_an_item_is_a_day_late(
    engaged, agencies, world, cast
):
    on_leave(cast["agency_manager"], until=DAY + 5 * AWAY)
    make_item(
        engaged, DAY, agency=agencies.police, assignee=cast["partner"], due_at=DAY + 4 * HOUR, seen_at=DAY
    )
    sweep(DAY + 4 * HOUR)
    Delivery.objects.all().delete()
    sweep(DAY + 28 * HOUR)
    assert delivered(step="overdue1") == {"police", "coordinator", "second"}
    assert skipped(step="overdue1") == {("police.manager", Reason.LEAVE)}


def test_whoever_has_not_set_up_is_written_to_and_nobody_relies_on_it(matter, agencies, actors, world):
    User.objects.filter(pk=world.cast["youth"].user_id).update(joined_at=None)
    mobilise(matter, agencies.youth, actors["coordinator"], DAY)
    sweep(DAY)
    assert delivered() == {"youth", "coordinator", "second"}
    assert skipped() == {("youth", Reason.NOT_SET_UP)}


def test_somebody_on_call_who_is_on_leave_is_not_on_duty(matter, agencies, actors, world):
    put_on_call(agencies.police, world.cast["colleague"], DAY)
    on_leave(world.cast["colleague"].user)
    mobilise(matter, agencies.police, actors["coordinator"], DAY)
    sweep(DAY)
    assert delivered() == {"police", "police.manager"}


def test_where_nobody_at_all_is_reached_the_log_and_the_figures_say_so_once(
    matter, agencies, actors, world, caplog
):
    all_on_leave(world, *POLICE, *COORDINATE, "csp_manager")
    with clock.at(DAY):
        assert figures.reminders_to_nobody() == 0
    mobilise(matter, agencies.police, actors["coordinator"], DAY)
    sweep(DAY)
    assert "reaches nobody" in caplog.text
    assert not Delivery.objects.exists()
    assert Notification.objects.count() == 6  # in the application all have it
    with clock.at(DAY):
        assert figures.reminders_to_nobody() == 1
    with clock.at(DAY + timedelta(days=2)):
        assert figures.reminders_to_nobody() == 0


def test_a_level_is_told_of_by_another_step_and_reaching_one_is_enough(
    engaged, agencies, actors, world, cast
):
    """Of two dues of a row one reaches somebody: then it is not 'nobody'."""
    all_on_leave(world, *COORDINATE, "csp_manager")
    make_item(engaged, DAY, agency=agencies.police, due_at=DAY + 4 * HOUR, seen_at=DAY)
    sweep(DAY + 4 * HOUR)
    sweep(DAY + 52 * HOUR)
    assert not Skipped.objects.filter(user=None).exists()
    assert ("coordinator", Reason.LEAVE) in skipped(step="overdue2")


def test_a_second_sweep_writes_nobody_down_twice(matter, agencies, actors, world):
    on_leave(world.cast["colleague"].user)
    engagement = mobilise(matter, agencies.police, actors["coordinator"], DAY)
    sweep(DAY)
    type(engagement).objects.filter(pk=engagement.pk).update(remind_at=F("from_at"))
    assert sweep(DAY + MINUTE) == set()
    assert Skipped.objects.count() == 1


def test_what_is_written_down_goes_with_what_it_is_about(matter, agencies, actors, world):
    from reminders.privacy import messages

    on_leave(world.cast["colleague"].user)
    engagement = mobilise(matter, agencies.police, actors["coordinator"], DAY)
    sweep(DAY)
    assert messages([engagement.uuid], [])["not reached"] == 1
    assert not Skipped.objects.exists()


# --- Where the coordinators look


def test_the_coordinators_see_on_the_incident_s_pages_who_was_not_reached_and_why(
    client, matter, agencies, actors, world, cast
):
    all_on_leave(world, *POLICE)
    mobilise(matter, agencies.police, actors["coordinator"], DAY)
    sweep(DAY)
    with clock.at(DAY + MINUTE):
        client.force_login(cast["coordinator"])
        for page in ("agencies/", "mobilise/sent/"):
            words = client.get(f"{matter.get_absolute_url()}{page}").content.decode()
            assert "Nobody of Riverside Police could be reached" in words
            assert "Police Two (on leave)" in words
            assert "Telephone." in words


def test_one_of_several_who_was_not_reached_is_named_and_the_agency_counts_as_sent(
    client, matter, agencies, actors, world, cast
):
    on_leave(world.cast["colleague"].user)
    mobilise(matter, agencies.police, actors["coordinator"], DAY)
    sweep(DAY)
    with clock.at(DAY + MINUTE):
        actions.deliver()
        client.force_login(cast["coordinator"])
        words = client.get(f"{matter.get_absolute_url()}mobilise/sent/").content.decode()
        assert "Not reached: Police Two (on leave)" in words
        assert "Sent" in words
