"""Two people set up the same thing: nothing is overwritten unasked, and nothing that was typed is lost."""

import pytest
from django.urls import reverse

from checklists import actions as checklists
from checklists.mobilising import TEMPLATES
from checklists.models import ConfirmedContact, MobilisationTemplate, SupportOrganisation
from partners import actions
from partners.models import Agency, Contact, OnCall, Partnership, Role
from svit import clock
from svit.refused import Refused
from tests.conftest import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(world):
    """Another administrator of Northmere."""
    member = make_member("admin.two@northmere.example", world.agencies.csp, Role.ADMINISTRATOR)
    return member.user


@pytest.fixture
def first(client, cast):
    client.force_login(cast["administrator"])
    return client


PARTNERSHIP = {"name": "Northmere CSP", "area": "Northmere", "marking": "OFFICIAL-SENSITIVE"}
AGENCY = {"name": "Northmere Homes", "kind": "housing", "regime": "uk_gdpr", "telephone": "020 7946 0142"}
ENTRY = {"kind": "network", "name": "Traders", "telephone": "020 7946 0001"}
TEMPLATE = {
    "name": "Contact and support", "categories": ["below"], "items_response_plan": ["item:victim-support"],
    "parts": ["phase:health", "phase:relationships", "section:people"],
}  # fmt: skip


def of_partnership(world):
    return reverse("setup-partnership"), lambda: Partnership.objects.get(pk=world.north.pk)


def of_agency(world):
    housing = world.agencies.housing
    return reverse("setup-change-agency", args=[housing.uuid]), lambda: Agency.objects.get(pk=housing.pk)


def of_contact(world):
    values = {"kind": "network", "name": "Traders", "telephone": "020 7946 0001"}
    entry = Contact.objects.create(partnership=world.north, **values)
    return reverse("setup-change-contact", args=[entry.uuid]), lambda: Contact.objects.get(pk=entry.pk)


def of_organisation(world):
    found = SupportOrganisation.objects.get(key="samaritans")
    ConfirmedContact.objects.create(partnership=world.north, organisation=found, telephone="116 100")
    url = reverse("setup-confirm-organisation", args=["samaritans"])
    return url, lambda: ConfirmedContact.objects.get(organisation=found)


def of_resource(world):
    name = "NHS pathways"
    url = reverse("setup-confirm-resource", args=["nhs-pathways"])
    return url, lambda: ConfirmedContact.objects.get(organisation=None, resource__iexact=name)


def of_template(world):
    url = reverse("setup-change-template", args=["dates"])
    return url, lambda: MobilisationTemplate.objects.get(key="dates")


# What is set up, what the form says, the field that both change, to what each, and another that the second changes.
CASES = [
    (of_partnership, PARTNERSHIP, "area", "North", "South", {"handling": "Burn it"}),
    (of_agency, AGENCY, "telephone", "020 7946 0801", "020 7946 0802", {"address": "1 Quay"}),
    (of_contact, ENTRY, "telephone", "020 7946 0801", "020 7946 0802", {"represents": "Quay"}),
    (of_organisation, {"telephone": "116 100"}, "telephone", "116 101", "116 102", {"address": "https://s.example"}),
    (of_template, {"name": "Key date", "categories": [], "kinds": [], "parts": ["local"]}, "name", "Date", "Dates",
     {"kinds": ["police"]}),
]  # fmt: skip
BOTH = pytest.mark.parametrize(("thing", "values", "field", "theirs", "ours", "besides"), CASES)


@BOTH
def test_who_comes_second_is_asked_and_nothing_typed_is_lost(
    first, cast, second, world, toolkit, thing, values, field, theirs, ours, besides
):
    url, now = thing(world)
    shown = first.get(url).context["form"]
    assert first.post(url, values).status_code == 302, "as it stands"
    version = int(first.get(url).context["form"]["version"].value())
    assert 'name="version"' in shown.as_div()
    assert first.post(url, values | {field: theirs, "version": version}).status_code == 302
    first.force_login(second)
    both = values | {field: ours, "version": version} | besides
    answer = first.post(url, both)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f"In the meantime {cast['administrator'].name} changed this" in page
    assert [(row["yours"], row["theirs"]) for row in answer.context["form"].conflict["rows"]] == [
        (ours, theirs)
    ]
    assert f'value="{ours}"' in page, "what was typed still stands in the form"
    assert 'id="conflict"' in page
    assert getattr(now(), field) == theirs
    against = {"against": answer.context["form"].conflict["against"]}
    assert first.post(url, both | against | {f"keep_{field}": "theirs"}).status_code == 302
    assert getattr(now(), field) == theirs
    for name, value in besides.items():
        assert getattr(now(), name) == value, "the rest is merged"


@BOTH
def test_the_choice_of_ones_own_stands(
    first, second, world, toolkit, thing, values, field, theirs, ours, besides
):
    url, now = thing(world)
    first.post(url, values)
    version = int(first.get(url).context["form"]["version"].value())
    first.post(url, values | {field: theirs, "version": version})
    first.force_login(second)
    both = values | {field: ours, "version": version}
    against = first.post(url, both).context["form"].conflict["against"]
    assert first.post(url, both | {"against": against, f"keep_{field}": "yours"}).status_code == 302
    assert getattr(now(), field) == ours


@BOTH
def test_different_fields_merge_unasked(
    first, second, world, toolkit, thing, values, field, theirs, ours, besides
):
    url, now = thing(world)
    first.post(url, values)
    version = int(first.get(url).context["form"]["version"].value())
    first.post(url, values | {field: theirs, "version": version})
    first.force_login(second)
    assert first.post(url, values | {"version": version} | besides).status_code == 302
    assert getattr(now(), field) == theirs
    for name, value in besides.items():
        assert getattr(now(), name) == value


def test_two_who_confirm_what_nobody_had_confirmed_are_asked_too(first, cast, second, world, toolkit):
    url, now = of_resource(world)
    assert first.get(url).context["form"]["version"].value() == 0
    assert first.post(url, {"address": "https://one.example", "version": 0}).status_code == 302
    first.force_login(second)
    answer = first.post(url, {"address": "https://two.example", "version": 0})
    assert (
        f"In the meantime {cast['administrator'].name} changed this: web address" in answer.content.decode()
    )
    assert now().address == "https://one.example"


def test_two_who_each_leave_out_what_the_other_kept_leave_something(first, second, world, toolkit):
    url, now = of_organisation(world)
    first.post(url, {"telephone": "116 100", "address": "https://s.example"})
    version = now().version
    assert first.post(url, {"telephone": "116 100", "address": "", "version": version}).status_code == 302
    answer = first.post(url, {"telephone": "", "address": "https://s.example", "version": version})
    assert "Enter a telephone number or a web address" in answer.content.decode()
    assert now().telephone == "116 100"


# --- Templates: the first change makes the row; ticks are no list; one template takes what another had


def give_out(client, *items, version, **more):
    url = reverse("setup-change-template", args=["support"])
    return client.post(url, TEMPLATE | {"items_response_plan": list(items), "version": version} | more)


@pytest.fixture
def coordinators(client, cast, toolkit):
    def as_(who):
        client.force_login(cast[who])
        return client

    return as_


def test_two_who_change_a_built_in_template_are_asked_by_the_titles_of_its_items(coordinators, cast):
    assert give_out(coordinators("coordinator"), "item:victim-support", version=1).status_code == 302
    answer = give_out(coordinators("second_coordinator"), version=1, parts=["phase:education"])
    [row] = answer.context["form"].conflict["rows"]
    assert row["label"] == "Which open items does it give out?"
    assert row["yours"] == "All of Education engagement"
    assert row["theirs"].startswith("All of Health planning; All of Relationship mapping; ")
    page = answer.content.decode()
    assert f"In the meantime {cast['coordinator'].name} changed this: which items it gives out" in page
    against = {"against": 2, "keep_items": "yours", "parts": ["phase:education"]}
    assert give_out(coordinators("second_coordinator"), version=1, **against).status_code == 302
    assert MobilisationTemplate.objects.get(key="support").items == ["phase:education"]


def test_ticks_in_another_order_are_no_change(world, actors):
    by, full = actors["coordinator"], TEMPLATES["support"]
    values = {name: getattr(full, name) for name in ("name", "categories", "kinds")}
    checklists.change_template(
        template=full, partnership=world.north, by=by, version=1, **values, items=full.items[::-1]
    )
    assert not MobilisationTemplate.objects.exists()


def test_a_category_that_another_template_took_is_not_taken_back_unasked(world, actors):
    by, full = actors["coordinator"], TEMPLATES["full"]
    checklists.add_template(
        by=by, partnership=world.north, name="Schools", categories=["serious"], kinds=[], items=["all"]
    )
    values = {"categories": full.categories, "kinds": [], "items": ["all"]}
    row = checklists.change_template(
        template=full, partnership=world.north, by=by, version=1, name="Everything", **values
    )
    assert (row.name, "serious" in row.categories) == ("Everything", False)


# --- What is no form, but could overwrite too


def test_what_somebody_removed_is_not_brought_back_and_is_no_error(actors, world):
    _, now = of_contact(world)
    entry = now()
    actions.remove_contact(contact=entry, by=actors["administrator"])
    for act in (actions.confirm_contact, actions.remove_contact):
        with pytest.raises(Refused, match="has removed Traders"):
            act(contact=entry, by=actors["administrator"])
    assert not Contact.objects.exists()


def test_confirming_keeps_in_the_history_what_stands_now(actors, world):
    _, now = of_contact(world)
    early = now()
    values = {"kind": "network", "name": "Traders", "represents": "", "agency": None, "email": ""}
    actions.change_contact(contact=now(), by=actors["administrator"], telephone="020 7946 0801", **values)
    actions.confirm_contact(contact=early, by=actors["administrator"])
    assert Contact.history.first().telephone == now().telephone == "020 7946 0801"


def test_a_span_of_duty_ends_once(actors, world, cast):
    by, at = actors["administrator"], clock.now()
    span = OnCall.objects.create(
        agency=world.agencies.police, user=cast["partner"], from_at=at.replace(year=at.year + 1),
        until_at=at.replace(year=at.year + 2),
    )  # fmt: skip
    early = OnCall.objects.select_related("agency").get(pk=span.pk)
    actions.end_on_call(span=span, by=by)
    with pytest.raises(Refused, match="ended already"):
        actions.end_on_call(span=early, by=by)
