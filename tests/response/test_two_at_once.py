"""Two people change the same field: nothing is overwritten unasked, and nothing that was typed is lost."""

import pytest
from django.urls import reverse

from incidents.access import sight
from incidents.actions import engage, seal
from incidents.models import Engagement
from response.models import Person

pytestmark = pytest.mark.django_db

ANSWERS = {"role": "not_known", "age_band": "child", "setting": "not_known"}


@pytest.fixture
def person(incident):
    return Person.objects.select_related("entry__incident").filter(entry__incident=incident).first()


@pytest.fixture
def change(client, cast, incident, person):
    """`change("coordinator", role="victim")`: the page posted with what the person had before them."""

    def post(who, *, version=1, **answers):
        client.force_login(cast[who])
        url = reverse("change-person", args=[incident.uuid, person.uuid])
        return client.post(url, ANSWERS | {"version": version} | answers)

    return post


@pytest.fixture
def clash(change):
    """The second coordinator's page after both changed the role, and the second the place as well."""
    assert change("coordinator", role="victim").status_code == 302
    return change("second_coordinator", role="suspect", setting="hospital")


def now(person):
    return Person.objects.values_list("role", "setting").get(pk=person.pk)


def test_both_values_stand_side_by_side_in_words(clash, person, cast):
    page = clash.content.decode()
    assert clash.status_code == 200
    assert f"{cast['coordinator'].name} changed this: role" in page
    for words in (
        "Keep yours, Role in the incident",
        "Suspect",
        "Keep theirs, Role in the incident",
        "Victim",
    ):
        assert words in page
    assert "Keep yours, Where they are" not in page, "nobody else changed the place"
    assert 'name="against" value="2"' in page
    assert now(person) == ("victim", "not_known")


def test_another_agency_hears_which_agency_was_first_and_not_who(change, cast, incident, actors):
    Engagement.objects.filter(incident=incident).update(sections={"general": "see", "people": "contribute"})
    assert change("coordinator", role="victim").status_code == 302
    page = change("youth", role="suspect").content.decode()
    assert "Northmere CSP, coordinator changed this: role" in page
    assert f"{cast['coordinator'].name} changed this" not in page
    assert f"{cast['coordinator'].name} saved this" not in page
    assert change("coordinator", version=2, role="friend").status_code == 302
    assert (
        f"{cast['coordinator'].name} changed this"
        in change("coordinator", version=2, role="witness").content.decode()
    )


def test_a_coordinator_of_another_borough_hears_no_name_either(change, cast, incident, actors):
    """They respond as a partner here: what they coordinate elsewhere opens nothing."""
    engage(
        incident=incident, agency=actors["other_coordinator"].agency, by=actors["coordinator"], reason="Near."
    )
    Engagement.objects.filter(incident=incident).update(sections={"general": "see", "people": "contribute"})
    assert change("coordinator", role="victim").status_code == 302
    page = change("other_coordinator", role="suspect").content.decode()
    assert "Northmere CSP, coordinator changed this: role" in page
    assert cast["coordinator"].name not in page


@pytest.mark.parametrize(("keep", "role"), [("yours", "suspect"), ("theirs", "victim")])
def test_the_choice_is_kept_and_the_rest_is_merged(change, clash, person, keep, role):
    answer = change("second_coordinator", role="suspect", setting="hospital", against=2, keep_role=keep)
    assert answer.status_code == 302
    assert now(person) == (role, "hospital")


def test_who_changed_it_yet_again_is_asked_about_again(change, clash, person):
    assert change("coordinator", version=2, role="witness").status_code == 302
    answer = change("second_coordinator", role="suspect", against=2, keep_role="yours")
    assert answer.status_code == 200
    assert 'name="against" value="3"' in answer.content.decode()
    assert now(person)[0] == "witness"


@pytest.mark.parametrize(
    "choice",
    [{"against": "x", "keep_role": "yours"}, {"against": 2, "keep_role": "both"}, {"against": 999999999},
     {"keep_role": "yours"}, {"against": 2, "keep_name": "yours"}],
)  # fmt: skip
def test_a_choice_that_was_not_offered_chooses_nothing(change, clash, person, choice):
    assert change("second_coordinator", role="suspect", **choice).status_code == 200
    assert now(person)[0] == "victim"


def test_a_page_older_than_a_seal_still_merges(change, person, incident, actors):
    """Sealing is no change of what the record says, so it moves no version."""
    seen = sight(actors["coordinator"], incident)
    change("coordinator", role="victim")
    seal(seen=seen, entry=person.entry, holders=[actors["second_coordinator"].user], reason="At risk")
    assert change("second_coordinator", setting="hospital").status_code == 302
    assert now(person) == ("victim", "hospital")
