"""Key dates: who writes them down, who knows of them, and what their pages show."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from incidents.access import get_sight
from incidents.actions import stop_sharing
from incidents.models import Engagement, Entry, LogEntry, NamedPerson
from response import date_queries
from response.access import visible_people
from response.date_access import dates_of_all, visible_dates
from response.models import KeyDate, Remobilisation
from svit import clock
from svit.refused import Conflict, Refused
from tests.conftest import log_one
from tests.response.dates import change, fresh, write_down

TODAY = datetime(2027, 4, 1, 10, tzinfo=UTC)
ANSWERS = {
    "what": "court", "on_0": "4", "on_1": "May", "on_2": "2027", "at_0": "10am", "family_asked": "not_yet",
    "belongs_to": "community", "sensitivity": "standard",
}  # fmt: skip


def sections(incident, actor, **granted):
    Engagement.objects.filter(incident=incident, agency=actor.agency).update(sections=granted)


def somebody(by, incident):
    return visible_people(get_sight(by, incident.uuid)).first()


def knows(actor, incident):
    """Whether the actor may know of the one date, by the door of the incident and by that over all of them."""
    here = visible_dates(get_sight(actor, incident.uuid)).exists()
    assert dates_of_all(actor).exists() == here
    return here


# --- The door


@pytest.mark.parametrize(
    ("granted", "about", "named", "may"),
    [
        ({"general": "see"}, False, False, False),
        ({"general": "see", "community": "see"}, False, False, True),
        ({"general": "see", "community": "see"}, True, False, False),
        ({"general": "see", "people": "see"}, True, False, True),
        ({"general": "see", "people": "see"}, False, False, False),
        ({"general": "see", "community": "see"}, True, True, False),
    ],
)
def test_a_date_shows_to_whoever_sees_its_section(incident, actors, granted, about, named, may):
    by, partner = actors["coordinator"], actors["partner"]
    person = somebody(by, incident)
    write_down(by, incident, about=person.entry if about else None)
    sections(incident, partner, **granted)
    if named:
        part = Engagement.objects.get(incident=incident, agency=partner.agency)
        NamedPerson.objects.create(engagement=part, entry=person.entry)
    assert knows(partner, incident) is may
    assert knows(by, incident) is True


@pytest.mark.parametrize("who", ["stranger", "other_coordinator", "superuser"])
def test_strangers_have_no_dates(incident, actors, who):
    write_down(actors["coordinator"], incident)
    assert not dates_of_all(actors[who]).exists()


def test_a_sealed_date_is_its_holders_alone(incident, actors, cast):
    write_down(actors["csp_manager"], incident, sensitivity="sealed", holders=[cast["partner"]])
    assert knows(actors["csp_manager"], incident)
    assert knows(actors["partner"], incident)
    for who in ("coordinator", "colleague", "youth"):
        assert not knows(actors[who], incident)


def test_a_date_about_somebody_sealed_is_sealed_with_the_same_holders(incident, actors, cast):
    from response.actions import seal_person

    seen, person = get_sight(actors["csp_manager"], incident.uuid), somebody(actors["csp_manager"], incident)
    seal_person(seen=seen, person=person, holders=[cast["partner"]], reason="A threat")
    found = write_down(
        actors["csp_manager"], incident, about=Entry.objects.get(pk=person.pk), what="birthday"
    )
    assert found.entry.sensitivity == "sealed"
    assert {grant.user for grant in found.entry.grants.all()} == {cast["csp_manager"], cast["partner"]}


def test_what_is_not_shared_further_stays_with_those_who_had_it(incident, actors):
    found = write_down(actors["coordinator"], incident)
    for who in ("partner", "youth"):
        sections(incident, actors[who], general="see")
    sections(incident, actors["partner"], general="see", community="see")
    stop_sharing(
        seen=get_sight(actors["coordinator"], incident.uuid), about=fresh(found).entry, reason="The family"
    )
    sections(incident, actors["youth"], general="see", community="see")
    assert knows(actors["partner"], incident)
    assert not knows(actors["youth"], incident)


def test_only_those_who_may_see_it_can_be_chosen_to_be_reminded(incident, actors, cast):
    sections(incident, actors["partner"], general="see", community="see")
    with pytest.raises(Refused, match="may not see this date"):
        write_down(actors["coordinator"], incident, told=[str(cast["stranger"].uuid)])
    assert not KeyDate.objects.exists()
    write_down(actors["coordinator"], incident, told=[str(cast["partner"].uuid)])


# --- Writing


def test_it_is_logged_where_it_belongs_and_its_words_are_not_in_the_log(incident, actors):
    person = somebody(actors["coordinator"], incident)
    found = write_down(actors["coordinator"], incident, what="birthday", note="Turns 17", about=person.entry)
    entry = LogEntry.objects.filter(about_uuid=found.uuid).get()
    assert (entry.section, entry.person_uuid, entry.words.text) == ("people", person.uuid, "Birthday: added.")
    change(actors["coordinator"], found, plan="A card", plan_ready=True)
    latest = LogEntry.objects.filter(about_uuid=found.uuid).latest("pk")
    assert latest.words.text == "Birthday: what is prepared, the plan is ready changed."


def test_two_people_change_different_fields_and_the_same_one_asks(incident, actors):
    found = write_down(actors["coordinator"], incident)
    change(actors["coordinator"], found, plan="A vigil", version=1)
    change(actors["second_coordinator"], found, note="Court 3", version=1)
    now = fresh(found)
    assert (now.plan, now.note, now.version) == ("A vigil", "Court 3", 3)
    with pytest.raises(Conflict):
        change(actors["second_coordinator"], found, plan="Nothing", version=1)


def test_halves_of_an_answer_about_the_family_are_refused_in_words(incident, actors):
    found = write_down(actors["coordinator"], incident)
    with pytest.raises(Refused, match="when the family was asked"):
        change(actors["coordinator"], found, family_asked="asked")
    assert fresh(found).family_asked == "not_yet"


@pytest.mark.parametrize(
    ("today", "on", "yearly", "next_on"),
    [
        (date(2027, 3, 1), date(2027, 5, 4), False, date(2027, 5, 4)),
        (date(2027, 5, 4), date(2027, 5, 4), False, date(2027, 5, 4)),
        (date(2027, 5, 5), date(2027, 5, 4), False, None),
        (date(2027, 5, 5), date(2010, 5, 4), True, date(2028, 5, 4)),
        (date(2027, 2, 28), date(2008, 2, 29), True, date(2027, 2, 28)),
        (date(2027, 3, 1), date(2008, 2, 29), True, date(2028, 2, 29)),
        (date(2026, 3, 1), date(2027, 5, 4), True, date(2027, 5, 4)),
    ],
)
def test_the_day_on_which_it_is_kept_next(today, on, yearly, next_on):
    assert KeyDate(on=on, yearly=yearly).next_on(today) == next_on
    assert KeyDate(on=on, yearly=yearly, dropped=True).next_on(today) is None


# --- The pages


def test_a_date_is_written_down_on_its_page(client, cast, incident, actors):
    sections(incident, actors["partner"], general="see", community="see")
    client.force_login(cast["coordinator"])
    person = somebody(actors["coordinator"], incident)
    answers = ANSWERS | {"told": [str(cast["partner"].uuid)], "about": "", "note": "Crown Court"}
    answer = client.post(reverse("add-date", args=[incident.uuid]), answers, follow=True)
    found = KeyDate.objects.get()
    assert (found.on, found.at.hour, found.told) == (date(2027, 5, 4), 10, [str(cast["partner"].uuid)])
    text = answer.content.decode()
    assert "Tuesday 4 May 2027 at 10am" in text.replace("</b>", "")
    assert f"{cast['partner'].name}, Riverside Police" in text
    client.post(
        reverse("add-date", args=[incident.uuid]), ANSWERS | {"what": "birthday", "about": str(person.uuid)}
    )
    assert KeyDate.objects.get(what="birthday").entry.section == "people"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"what": ""}, "Choose the kind of date."),
        ({"on_0": "31", "on_1": "2"}, "must be a real date"),
        ({"on_0": "", "on_1": "", "on_2": ""}, "Enter the date"),
        ({"at_0": "9"}, "must have a time such as"),
        ({"family_asked": "asked"}, "Enter when they were asked, or when it was decided."),
        ({"family_asked": "asked"}, "Enter who asked or decided."),
        ({"wishes": "A quiet day"}, "Choose that they were asked, or take out"),
        ({"told": ["nobody"]}, "Choose among the people who are listed."),
        ({"belongs_to": "elsewhere"}, "Choose the phase."),
        ({"note": "x" * 2001}, "must be 2,000 characters or fewer."),
        ({"note": "a\0b"}, "Error: Add a key date"),
        ({"sensitivity": "sealed"}, "at least two named holders"),
    ],
)
def test_bad_answers_come_back_with_words_and_what_was_typed(client, cast, incident, actors, more, message):
    sections(incident, actors["partner"], general="see", community="see")
    client.force_login(cast["coordinator"])
    answer = client.post(reverse("add-date", args=[incident.uuid]), {"plan": "A vigil"} | ANSWERS | more)
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert "A vigil" in answer.content.decode()
    assert not KeyDate.objects.exists()


def test_an_anniversary_comes_every_year_whatever_is_ticked(client, cast, incident):
    client.force_login(cast["coordinator"])
    client.post(reverse("add-date", args=[incident.uuid]), ANSWERS | {"what": "anniversary"})
    assert KeyDate.objects.get().yearly


def test_the_list_says_what_comes_next_and_its_picture_says_the_same(client, cast, incident, actors):
    with clock.at(TODAY):
        write_down(actors["coordinator"], incident, plan_ready=True, plan="A vigil")
        write_down(actors["coordinator"], incident, what="funeral", on=date(2027, 3, 1))
        client.force_login(cast["coordinator"])
        text = client.get(reverse("dates", args=[incident.uuid])).content.decode()
    assert "In 33 days" in text
    assert "Plan ready" in text
    assert "Next: Court hearing on Tuesday 4 May 2027, in 33 days." in text
    assert "1 with the plan ready" in text
    assert text.index("Over, or no longer kept") < text.index("Funeral")
    assert "Anniversary of the incident" in text


def test_a_restricted_date_shows_that_it_exists_and_no_more(client, cast, incident, actors):
    found = write_down(actors["coordinator"], incident, sensitivity="restricted", note="Crown Court")
    sections(incident, actors["partner"], general="see", community="see")
    client.force_login(cast["partner"])
    for name, args in (("dates", []), ("key-date", [found.uuid])):
        text = client.get(reverse(name, args=[incident.uuid, *args])).content.decode()
        assert "Restricted date" in text
        assert "4 May" not in text
        assert "Crown Court" not in text
    assert not dates_of_all(actors["partner"]).exists()
    text = client.get(reverse("dates", args=[incident.uuid])).content.decode()
    assert "Court hearing" not in text


def test_all_incidents_are_on_one_page_and_paged_by_key(client, cast, incident, actors, monkeypatch):
    monkeypatch.setattr(date_queries, "PAGE", 2)
    monkeypatch.setattr(date_queries.coming_dates, "__kwdefaults__", {"after": None, "size": 2})
    with clock.at(TODAY):
        other = log_one(actors["coordinator"])
        days = [
            (date(2027, 5, 4), False),
            (date(2010, 3, 31), True),
            (date(2027, 4, 1), False),
            (date(2010, 4, 1), True),
        ]
        for place, (on, yearly) in enumerate(days):
            write_down(actors["coordinator"], (incident, other)[place % 2], on=on, yearly=yearly)
        write_down(actors["coordinator"], incident, on=date(2029, 1, 1), yearly=True)
        write_down(actors["coordinator"], incident, on=date(2027, 3, 1))
        write_down(actors["coordinator"], incident, on=date(2027, 6, 1), dropped=True)
        found, after = [], None
        while True:
            rows, key = date_queries.coming_dates(actors["coordinator"], after=after)
            found += [row.on for row in rows]
            if key is None:
                break
            after = date_queries.read_key(key)
        assert found == [date(2027, 4, 1), date(2027, 4, 1), date(2027, 5, 4), date(2028, 3, 31)]
        client.force_login(cast["coordinator"])
        first = client.get(reverse("key-dates"))
        assert "Later dates" in first.content.decode()
        for rubbish in ("x", "1_2_3", "9" * 30 + "_1", "_"):
            assert client.get(reverse("key-dates"), {"after": rubbish}).status_code == 200


def test_the_home_page_without_an_open_incident_names_the_next_key_date(client, cast, incident, actors):
    with clock.at(TODAY):
        write_down(actors["coordinator"], incident)
        type(incident).objects.update(stage="closed")
        client.force_login(cast["coordinator"])
        text = client.get(reverse("home")).content.decode()
    assert "No open incidents. Next key date: Tuesday 4 May 2027." in text


def test_a_group_that_was_brought_back_is_shown_on_the_date(client, cast, incident, actors):
    with clock.at(TODAY):
        found = write_down(actors["coordinator"], incident)
        Remobilisation.objects.create(
            incident=incident, date=found, kept_on=found.on, confirmed=True, by=cast["coordinator"]
        )
        client.force_login(cast["coordinator"])
        text = client.get(reverse("key-date", args=[incident.uuid, found.uuid])).content.decode()
    assert "The response group is back" in text
    assert "Bring back the response group" not in text


def test_a_closed_incident_shows_its_dates_and_takes_none(client, cast, incident, actors):
    with clock.at(TODAY):
        found = write_down(actors["coordinator"], incident)
        type(incident).objects.update(stage="closed")
        client.force_login(cast["coordinator"])
        assert client.get(reverse("dates", args=[incident.uuid])).status_code == 200
        assert client.get(reverse("add-date", args=[incident.uuid])).status_code == 403
        assert client.get(reverse("change-date", args=[incident.uuid, found.uuid])).status_code == 403
        assert client.get(reverse("remobilise", args=[incident.uuid, found.uuid])).status_code == 200
    assert timedelta(0) < found.on - TODAY.date()


# --- On paper


def printed(seen, audience):
    """The lines of the section of a pack: what each date is, and whom it concerns."""
    from response import date_pack

    section = date_pack.dates(seen, audience, clock.now())
    return [(row.what, row.shown) for row in section.context["rows"]], section


def test_gold_group_gets_all_dates_but_those_that_are_sealed(incident, actors, cast):
    with clock.at(TODAY):
        by = actors["coordinator"]
        person = somebody(by, incident)
        write_down(by, incident, on=date(2027, 4, 5))
        write_down(by, incident, what="birthday", on=date(2027, 4, 6), about=person.entry)
        write_down(by, incident, what="release", on=date(2027, 4, 7), sensitivity="restricted")
        write_down(by, incident, what="funeral", sensitivity="sealed", holders=[cast["csp_manager"]])
        write_down(by, incident, what="inquest", on=date(2027, 3, 1))
        rows, section = printed(get_sight(by, incident.uuid), "gold")
    assert rows[:3] == [("Court hearing", ""), ("Birthday", person.label), ("Release", "")]
    assert [what for what, _ in rows[3:]] == ["Anniversary of the incident"]
    assert "Next: Court hearing on Monday 5 April 2027" in section.context["picture"]


def test_partners_get_what_concerns_nobody_and_a_hearing_only_where_it_is_public(incident, actors):
    with clock.at(TODAY):
        by = actors["coordinator"]
        write_down(by, incident)
        write_down(by, incident, what="inquest", public=True, wishes="Nobody of the press")
        write_down(by, incident, what="memorial", plan="With the family")
        write_down(by, incident, what="birthday", about=somebody(by, incident).entry)
        write_down(by, incident, what="release", sensitivity="restricted")
        rows, section = printed(get_sight(by, incident.uuid), "partners")
        assert sorted(what for what, _ in rows) == [
            "Anniversary of the incident", "Inquest", "Removal of a memorial",
        ]  # fmt: skip
        loaded = {field for row in section.context["rows"] if row.date for field in row.date.__dict__}
    assert not {"note", "wishes", "plan", "asked_by"} & loaded


def test_an_agency_without_the_section_gets_none_of_them_in_its_own_pack(incident, actors):
    with clock.at(TODAY):
        write_down(actors["coordinator"], incident, what="funeral")
        sections(incident, actors["agency_manager"], general="see")
        rows, _ = printed(get_sight(actors["agency_manager"], incident.uuid), "partners")
    assert rows == [("Anniversary of the incident", "")]


def test_a_subject_access_request_finds_the_dates_that_are_about_somebody(incident, actors, cast):
    from response.privacy import people
    from svit.privacy import Asked

    by = actors["coordinator"]
    person = somebody(by, incident)
    type(person).objects.filter(pk=person.pk).update(name="Ottoline Heron")
    birthday = {"what": "birthday", "on": date(2010, 4, 6), "yearly": True, "about": person.entry}
    write_down(by, incident, wishes="A quiet day", **birthday)
    write_down(
        by, incident, sensitivity="sealed", holders=[cast["csp_manager"]], **birthday | {"what": "release"}
    )
    [found] = people(type(incident).objects.all(), Asked("Ottoline Heron"))
    said = [row for row in found.texts if row[0].startswith("Key date")]
    assert said == [("Key date, Birthday", "Tuesday 6 April 2010, every year. A quiet day")]
