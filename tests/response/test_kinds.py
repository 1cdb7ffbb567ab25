"""Every kind of record: declared soundly, written and read through the one mechanism, found, printed, due."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from checklists.models import ChecklistItem, TemplateItem
from incidents.access import sight
from incidents.actions import change_record, seal
from incidents.models import KINDS, AccessAct, AccessRecord, Entry, LogEntry, Record, Section
from incidents.pack import GOLD, PARTNERS, records
from incidents.queries import slug_of
from reports.queries import search
from response.models.education import SchoolAlert
from response.models.health import DischargePlan
from response.models.plan import Footage, StreetWork
from response.models.reporting import FirstReport, Informed, Scene
from svit import clock
from svit.refused import Refused
from tests.kinds import OWN_FORM, WORDS, make, typed, values_of

pytestmark = pytest.mark.django_db
NAMES = [model.__name__ for model in OWN_FORM]
MOST = {"records": 12, "record": 16, "add-record": 16, "phase": 10}


@pytest.fixture
def seen(incident, actors):
    return sight(actors["coordinator"], incident)


@pytest.fixture
def coordinator(client, cast):
    client.force_login(cast["coordinator"])
    return client


def at(name, incident, *args):
    return reverse(name, args=[incident.uuid, *args])


def words_of(response):
    return " ".join(response.content.decode().split())


# --- What a kind declares -------------------------------------------------------------------------


@pytest.mark.parametrize("model", OWN_FORM, ids=NAMES)
def test_a_kind_declares_what_it_has(model, toolkit):
    fields = set(model.fields)
    assert len(fields) == len(model.fields), "a field stands in two groups"
    for told in (model.restricted, model.past, model.brief, model.gold, model.partners, model.missing):
        assert set(told) <= fields, told
    for question, answers in model.asked_for.items():
        assert question in fields
        offered = {str(key) for key, _ in model._meta.get_field(question).choices}
        assert set(map(str, answers)) <= offered
        assert {name for names in answers.values() for name in names} <= fields
    assert not set(model.partners) & set(model.restricted), "what is restricted goes into no partners' pack"
    assert bool(model.due) == bool(model.due_words)
    assert not model.due or model.due in fields
    assert model.section in Section.values
    known = set(TemplateItem.objects.values_list("key", flat=True))
    assert set(model.completes) <= known
    assert hasattr(model, "history")
    assert not set(model.fields) & set(dir(Record)), "a field hides what every record has"


# --- Written and read -----------------------------------------------------------------------------


@pytest.mark.parametrize("model", OWN_FORM, ids=NAMES)
def test_a_record_is_added_read_changed_and_told_of(model, coordinator, incident, seen):
    page = coordinator.get(at("add-record", incident, slug_of(model)))
    assert page.status_code == 200
    answer = coordinator.post(at("add-record", incident, slug_of(model)), typed(model, seen))
    assert answer.status_code == 302, words_of(answer)
    entry = Entry.objects.get(incident=incident, kind=model.kind())
    assert answer.url == at("record", incident, entry.uuid)
    said = words_of(coordinator.get(answer.url))
    assert entry.title in said.replace("&#x27;", "'")
    assert not model.texts() or WORDS in said
    assert AccessRecord.objects.filter(subject_uuid=entry.uuid, act=AccessAct.COLLECTION).exists()
    assert AccessRecord.objects.filter(subject_uuid=entry.uuid, act=AccessAct.CONSULTATION).exists()
    log = LogEntry.objects.get(about_uuid=entry.uuid)
    assert (log.section, log.sensitivity) == (model.section, entry.sensitivity)
    assert words_of(coordinator.get(at("records", incident, slug_of(model)))).count("svit-card__head") == 1
    assert coordinator.get(at("change-record", incident, entry.uuid)).status_code == 200
    changed = typed(model, seen) | {"version": "1"}
    asked = {name for answers in model.asked_for.values() for names in answers.values() for name in names}
    text = next((name for name in model.texts() if name not in asked), None)
    if text:
        changed[text] = "Other words"
    assert coordinator.post(at("change-record", incident, entry.uuid), changed).status_code == 302
    if text:
        assert "Other words" in words_of(coordinator.get(at("record", incident, entry.uuid)))


@pytest.mark.parametrize("model", OWN_FORM, ids=NAMES)
def test_an_empty_form_says_what_is_missing_and_writes_nothing(model, coordinator, incident):
    answer = coordinator.post(at("add-record", incident, slug_of(model)), {})
    assert answer.status_code == 200
    said = words_of(answer)
    assert "There is a problem" in said
    assert "This field is required" not in said
    assert not Entry.objects.filter(incident=incident, kind=model.kind()).exists()


@pytest.mark.parametrize("model", OWN_FORM, ids=NAMES)
def test_a_form_that_is_sent_twice_makes_one_record(model, coordinator, incident, seen):
    sent = typed(model, seen) | {"submission": "11111111-1111-4111-8111-111111111111"}
    first, second = (coordinator.post(at("add-record", incident, slug_of(model)), sent) for _ in range(2))
    assert first.url == second.url
    assert Entry.objects.filter(incident=incident, kind=model.kind()).count() == 1


def test_an_answer_empties_what_it_does_not_ask_for(coordinator, incident, seen):
    held = typed(Scene, seen, state="held")  # released_at is sent along, as a browser without JavaScript does
    coordinator.post(at("add-record", incident, "scene"), held)
    scene = Scene.objects.get()
    assert scene.released_at is None
    assert scene.left == ""
    assert scene.review_at is not None


def test_what_an_answer_asks_for_has_to_be_given(coordinator, incident, seen):
    sent = {
        name: value
        for name, value in typed(Scene, seen, state="released").items()
        if "released_at" not in name
    }
    assert "Enter when it was released." in words_of(
        coordinator.post(at("add-record", incident, "scene"), sent)
    )


def test_councillors_do_not_hear_before_the_next_of_kin_without_a_reason(coordinator, incident, seen):
    sent = typed(Informed, seen, kin="not_yet", parties=["councillors"], kin_why="")
    assert "Say why others were told before the next of kin." in words_of(
        coordinator.post(at("add-record", incident, "informed"), sent)
    )


def test_a_school_that_heard_before_the_family_has_to_be_explained(coordinator, incident, seen):
    sent = typed(SchoolAlert, seen, state="told", kin="no", answer="")
    assert "Say why the school was told" in words_of(
        coordinator.post(at("add-record", incident, "school-alert"), sent)
    )


def test_answers_that_matter_are_checked_before_they_are_saved(coordinator, incident, seen):
    sent = typed(FirstReport, seen)
    del sent["confirmed"]
    page = coordinator.post(at("add-record", incident, "first-report"), sent)
    assert "Check your answers" in words_of(page)
    assert not FirstReport.objects.exists()
    carried = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.content.decode())
    carried = {name: value for name, value in carried if name != "csrfmiddlewaretoken"}
    assert carried == sent
    back = coordinator.post(at("add-record", incident, "first-report"), sent | {"change": "1"})
    assert WORDS in words_of(back)
    assert not FirstReport.objects.exists()
    coordinator.post(at("add-record", incident, "first-report"), carried | {"confirmed": "1"})
    assert FirstReport.objects.get().reported_at


def test_two_people_who_change_one_field_are_asked(coordinator, incident, seen):
    scene = make(Scene, seen)
    now = Scene.objects.select_related("entry__incident").get()
    change_record(seen=seen, record=now, version=1, place="The market")
    sent = typed(Scene, seen, place="The station") | {"version": "1"}
    said = words_of(coordinator.post(at("change-record", incident, scene.uuid), sent))
    assert "The market" in said
    assert "The station" in said
    assert Scene.objects.get().place == "The market"


def test_what_somebody_must_be_named_for_says_so(coordinator, incident, seen):
    sent = typed(DischargePlan, seen) | {"about": ""}
    assert "Choose whom it is about." in words_of(
        coordinator.post(at("add-record", incident, "discharge-plan"), sent)
    )


def test_a_record_ends_the_item_that_asked_for_it(coordinator, incident, seen):
    item = ChecklistItem.objects.get(incident=incident, template_item__key="scene-managed")
    page = words_of(coordinator.get(at("add-record", incident, "scene")))
    assert item.title.replace("'", "&#x27;") in page
    coordinator.post(at("add-record", incident, "scene"), typed(Scene, seen))
    item.refresh_from_db()
    assert item.is_open, "it was not ticked"
    coordinator.post(at("add-record", incident, "scene"), typed(Scene, seen) | {"ends_item": "on"})
    item.refresh_from_db()
    assert not item.is_open


# --- Who reads it ---------------------------------------------------------------------------------


def test_a_restricted_field_is_for_those_who_may_read_what_is_restricted(client, cast, incident, seen):
    report = make(FirstReport, seen, location="Flat 7", hazards="Petrol")
    client.force_login(cast["partner"])
    said = words_of(client.get(at("record", incident, report.uuid)))
    assert "Petrol" in said
    assert "Flat 7" not in said
    assert "Give a reason to read it" in said
    client.post(at("reveal", incident, report.uuid), {"reason": "task", "text": "On the way there"})
    assert "Flat 7" in words_of(client.get(at("record", incident, report.uuid)))


def test_a_partner_without_the_section_finds_nothing(client, cast, incident, seen):
    plan = make(DischargePlan, seen)
    client.force_login(cast["youth"])
    assert client.get(at("record", incident, plan.uuid)).status_code == 404
    assert client.get(at("records", incident, "discharge-plan")).status_code == 403
    assert client.get(at("add-record", incident, "discharge-plan")).status_code == 403


def test_the_phase_page_lists_its_kinds_and_counts_nothing_that_is_sealed(
    client, cast, incident, seen, actors
):
    make(Scene, seen)
    hidden = make(Scene, seen)
    seal(seen=seen, entry=hidden.entry, holders=[actors["csp_manager"].user], reason="A witness lives there")
    client.force_login(cast["second_coordinator"])
    said = words_of(client.get(at("phase", incident, "reporting")))
    assert "Scenes" in said
    assert "1 recorded" in said


# --- Found, printed, due --------------------------------------------------------------------------


def test_a_search_finds_the_words_of_records_that_may_be_read(incident, seen, actors):
    make(Scene, seen, words="zqopen")
    make(FirstReport, seen, words="zqplain", location="zqflat")
    make(Scene, seen, words="zqshut", sensitivity="restricted")
    for words, found in (("zqopen", True), ("zqplain", True), ("zqflat", False), ("zqshut", False)):
        rows, _ = search(actors["coordinator"], words)
        assert bool(rows) == found, words
    assert search(actors["coordinator"], "zqopen")[0][0].record_title == "Scene: zqopen"
    assert not search(actors["stranger"], "zqopen")[0]


def test_a_pack_prints_what_the_kind_lists_for_its_audience_and_no_more(incident, seen):
    for model in OWN_FORM:
        make(model, seen)
    for audience in (GOLD, PARTNERS):
        section = records(seen, audience, clock.now())
        printed = {
            (type(one["record"]), row["name"])
            for kind in section.context["kinds"]
            for one in kind["records"]
            for row in one["rows"]
        }
        for model in OWN_FORM:
            mine = {name for kind, name in printed if kind is model}
            assert mine <= set(getattr(model, audience)), model
            if audience == PARTNERS and (model.sensitivity != "standard" or model.concerns == "must"):
                assert not mine, model
            elif getattr(model, audience):
                assert mine, model


def test_a_partners_pack_names_no_place_of_a_scene(incident, seen):
    make(Scene, seen, place="Market car park")
    for audience, said in ((GOLD, "Scene: Market car park"), (PARTNERS, "Scene 1")):
        [kind] = records(seen, audience, clock.now()).context["kinds"]
        assert [one["title"] for one in kind["records"]] == [said]


def test_an_intelligence_report_is_in_no_pack():
    assert not KINDS["intelligencereport"].gold
    assert not KINDS["intelligencereport"].partners


def test_a_record_falls_due_and_is_over_when_it_is_dealt_with(seen):
    day = clock.today() + timedelta(days=20)
    footage = make(Footage, seen, kept="no", kept_until=day)
    entry = Entry.objects.get(pk=footage.pk)
    assert clock.local(entry.due_at).date() == day
    assert entry.remind_at == entry.due_at - timedelta(days=1)
    now = Footage.objects.select_related("entry__incident").get(pk=footage.pk)
    change_record(seen=seen, record=now, version=1, kept="yes", kept_until=None)
    entry.refresh_from_db()
    assert (entry.due_at, entry.remind_at) == (None, None)


def test_work_that_ends_before_it_begins_is_refused(coordinator, incident, seen):
    sent = typed(StreetWork, seen, until_at=clock.now() - timedelta(days=2))
    assert "It ends before it begins." in words_of(
        coordinator.post(at("add-record", incident, "street-work"), sent)
    )


def test_a_closed_incident_takes_no_record(seen):
    seen.incident.stage = "closed"
    with pytest.raises(Refused):
        make(Scene, seen)


# --- What a page costs ----------------------------------------------------------------------------


def cost(client, url):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200, url
    return len(asked), "\n".join(query["sql"][:200] for query in asked)


@pytest.mark.parametrize("model", OWN_FORM, ids=NAMES)
def test_a_page_costs_the_same_with_few_and_with_many_records(model, coordinator, incident, seen):
    first = make(model, seen)
    pages = {
        "records": at("records", incident, slug_of(model)),
        "record": at("record", incident, first.uuid),
        "add-record": at("add-record", incident, slug_of(model)),
        "phase": at("phase", incident, model.phase.replace("_", "-")),
    }
    few = {}
    for name, url in pages.items():
        coordinator.get(url)
        few[name], told = cost(coordinator, url)
        assert few[name] <= MOST[name], f"{name} takes {few[name]}:\n{told}"
    for _ in range(5):
        make(model, seen)
    for name, url in pages.items():
        coordinator.get(url)
        many, told = cost(coordinator, url)
        assert many == few[name], f"{name} grows:\n{told}"


@pytest.mark.parametrize("model", OWN_FORM, ids=NAMES)
def test_adding_a_record_stays_within_its_budget(model, coordinator, incident, seen):
    coordinator.get(at("add-record", incident, slug_of(model)))
    with CaptureQueriesContext(connection) as asked:
        coordinator.post(at("add-record", incident, slug_of(model)), typed(model, seen))
    assert len(asked) <= 22, "\n".join(query["sql"][:200] for query in asked)


def test_a_value_of_each_field_is_given_back_as_it_was_typed(coordinator, incident, seen):
    for model in OWN_FORM:
        record = make(model, seen)
        page = coordinator.get(at("change-record", incident, record.uuid))
        form = page.context["form"]
        given = values_of(model, seen)
        for name in model.texts():
            assert form[name].value() == given[name]


def test_a_list_is_paged_by_key(coordinator, incident, seen):
    for number in range(23):
        make(Scene, seen, place=f"Place {number}")
    first = coordinator.get(at("records", incident, "scene"))
    assert words_of(first).count("svit-card__head") == 20
    older = first.context["older"]
    second = coordinator.get(f"{at('records', incident, 'scene')}?{urlencode({'before': older})}")
    assert words_of(second).count("svit-card__head") == 3


@pytest.mark.parametrize("model", OWN_FORM, ids=NAMES)
def test_each_question_stands_on_the_form_once(model, coordinator, incident):
    page = coordinator.get(at("add-record", incident, slug_of(model))).content.decode()
    drawn = re.findall(r'\sid="(id_\w+)"', page)
    assert len(drawn) == len(set(drawn)), sorted(name for name in drawn if drawn.count(name) > 1)
    assert {f'name="{name}' in page for name in model.fields} == {True}
