"""Subject access: where a person stands, sealed records as such, and one file for review."""

import pytest
from django.urls import reverse

from incidents import actions
from incidents.access import get_sight
from incidents.models import AccessRecord
from reports import disposing, gathering
from reports.models import PackState, SubjectRequest
from response.actions import add_person, record_contact
from response.models import Person
from svit.refused import Refused
from tests.conftest import log_one
from tests.reports.reading import Read
from tests.reports.test_disposal import stored

NAME, OTHER = "Barnaby Foxglove", "Zebedee Quillfeather"


@pytest.fixture
def held(incident, actors):
    """A person in one incident with a contact, in words of a second, under seal in a third, and of another borough."""
    by = actors["coordinator"]
    first, second = Person.objects.filter(entry__incident=incident).order_by("number")
    Person.objects.filter(pk=first.pk).update(name=NAME, born="2009-03-04", address="17 Marmalade Lane")
    Person.objects.filter(pk=second.pk).update(name=OTHER)
    first.entry.incident = incident
    record_contact(
        person=first, by=by, outcome="made", method="visit", what_happened=f"Sat with him and {OTHER}."
    )
    words, sealed = log_one(by), log_one(by)
    actions.add_note(
        seen=get_sight(by, words.uuid), text="foxglove, Barnaby, was seen at the bus stop.", section="general"
    )
    add_person(
        seen=get_sight(by, sealed.uuid), event="", started_at=None, sealed=True, holders=[actors["csp_manager"].user],
        role="witness", name=NAME, age_band="child", setting="home",
    )  # fmt: skip
    elsewhere = log_one(actors["other_coordinator"])
    Person.objects.filter(entry__incident=elsewhere).update(name=NAME)
    incident.words, incident.sealed, incident.elsewhere = words, sealed, elsewhere
    return incident


def search(actors, **more):
    return gathering.search(
        **{"by": actors["governance"], "name": NAME, "born": None, "reason": "SAR 12"} | more
    )


def dispose_of(incident, actors):
    actions.close(incident=incident, by=actors["coordinator"], reason="Over.")
    found = actions.propose(
        incident=incident, by=actors["csp_manager"], ground="erasure", reason="Asked for."
    )
    actions.confirm_disposal(disposal=found, by=actors["governance"])
    disposing.carry_out()


def test_records_and_words_are_found_and_what_is_sealed_says_no_more_than_that(held, actors):
    found, hidden = gathering.found_for(search(actors))
    assert {one.reference for one in found} == {held.reference, held.words.reference}
    assert found[0].record is True
    assert {(one.reference, one.title) for one in hidden} == {(held.sealed.reference, "A sealed record")}
    assert all(one.texts == [] for one in hidden)


def test_a_date_of_birth_finds_somebody_whose_name_is_written_otherwise(held, actors):
    from datetime import date

    found, _ = gathering.found_for(search(actors, name="Barny Fox", born=date(2009, 3, 4)))
    assert [one.reference for one in found] == [held.reference]


def test_each_incident_has_the_search_in_its_access_record(held, actors):
    request = search(actors)
    rows = AccessRecord.objects.filter(subject_uuid=request.uuid, act="consultation")
    assert {row.incident_uuid for row in rows} == {held.uuid, held.words.uuid, held.sealed.uuid}
    assert {(row.user, row.purpose) for row in rows} == {
        (actors["governance"].user, "Subject access request")
    }


@pytest.mark.parametrize("who", ["coordinator", "csp_manager", "administrator", "partner"])
def test_nobody_but_the_governance_officer_searches(held, actors, who):
    with pytest.raises(Refused):
        gathering.search(by=actors[who], name=NAME, born=None, reason="x")


def test_the_file_holds_what_was_chosen_with_the_names_of_others_marked(held, actors, client, cast):
    request = search(actors)
    found, _ = gathering.found_for(request)
    gathering.gather(request=request, by=actors["governance"], chosen=[one.key for one in found])
    assert '<b class="other">Quillfeather</b>' in gathering._marked(
        f"and {OTHER.split()[1]}", ["Quillfeather"]
    )
    made = gathering.make_next()
    assert (made.state, made.failure) == (PackState.READY, "")
    assert gathering.make_next() is None
    client.force_login(cast["governance"])
    answer = client.post(reverse("subject-file", args=[request.uuid]))
    text = Read(b"".join(answer.streaming_content)).words
    for words in (
        NAME,
        "17 Marmalade Lane",
        "Sat with him",
        "was seen at the bus stop",
        "1 sealed record",
        OTHER,
    ):
        assert words in text
    assert held.sealed.reference not in text
    rows = AccessRecord.objects.filter(subject_uuid=request.uuid)
    assert {row.incident_uuid for row in rows.filter(act="disclosure")} == {held.uuid, held.words.uuid}
    assert rows.filter(act="combination").count() == 2


def test_what_was_not_chosen_is_not_in_the_file(held, actors):
    request = search(actors)
    found, _ = gathering.found_for(request)
    gathering.gather(
        request=request, by=actors["governance"], chosen=[one.key for one in found if not one.record]
    )
    request.refresh_from_db()
    assert "17 Marmalade Lane" not in gathering.document(request)


def test_what_is_sealed_cannot_be_chosen_by_a_made_up_key(held, actors):
    request = search(actors)
    _, hidden = gathering.found_for(request)
    with pytest.raises(Refused, match="at least one"):
        gathering.gather(request=request, by=actors["governance"], chosen=[one.key for one in hidden])


def test_a_closed_request_keeps_neither_file_nor_name(
    held, actors, client, cast, django_capture_on_commit_callbacks
):
    request = search(actors)
    found, _ = gathering.found_for(request)
    gathering.gather(request=request, by=actors["governance"], chosen=[found[0].key])
    key = gathering.make_next().file.name
    assert key in stored()
    client.force_login(cast["governance"])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("end-subject-request", args=[request.uuid]), {"reason": "Sent on 3 June."})
    request.refresh_from_db()
    assert (request.name, request.born, bool(request.file)) == ("", None, False)
    assert key not in stored()


def test_a_file_that_quotes_what_is_disposed_of_goes_with_it(held, actors):
    request = search(actors)
    found, _ = gathering.found_for(request)
    gathering.gather(request=request, by=actors["governance"], chosen=[one.key for one in found])
    key = gathering.make_next().file.name
    dispose_of(held, actors)
    request = SubjectRequest.objects.get()
    assert (request.name, request.chosen, bool(request.file), key in stored()) == ("", [], False, False)


def test_what_matches_only_since_the_search_goes_with_its_incident_too(held, actors):
    request = search(actors)
    later = log_one(actors["coordinator"])
    Person.objects.filter(entry__incident=later).update(name=NAME)
    found, _ = gathering.found_for(request)
    gathering.gather(request=request, by=actors["governance"], chosen=[one.key for one in found])
    request.refresh_from_db()
    assert str(later.uuid) in request.incidents
    key = gathering.make_next().file.name
    dispose_of(later, actors)
    request.refresh_from_db()
    assert (request.name, request.chosen, bool(request.file), key in stored()) == ("", [], False, False)


def test_whoever_looks_again_is_recorded_for_what_matches_since(held, actors, client, cast):
    request = search(actors)
    later = log_one(actors["coordinator"])
    Person.objects.filter(entry__incident=later).update(name=NAME)
    client.force_login(cast["governance"])
    for _ in range(2):
        assert later.reference in client.get(reverse("subject-request", args=[request.uuid])).content.decode()
    rows = AccessRecord.objects.filter(subject_kind="subject_access", act="consultation")
    looked = rows.exclude(subject_uuid=request.uuid)
    assert sorted(row.reference for row in looked) == sorted(
        row.reference for row in (held, held.words, held.sealed, later)
    )


def test_a_file_that_is_not_there_is_not_recorded_as_disclosed(held, actors, client, cast):
    request = search(actors)
    found, _ = gathering.found_for(request)
    gathering.gather(request=request, by=actors["governance"], chosen=[found[0].key])
    made = gathering.make_next()
    made.file.storage.delete(made.file.name)
    client.force_login(cast["governance"])
    assert client.post(reverse("subject-file", args=[request.uuid])).status_code == 404
    assert not AccessRecord.objects.filter(subject_uuid=request.uuid, act="disclosure").exists()


def test_the_pages(held, client, cast):
    client.force_login(cast["governance"])
    answer = client.post(reverse("subject-access"), {"name": NAME, "reason": "SAR 12"})
    page = client.get(answer["Location"]).content.decode()
    assert held.words.reference in page
    assert held.sealed.reference in page
    assert "Ask their holders" in page
    assert NAME in client.get(reverse("subject-access")).content.decode()
