"""Key dates: four weeks before, two, one, a day before and on the day, at nine on the wall, in gentle words."""

from datetime import UTC, date, datetime, timedelta

import pytest

from incidents.access import get_sight
from incidents.models import Incident
from reminders import actions
from reminders.models import Delivery, Notification
from response.actions import add_person, seal_person
from response.models import KeyDate
from svit import clock
from tests.reminders.conftest import DAY, HOUR, SECRETS, close, make_incident, mobilise, sweep, sweep_until
from tests.response.dates import change, write_down

COORDINATORS = {"coordinator", "second"}
HEARING = date(2026, 9, 1)


def at(year, month, day, hour=8, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def added(by, incident, moment=DAY, **more):
    with clock.at(moment):
        return write_down(by, incident, **{"on": HEARING} | more)


def said(moment):
    """What a sweep said of key dates, as {(step, who)}; the incident has an anniversary of its own besides."""
    return {(step, who) for kind, step, who in sweep(moment) if kind == "key_date"}


def all_hear(step):
    return {(step, who) for who in COORDINATORS}


def said_of_dates(start, until):
    """When each step was said, on the wall, sweeping whenever a date is to be looked at."""
    found = {}
    for moment, told in sweep_until(until, start=start, of=[(KeyDate, "remind_at")]).items():
        assert {who for _, _, who in told} == COORDINATORS
        [step] = {step for _, step, _ in told}
        found[clock.local(moment).strftime("%Y-%m-%d %H:%M")] = step
    return found


def test_it_is_said_28_14_7_and_1_days_before_and_on_the_day_at_nine(matter, actors):
    added(actors["coordinator"], matter)
    assert said_of_dates(DAY + HOUR, at(2027, 5, 1)) == {
        "2026-08-04 09:00": "28d",
        "2026-08-18 09:00": "14d",
        "2026-08-25 09:00": "7d",
        "2026-08-31 09:00": "1d",
        "2026-09-01 09:00": "0d",
    }


def test_once_is_once_and_every_year_is_every_year(matter, actors):
    added(actors["coordinator"], matter)
    added(actors["coordinator"], matter, what="birthday", on=date(2010, 9, 2), yearly=True)
    for year in (2026, 2027, 2028):
        hearing = all_hear("0d") if year == 2026 else set()
        assert said(at(year, 9, 1)) == hearing | all_hear("1d")
        assert said(at(year, 9, 2)) == all_hear("0d")
        assert said(at(year, 9, 2, 9)) == set()


def test_what_is_past_when_it_is_written_down_is_shown_and_not_said(matter, actors):
    added(actors["coordinator"], matter, moment=at(2026, 8, 20))
    assert said_of_dates(at(2026, 8, 20, 9), at(2026, 9, 30)) == {
        "2026-08-25 09:00": "7d",
        "2026-08-31 09:00": "1d",
        "2026-09-01 09:00": "0d",
    }
    added(actors["coordinator"], matter, moment=at(2026, 9, 1, 9), on=date(2026, 9, 1))
    assert sweep(at(2026, 9, 1, 10)) == set()


def test_the_29th_of_february_is_kept_on_the_28th_in_a_common_year(matter, actors):
    added(actors["coordinator"], matter, what="birthday", on=date(2008, 2, 29), yearly=True)
    for on_the_day in (at(2027, 2, 28, 9), at(2028, 2, 29, 9)):
        assert not said(on_the_day - timedelta(minutes=1)) & all_hear("0d")
        assert said(on_the_day) == all_hear("0d")


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        (date(2027, 3, 27), 9),  # the day before the clocks go forward
        (date(2027, 3, 28), 8),
        (date(2026, 10, 24), 8),
        (date(2026, 10, 25), 9),  # the day on which they go back: GMT by nine
    ],
)
def test_it_is_nine_on_the_wall_on_both_sides_of_a_clock_change(matter, actors, day, utc_hour):
    added(actors["coordinator"], matter, on=day)
    moment = at(day.year, day.month, day.day, utc_hour)
    sweep(moment - timedelta(minutes=1))
    assert {step for _, step, _ in sweep(moment)} == {"0d"}


def test_after_three_days_without_a_beat_one_late_message_is_said_and_not_at_night(
    matter, actors, mailoutbox
):
    added(actors["coordinator"], matter)
    sweep(at(2026, 8, 24))
    actions.deliver(at(2026, 8, 24, 9))
    mailoutbox.clear()
    woken = at(2026, 9, 1, 22)  # 23:00 in London
    assert {step for _, step, _ in sweep(woken)} == {"0d"}
    assert Notification.objects.filter(step="0d", late=True).count() == 2
    actions.deliver(woken + HOUR)
    assert mailoutbox == []
    assert set(Delivery.objects.filter(notification__step="0d").values_list("next_try_at", flat=True)) == {
        at(2026, 9, 2, 6)
    }


def test_those_who_are_chosen_are_told_as_long_as_the_door_lets_them_know(matter, agencies, actors, cast):
    engagement = mobilise(matter, agencies.police, actors["coordinator"], DAY)
    type(engagement).objects.filter(pk=engagement.pk).update(seen_at=DAY, remind_at=None)
    added(actors["coordinator"], matter, told=[str(cast["partner"].uuid)])
    assert {who for _, _, who in sweep(at(2026, 8, 4))} == {*COORDINATORS, "police"}
    type(engagement).objects.filter(pk=engagement.pk).update(sections={"general": "see"})
    assert {who for _, _, who in sweep(at(2026, 8, 18))} == COORDINATORS


def test_a_message_that_was_said_goes_to_nobody_who_lost_sight_meanwhile(
    matter, agencies, actors, cast, mailoutbox
):
    engagement = mobilise(matter, agencies.police, actors["coordinator"], DAY)
    type(engagement).objects.filter(pk=engagement.pk).update(seen_at=DAY, remind_at=None)
    added(actors["coordinator"], matter, told=[str(cast["partner"].uuid)])
    sweep(at(2026, 8, 4))
    type(engagement).objects.filter(pk=engagement.pk).update(until_at=at(2026, 8, 4))
    actions.deliver(at(2026, 8, 4, 9))
    assert {to for one in mailoutbox for to in one.to} == {f"{who}@northmere.example" for who in COORDINATORS}


def test_the_date_of_somebody_sealed_speaks_to_the_holders_alone(matter, actors, cast):
    with clock.at(DAY):
        seen = get_sight(actors["coordinator"], matter.uuid)
        person = add_person(
            seen=seen, event="", started_at=None, role="victim", age_band="adult", setting="home"
        )
        date_of = write_down(actors["coordinator"], matter, on=HEARING, what="birthday", about=person.entry)
        seal_person(seen=seen, person=person, holders=[cast["csp_manager"]], reason="A threat")
    assert {who for _, who in said(at(2026, 8, 4))} == {
        "coordinator"
    }  # who sealed it; the manager was not chosen
    assert date_of.entry.about == person.entry


def test_the_words_are_fixed_and_name_nobody(matter, actors, mailoutbox):
    words = {
        "note": "Kamal Adeyemi would be 17",
        "wishes": "Visit the mother at flat 12",
        "plan": "Station Parade",
    }
    words |= {"family_asked": "asked", "asked_on": date(2026, 6, 5), "asked_by": "Ward Nightingale"}
    for what in ("birthday", "court", "funeral", "other"):
        added(actors["coordinator"], matter, what=what, **words)
    sweep(at(2026, 8, 4))
    actions.deliver(at(2026, 8, 4, 9))
    assert len(mailoutbox) == 2
    text = mailoutbox[0].body
    assert (
        "A birthday that matters to the family of an incident is on Tuesday 1 September 2026. Ask what they wish"
        in text
    )
    for one in mailoutbox:
        whole = one.message().as_string()
        assert not [secret for secret in SECRETS if secret in whole]


def test_a_date_that_moved_speaks_of_the_new_day_and_no_more_of_the_old(matter, actors, mailoutbox):
    hearing = added(actors["coordinator"], matter)
    sweep(at(2026, 8, 4))
    with clock.at(at(2026, 8, 4, 8, 1)):
        change(actors["coordinator"], hearing, on=date(2026, 10, 1))
    actions.deliver(at(2026, 8, 4, 9))
    assert mailoutbox == []
    assert not Notification.objects.filter(over_at=None).exists()
    assert sweep(at(2026, 8, 18)) == set()
    assert {step for _, step, _ in sweep(at(2026, 9, 3))} == {"28d"}


def test_a_date_that_is_dropped_is_silent(matter, actors):
    hearing = added(actors["coordinator"], matter)
    with clock.at(DAY + HOUR):
        change(actors["coordinator"], hearing, dropped=True)
    assert sweep(at(2026, 9, 1)) == set()


def test_a_closed_incident_still_speaks_of_its_dates(matter, actors):
    added(actors["coordinator"], matter)
    close(matter)
    assert {step for _, step, _ in sweep(at(2026, 9, 1))} == {"0d"}


def test_a_key_date_speaks_for_the_anniversary_and_only_one_message_is_said(actors):
    happened = datetime(2025, 6, 5, 22, 30, tzinfo=UTC)
    incident = make_incident(actors["coordinator"], happened)
    with clock.at(happened + HOUR):
        write_down(actors["coordinator"], incident, what="anniversary", on=happened.date(), yearly=True)
    assert sweep(at(2026, 5, 8)) == {("key_date", "28d", who) for who in COORDINATORS}
    assert sweep(at(2026, 6, 5)) == {("key_date", "0d", who) for who in COORDINATORS}
    with clock.at(at(2026, 6, 6)):
        change(actors["coordinator"], KeyDate.objects.get(), dropped=True)
    assert sweep(at(2027, 6, 5)) == {("anniversary", "0d", who) for who in COORDINATORS}


def test_a_sealed_anniversary_leaves_the_incidents_own_to_speak(actors, cast):
    happened = datetime(2025, 6, 5, 22, 30, tzinfo=UTC)
    incident = make_incident(actors["coordinator"], happened)
    with clock.at(happened + HOUR):
        write_down(
            actors["csp_manager"], incident, what="anniversary", on=happened.date(), yearly=True,
            sensitivity="sealed", holders=[cast["coordinator"]],
        )  # fmt: skip
    told = sweep(at(2026, 6, 5))
    assert {("anniversary", "0d", who) for who in COORDINATORS} <= told
    assert ("key_date", "0d", "second") not in told


def test_the_message_of_an_anniversary_leads_to_where_the_group_is_brought_back(client, cast, actors):
    happened = datetime(2025, 6, 5, 22, 30, tzinfo=UTC)
    incident = make_incident(actors["coordinator"], happened)
    sweep(at(2026, 5, 8))
    with clock.at(at(2026, 5, 8, 9)):
        client.force_login(cast["coordinator"])
        message = Notification.objects.get(recipient=cast["coordinator"])
        answer = client.get(f"/inbox/{message.uuid}/", follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == f"/incidents/{incident.uuid}/dates/anniversary/bring-back/"
    assert Incident.objects.get().remind_at > at(2026, 5, 8)
