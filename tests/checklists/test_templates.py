"""Mobilisation templates as a partnership keeps them: built in until changed, then its own."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from checklists import actions, queries
from checklists.mobilising import TEMPLATES, template_for
from checklists.models import ChecklistItem, MobilisationTemplate
from incidents.access import sight
from partners import changes
from svit.refused import Refused
from tests.conftest import log_one
from tests.partners.test_hostile import VALUES

pytestmark = pytest.mark.django_db

PAGE, NEW = "/setup/templates/", "/setup/templates/new/"
SUPPORT, FULL = "/setup/templates/support/", "/setup/templates/full/"
GOOD = {
    "name": "School incident",
    "categories": ["serious"],
    "kinds": ["education"],
    "parts": ["phase:education"],
}


@pytest.fixture
def coordinator(client, cast, toolkit):
    client.force_login(cast["coordinator"])
    return client


def add(actors, **more):
    values = {"name": "School incident", "categories": [], "kinds": [], "items": ["phase:education"]}
    by = actors["coordinator"]
    return actions.add_template(by=by, partnership=by.partnership, **values | more)


def keep(actors, act, template):
    by = actors["coordinator"]
    return act(template=template, by=by, partnership=by.partnership)


def test_until_one_is_changed_a_partnership_has_the_three_built_in_and_no_row(coordinator, world):
    page = coordinator.get(PAGE).content.decode()
    for name in ("Full response", "Contact and support", "Anniversary or key date"):
        assert name in page
    assert "Below the serious violence threshold" in page
    assert (
        "All of Health planning, All of Relationship mapping, Everything about contact with people, 4 single items"
        in page
    )
    assert not MobilisationTemplate.objects.exists()
    assert list(queries.templates_of(world.north)) == ["full", "support", "dates"]


def test_the_built_in_ones_give_out_what_they_did(toolkit, actors):
    """As the code had it before they were data: contact items, two phases, the section people and four items."""
    items = list(
        ChecklistItem.objects.filter(incident=log_one(actors["coordinator"])).select_related("template_item")
    )
    keys = {"victim-support", "safeguarding", "mash-referral", "support-offered"}
    support = [
        item for item in items
        if item.clock_kind or item.phase in ("health", "relationships") or item.section == "people"
        or item.template_item.key in keys
    ]  # fmt: skip
    assert [item for item in items if TEMPLATES["support"].takes(item)] == support
    assert len(support) > 10
    assert all(TEMPLATES["full"].takes(item) for item in items)
    local = ChecklistItem(title="Ring the school", phase="education", section="education")
    assert TEMPLATES["dates"].takes(local)
    assert not TEMPLATES["support"].takes(local)


def test_changing_a_built_in_one_keeps_a_row_of_the_partnership_alone(coordinator, world):
    shown = coordinator.get(SUPPORT).content.decode()
    assert 'value="Contact and support"' in shown
    assert "Response plan: 2 of" in shown
    data = GOOD | {"name": "Support only", "parts": ["phase:health"], "items_response_plan": ["item:victim-support"],
                   "categories": ["below"], "kinds": []}  # fmt: skip
    assert coordinator.post(SUPPORT, data).status_code == 302
    row = MobilisationTemplate.objects.get()
    assert (row.key, row.name, row.partnership) == ("support", "Support only", world.north)
    assert row.items == ["phase:health", "item:victim-support"]
    assert [one.name for one in queries.templates_of(world.north).values()] == [
        "Full response", "Support only", "Anniversary or key date",
    ]  # fmt: skip
    assert queries.templates_of(world.east)["support"].name == "Contact and support"
    assert TEMPLATES["support"].name == "Contact and support"


def test_a_new_template_is_offered_on_the_mobilise_page_and_chosen_first_for_its_category(
    coordinator, actors, world, cast
):
    assert coordinator.post(NEW, GOOD).status_code == 302
    own = MobilisationTemplate.objects.get(name="School incident")
    templates = queries.templates_of(world.north)
    assert template_for("serious", templates).name == "School incident"
    assert template_for("critical", templates).key == template_for(None, templates).key == "full"
    incident = log_one(actors["coordinator"])
    page = coordinator.get(reverse("mobilise", args=[incident.uuid]), {"template": own.key})
    assert page.context["template"] == own
    assert {row.agency.kind for row in page.context["rows"]} == {"education"}
    assert "School incident: the agencies that its open items name." in page.content.decode()
    assert 'href="/setup/templates/"' in page.content.decode()
    sent = coordinator.post(
        reverse("mobilise", args=[incident.uuid]),
        {"agencies": [str(world.agencies.school.uuid)], "template": own.key},
    )
    assert sent.status_code == 302
    coordinator.force_login(cast["other_coordinator"])
    far = log_one(actors["other_coordinator"])
    page = coordinator.get(reverse("mobilise", args=[far.uuid]), {"template": own.key})
    assert page.context["template"].key == "full"
    assert "School incident" not in page.content.decode()
    assert coordinator.get(reverse("setup-change-template", args=[own.key])).status_code == 404


def test_a_category_moves_from_the_template_that_had_it(world, actors):
    add(actors, categories=["serious", "none"])
    rows = queries.templates_of(world.north)
    assert rows["full"].categories == ["critical", "of_note"]
    assert rows["support"].categories == ["below"]
    assert MobilisationTemplate.objects.count() == 2
    assert template_for(None, rows).name == "School incident"


def test_the_kinds_of_agency_narrow_what_is_given_out(toolkit, actors):
    incident = log_one(actors["coordinator"])
    seen = sight(actors["coordinator"], incident)
    police = add(actors, kinds=["police"], items=["all"])
    found = queries.mobilising(seen, police)
    assert {row.agency.kind for row in found.rows} == {"police"}
    assert found.missing == []


def test_a_retired_template_is_offered_no_more_until_it_is_used_again(coordinator, world):
    page = coordinator.get(f"{SUPPORT}retire/").content.decode()
    assert "Full response is then chosen first for these." in page
    assert (
        "Contact and support is retired."
        in coordinator.post(f"{SUPPORT}retire/", follow=True).content.decode()
    )
    rows = queries.templates_of(world.north)
    assert list(rows) == ["full", "dates"]
    assert template_for("below", rows).key == "full"
    again = coordinator.get(SUPPORT, follow=True).content.decode()
    assert "Contact and support is retired. Use it again first." in again
    assert "is retired already" in coordinator.post(f"{SUPPORT}retire/", follow=True).content.decode()
    assert "is in use again" in coordinator.post(f"{SUPPORT}restore/", follow=True).content.decode()
    restored = queries.templates_of(world.north)["support"]
    assert restored.categories == []
    assert restored.items == TEMPLATES["support"].items
    assert "is in use already" in coordinator.post(f"{SUPPORT}restore/", follow=True).content.decode()


def test_the_last_template_stays(world, actors):
    for key in ("full", "support"):
        keep(actors, actions.retire_template, TEMPLATES[key])
    with pytest.raises(Refused, match="the last template"):
        keep(actors, actions.retire_template, TEMPLATES["dates"])
    assert list(queries.templates_of(world.north)) == ["dates"]


def test_a_name_is_taken_once_and_free_again_when_its_template_is_retired(world, actors):
    with pytest.raises(Refused, match="already a template called Full response") as refused:
        add(actors, name="FULL response")
    assert refused.value.field == "name"
    keep(actors, actions.retire_template, TEMPLATES["full"])
    add(actors, name="Full response")
    with pytest.raises(Refused, match="already a template"):
        keep(actors, actions.restore_template, TEMPLATES["full"])
    with pytest.raises(IntegrityError), transaction.atomic():
        MobilisationTemplate.objects.create(partnership=world.north, name="full Response", items=["all"])
    with pytest.raises(IntegrityError), transaction.atomic():
        MobilisationTemplate.objects.create(partnership=world.north, name="Other", key="full")


def test_a_retired_template_is_not_changed(actors):
    keep(actors, actions.retire_template, TEMPLATES["support"])
    by = actors["coordinator"]
    with pytest.raises(Refused, match="Use it again first"):
        actions.change_template(
            template=TEMPLATES["support"], by=by, partnership=by.partnership, name="X", categories=[], kinds=[],
            items=["all"],
        )  # fmt: skip


def test_every_open_item_needs_no_other_tick(coordinator, world):
    coordinator.post(NEW, GOOD | {"parts": ["all", "phase:health"], "items_health": ["item:discharge"]})
    assert MobilisationTemplate.objects.get(name="School incident").items == ["all"]


BAD = [
    ({"name": ""}, "name", "Enter a name"),
    ({"name": "x" * 61}, "name", "Use 60 characters or fewer"),
    ({"name": "full response"}, "name", "There is already a template called Full response"),
    ({"parts": []}, "parts", "Choose which items it gives out"),
    ({"parts": ["phase:nowhere"]}, "parts", "Choose one of the answers that the page offers."),
    ({"categories": ["emperor"]}, "categories", "Choose one of the answers that the page offers."),
    ({"kinds": ["community_safety"]}, "kinds", "Choose one of the answers that the page offers."),
    ({"items_health": ["item:nothing"]}, "items_health", "Choose one of the answers that the page offers."),
]  # fmt: skip


@pytest.mark.parametrize(("data", "field", "words"), BAD)
@pytest.mark.parametrize("page", [NEW, SUPPORT])
def test_bad_values_are_answered_beside_the_field(coordinator, page, data, field, words):
    answer = coordinator.post(page, GOOD | data)
    assert answer.status_code == 200
    assert words in str(answer.context["form"].errors[field])
    assert "There is a problem" in answer.content.decode()
    assert not MobilisationTemplate.objects.exists()


@pytest.mark.parametrize("field", ["name", "categories", "kinds", "parts", "items_health"])
def test_no_value_breaks_a_form(coordinator, field):
    for value in VALUES:
        answer = coordinator.post(NEW, GOOD | {field: value})
        assert answer.status_code in (200, 302)
        assert "<script>alert" not in answer.content.decode()


def test_only_those_of_the_partnership_keep_its_templates(actors, world):
    values = {"name": "X", "categories": [], "kinds": [], "items": ["all"]}
    for who in ("partner", "agency_manager", "governance", "other_coordinator"):
        with pytest.raises(PermissionDenied):
            actions.add_template(by=actors[who], partnership=world.north, **values)
    for number, who in enumerate(("coordinator", "csp_manager", "administrator")):
        actions.add_template(by=actors[who], partnership=world.north, **values | {"name": f"Of {number}"})
    assert MobilisationTemplate.objects.count() == 3


def test_a_coordinator_sees_no_other_page_of_the_set_up(coordinator):
    page = coordinator.get(PAGE)
    assert [tab["text"] for tab in page.context["tabs"]] == ["Templates"]
    assert 'aria-label="Set-up"' not in page.content.decode()


HISTORY = f"{SUPPORT}history/"


def test_a_coordinator_reads_the_history_of_a_template_and_of_nothing_else(coordinator, cast, actors):
    assert f'href="{HISTORY}"' in coordinator.get(SUPPORT).content.decode()
    assert "Nothing was changed yet." in coordinator.get(HISTORY).content.decode()
    assert coordinator.post(SUPPORT, GOOD).status_code == 302
    add(actors, name="Another")
    page = coordinator.get(HISTORY).content.decode()
    assert "School incident, mobilisation template: changed" in page
    assert "Name: from Contact and support to School incident" in page
    assert cast["coordinator"].name in page
    assert "Northmere CSP, coordinator" in page
    assert "Another" not in page
    assert "/setup/history/" not in page
    coordinator.post(f"{SUPPORT}retire/")
    assert f'href="{HISTORY}"' in coordinator.get(PAGE).content.decode()
    retired = coordinator.get(HISTORY)
    assert retired.context["back_url"] == PAGE
    assert "Retired." in retired.content.decode()
    assert coordinator.get("/setup/history/", {"of": "templates"}).status_code == 403
    coordinator.force_login(cast["other_coordinator"])
    assert "Nothing was changed yet." in coordinator.get(HISTORY).content.decode()


def test_the_history_of_a_template_comes_in_pages_by_key(coordinator, actors, monkeypatch):
    by = actors["coordinator"]
    for number in range(4):
        actions.change_template(
            template=TEMPLATES["support"], by=by, partnership=by.partnership, name=f"Name {number}", categories=[],
            kinds=[], items=["all"],
        )  # fmt: skip
    monkeypatch.setattr(changes, "PAGE", 2)
    newest = coordinator.get(HISTORY)
    assert [row.title.split(",")[0] for row in newest.context["rows"]] == ["Name 3", "Name 2"]
    older = coordinator.get(HISTORY, {"before": newest.context["older"]})
    assert [row.title.split(",")[0] for row in older.context["rows"]] == ["Name 1", "Name 0"]
    for before in ("x", "2026-06-06T01:56:00_7"):
        assert coordinator.get(HISTORY, {"before": before}).context["older"] == newest.context["older"]


def test_what_is_no_template_is_not_found(coordinator):
    for address in (
        "/setup/templates/nothing/",
        "/setup/templates/nothing/retire/",
        "/setup/templates/nothing/history/",
    ):
        assert coordinator.get(address).status_code == 404
    assert coordinator.post("/setup/templates/nothing/restore/").status_code == 404


def test_the_number_of_queries_stays(coordinator, actors, world):
    incident = log_one(actors["coordinator"])

    def count(address):
        coordinator.get(address)
        with CaptureQueriesContext(connection) as seen:
            coordinator.get(address)
        return len(seen)

    addresses = (PAGE, SUPPORT, reverse("mobilise", args=[incident.uuid]))
    few = [count(address) for address in addresses]
    for number in range(12):
        add(actors, name=f"Template {number}")
    assert [count(address) for address in addresses] == few
