"""The reminders of the set-up: agreements to review, directory entries to confirm, rotas with a gap."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse

from partners import actions as setting_up
from partners.models import Agency, Contact, Leave, Membership, OnCall, Rota, RotaPlace, SharingAgreement
from partners.reminders import keepers
from reminders import actions, mail, registry, rooms
from reminders.models import Notification
from svit import clock
from tests.conftest import make_member
from tests.reminders.conftest import make_item, sweep

NOW = datetime(2026, 6, 6, 9, 0, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def nine(year, month, day, *, utc_hour=8):
    return datetime(year, month, day, utc_hour, tzinfo=UTC)


@pytest.fixture
def agreement(actors, world):
    """Signed now, to be reviewed on 1 December: 60 days before is in summer time, 14 in winter time."""
    with clock.at(NOW):
        return setting_up.record_agreement(
            agency=world.agencies.police, partnership=world.north, by=actors["administrator"], purposes="x", gateway="",
            signed_on=date(2026, 6, 1), review_by=date(2026, 12, 1),
        )  # fmt: skip


@pytest.fixture
def contact(actors, world):
    with clock.at(NOW):
        return setting_up.add_contact(
            by=actors["administrator"], partnership=world.north, name="Duty chaplain", kind="person", represents="",
            agency=None, telephone="", email="",
        )  # fmt: skip


def of(kind, step, *people):
    return {(kind, step, who) for who in people}


def through(model, pk, until):
    """What is said of a row, moment by moment, as far as it says when to look next."""
    found = {}
    while (at := model.objects.values_list("remind_at", flat=True).get(pk=pk)) and at <= until:
        if said := sweep(at):
            found[at] = said
    return found


# --- Agreements


def test_an_agreement_speaks_60_and_14_days_before_its_review_at_nine_on_the_wall(agreement):
    assert through(SharingAgreement, agreement.pk, NOW + 400 * DAY) == {
        nine(2026, 10, 2): of("agreement_review", "60d", "admin", "police.manager"),
        nine(2026, 11, 17, utc_hour=9): of("agreement_review", "14d", "admin", "police.manager"),
    }


def test_a_later_agreement_takes_the_word_from_the_earlier_and_off_the_badge(agreement, actors, world):
    sweep(nine(2026, 10, 2))
    with clock.at(nine(2026, 10, 3)):
        setting_up.record_agreement(
            agency=world.agencies.police, partnership=world.north, by=actors["administrator"], purposes="x", gateway="",
            signed_on=date(2026, 10, 3), review_by=date(2027, 10, 3),
        )  # fmt: skip
    assert not Notification.objects.filter(over_at=None).exists()
    assert sweep(nine(2026, 11, 17, utc_hour=9)) == set()


@pytest.mark.parametrize("what", ["closed", "serves another borough alone"])
def test_an_agency_that_left_is_not_spoken_of(agreement, world, what):
    if what == "closed":
        Agency.objects.filter(pk=agreement.agency_id).update(active=False)
    else:
        world.agencies.police.partnerships.remove(world.north)
    assert through(SharingAgreement, agreement.pk, NOW + 400 * DAY) == {}


def test_what_was_said_is_not_sent_once_a_later_one_is_signed(agreement, mailoutbox, world):
    sweep(nine(2026, 10, 2))
    SharingAgreement.objects.create(
        agency=world.agencies.police,
        partnership=world.north,
        signed_on=date(2026, 10, 2),
        review_by=date(2028, 1, 1),
    )
    actions.deliver(nine(2026, 10, 2) + DAY)
    assert mailoutbox == []


def test_the_e_mail_has_fixed_words_and_nothing_that_was_typed(agreement, mailoutbox):
    SharingAgreement.objects.update(gateway="Secret gateway", purposes="Secret purpose")
    sweep(nine(2026, 10, 2))
    actions.deliver(nine(2026, 10, 2) + timedelta(minutes=10))
    text = f"{mailoutbox[0].subject}\n{mailoutbox[0].body}"
    assert "SVIT: 1 agreement to review, Sharing agreement, due 1 December 2026" in text
    assert "What an agency signed has to be reviewed. Sharing agreement. Due 1 December 2026" in text
    for typed in ("Secret", "Riverside", "Northmere"):
        assert typed not in text.replace("northmere.example", "")


# --- The directory


def test_an_entry_speaks_60_and_14_days_before_a_year_has_passed(contact):
    assert through(Contact, contact.pk, NOW + 500 * DAY) == {
        nine(2027, 4, 7): of("directory", "60d", "admin"),
        nine(2027, 5, 23): of("directory", "14d", "admin"),
    }


def test_confirming_begins_the_year_anew(contact, actors):
    sweep(nine(2027, 4, 7))
    with clock.at(nine(2027, 4, 8)):
        setting_up.confirm_contact(contact=contact, by=actors["administrator"])
    assert not Notification.objects.filter(over_at=None).exists()
    assert list(through(Contact, contact.pk, NOW + 700 * DAY)) == [
        nine(2028, 2, 7, utc_hour=9), nine(2028, 3, 24, utc_hour=9)
    ]  # fmt: skip


def test_an_entry_that_nobody_ever_confirmed_counts_from_when_it_was_added(world, actors):
    from partners.reminders import next_confirm_remind_at

    with clock.at(NOW):
        contact = Contact(partnership=world.north, name="Forum", kind="forum")
        contact.remind_at = next_confirm_remind_at(contact, NOW)
        contact.save()
    assert list(through(Contact, contact.pk, NOW + 500 * DAY)) == [nine(2027, 4, 7), nine(2027, 5, 23)]


def test_what_was_there_before_is_said_once_and_late(world):
    """The migration leaves the moment 60 days before, however long ago that was."""
    contact = Contact.objects.create(
        partnership=world.north, name="Forum", added_at=NOW - 700 * DAY, remind_at=NOW - 395 * DAY
    )
    assert sweep(NOW) == of("directory", "14d", "admin")
    assert Notification.objects.get().late
    contact.refresh_from_db()
    assert contact.remind_at is None


def test_a_removed_entry_is_off_the_badge(contact, actors):
    sweep(nine(2027, 4, 7))
    with clock.at(nine(2027, 4, 8)):
        setting_up.remove_contact(contact=contact, by=actors["administrator"])
    assert not Notification.objects.filter(over_at=None).exists()


# --- Rotas


@pytest.fixture
def rota(world, cast):
    """Fridays at 5pm; looked at each morning."""
    rota = Rota.objects.create(
        agency=world.agencies.police, starts_on=date(2026, 6, 5), hand_over=time(17), remind_at=NOW
    )
    for number, who in enumerate(("partner", "colleague")):
        RotaPlace.objects.create(rota=rota, user=cast[who], number=number)
    return rota


GAP = datetime(2026, 7, 10, 16, 0, tzinfo=UTC)  # the colleague's third turn


def test_a_gap_is_said_14_and_3_days_ahead_to_the_manager_and_not_again(rota, cast):
    Leave.objects.create(user=cast["colleague"], from_at=GAP, until_at=GAP + 7 * DAY)
    said = through(Rota, rota.pk, GAP + 3 * DAY)
    assert said == {
        nine(2026, 6, 27): of("rota_gap", "14d", "police.manager"),
        nine(2026, 7, 8): of("rota_gap", "3d", "police.manager"),
    }
    [first, _] = registry.attach(Notification.objects.order_by("pk"))
    with clock.at(NOW):
        assert "Nobody is on call from 10 July 2026 at 5pm" in mail.line(first, NOW)


def test_two_gaps_of_one_rota_stand_side_by_side_in_inbox_and_e_mail(rota, cast, mailoutbox):
    for first in (1, 5):
        Leave.objects.create(
            user=cast["partner"], from_at=NOW + first * DAY, until_at=NOW + (first + 1) * DAY
        )
    assert sweep(NOW) == of("rota_gap", "3d", "police.manager") | of("rota_gap", "14d", "police.manager")
    assert Notification.objects.filter(over_at=None).count() == 2
    actions.deliver(NOW + timedelta(minutes=10))
    [letter] = mailoutbox
    assert "2 gaps in a rota" in letter.subject
    assert letter.body.count("Nobody is on call from") == 2


def test_an_agency_without_a_manager_has_the_administrators_told(rota, cast, world):
    Membership.objects.filter(pk=world.cast["agency_manager"].pk).update(until_at=NOW - DAY)
    other = make_member("admin@eastbrook.example", world.agencies.other_csp, "administrator")
    Leave.objects.create(user=cast["partner"], from_at=NOW + DAY, until_at=NOW + 2 * DAY)
    assert sweep(NOW) == of("rota_gap", "3d", "admin", other.user.email)


def test_a_manager_who_is_the_one_away_is_passed_to_the_administrators(rota, cast):
    for who in ("partner", "agency_manager"):
        Leave.objects.create(user=cast[who], from_at=NOW - DAY / 2, until_at=NOW + 2 * DAY)
    assert sweep(NOW) == of("rota_gap", "3d", "police.manager", "admin")


def test_a_gap_that_was_filled_meanwhile_sends_nothing(rota, cast, mailoutbox, world):
    Leave.objects.create(user=cast["partner"], from_at=NOW + DAY, until_at=NOW + 2 * DAY)
    assert sweep(NOW)
    OnCall.objects.create(
        agency=world.agencies.police, user=cast["colleague"], from_at=NOW + DAY, until_at=NOW + 2 * DAY
    )
    actions.deliver(NOW + timedelta(minutes=10))
    assert mailoutbox == []


def test_a_gap_that_begins_earlier_now_takes_the_place_of_what_was_said(rota, cast, mailoutbox):
    leave = Leave.objects.create(user=cast["partner"], from_at=NOW + 5 * DAY, until_at=NOW + 6 * DAY)
    assert sweep(NOW) == of("rota_gap", "14d", "police.manager")
    Leave.objects.filter(pk=leave.pk).update(from_at=NOW + 4 * DAY)
    Rota.objects.update(remind_at=NOW + MINUTE)
    assert sweep(NOW + MINUTE) == of("rota_gap", "14d", "police.manager")
    [open_now] = Notification.objects.filter(over_at=None)
    assert open_now.due_at == NOW + 4 * DAY
    actions.deliver(NOW + 10 * MINUTE)
    [letter] = mailoutbox
    assert letter.body.count("Nobody is on call from") == 1


def test_an_agency_without_a_rota_is_not_warned(world, cast):
    OnCall.objects.create(
        agency=world.agencies.police, user=cast["partner"], from_at=NOW, until_at=NOW + timedelta(hours=2)
    )
    assert sweep(NOW) == set()


def test_a_rota_that_is_kept_is_looked_at_each_morning_and_says_nothing(rota):
    assert sweep(NOW) == set()
    rota.refresh_from_db()
    assert rota.remind_at == nine(2026, 6, 7)


# --- The door and the inbox


KINDS = {"agreement_review": "agreement", "directory": "contact", "rota_gap": "rota"}
KEEP = {
    "agreement_review": {"administrator", "agency_manager"},
    "directory": {"administrator"},
    "rota_gap": {"administrator", "agency_manager"},
}


@pytest.mark.parametrize("key", KINDS)
def test_only_those_who_set_it_up_are_let_through(key, request, cast, world):
    row = request.getfixturevalue(KINDS[key])
    [kind] = [one for one in registry.kinds() if one.key == key]
    people = {user.pk: part for part, user in cast.items()}
    elsewhere = make_member("manager@youth.example", world.agencies.youth, "agency_manager")
    with clock.at(NOW):
        found = kind.allowed(row, [*people, elsewhere.user_id])
    assert {people.get(pk, "elsewhere") for pk in found} == KEEP[key]


@pytest.mark.parametrize("key", KINDS)
def test_the_inbox_lists_it_for_its_keepers_and_closes_it_for_whoever_is_one_no_more(
    key, request, client, cast, world
):
    row = request.getfixturevalue(KINDS[key])
    [kind] = [one for one in registry.kinds() if one.key == key]
    for who in ("administrator", "partner"):
        Notification.objects.create(kind=key, step="14d", subject=row.uuid, recipient=cast[who], due_at=NOW)
    with clock.at(NOW):
        client.force_login(cast["administrator"])
        assert kind.name in client.get(reverse("inbox")).content.decode()
        one = Notification.objects.get(recipient=cast["administrator"])
        opened = client.get(reverse("message", args=[one.uuid]))
        assert client.get(opened["Location"]).status_code == 200
        client.force_login(cast["partner"])
        assert "no longer open to you" in client.get(reverse("inbox")).content.decode()
        theirs = Notification.objects.get(recipient=cast["partner"])
        assert client.get(reverse("message", args=[theirs.uuid])).status_code == 404
        Membership.objects.filter(pk=world.cast["administrator"].pk).update(until_at=NOW)
        assert rooms.may_list(cast["administrator"], registry.attach([one])) == set()


def test_the_inbox_lists_incidents_and_the_set_up_side_by_side(agreement, engaged, agencies, cast):
    item = make_item(engaged, NOW, agency=agencies.police, due_at=NOW + DAY)
    rows = [
        Notification.objects.create(
            kind=key, step="due", subject=row.uuid, recipient=cast["agency_manager"], due_at=NOW
        )
        for key, row in (("item_due", item), ("agreement_review", agreement))
    ]
    with clock.at(NOW):
        assert rooms.may_list(cast["agency_manager"], registry.attach(rows)) == {one.uuid for one in rows}


def test_several_matters_are_not_called_incidents(agreement, contact, cast):
    rows = registry.attach(
        Notification.objects.create(
            kind=key, step="14d", subject=row.uuid, recipient=cast["administrator"], due_at=NOW
        )
        for key, row in (("directory", contact), ("agreement_review", agreement))
    )
    assert "2 matters" in mail.subject(rows, exercise=False, now=NOW)


def test_whom_somebody_keeps_is_asked_in_two_queries(cast, django_assert_num_queries):
    with django_assert_num_queries(2):
        keepers([user.pk for user in cast.values()])
