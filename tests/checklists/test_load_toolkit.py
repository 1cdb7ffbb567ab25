"""The toolkit as data: all of it, once, and nothing of a broken file."""

import shutil
from collections import Counter

import pytest
import yaml
from django.core.management import CommandError, call_command

from checklists.actions import load_toolkit
from checklists.actions.toolkit import FOLDER, BrokenToolkit
from checklists.models import (
    ConfirmedContact,
    OpenedWith,
    ReadinessItem,
    Resource,
    SupportOrganisation,
    Template,
    TemplateItem,
)
from checklists.queries import resources
from tests.conftest import log_one

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    """A copy of the toolkit that a test may break: `folder(old, new)` changes the checklist."""
    shutil.copytree(FOLDER, tmp_path / "toolkit")

    def change(old="", new="", file="checklist.yaml"):
        path = tmp_path / "toolkit" / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return tmp_path / "toolkit"

    return change


def line_of(path, text, file="checklist.yaml"):
    return next(n for n, line in enumerate((path / file).read_text().splitlines(), 1) if text in line)


def test_all_66_items_of_nine_phases_are_loaded():
    load_toolkit()
    items = TemplateItem.objects.all()
    assert items.count() == 66
    assert len(set(items.values_list("phase", flat=True))) == 9
    assert Counter(items.values_list("kind", flat=True)) == {
        "action": 43, "question": 9, "assurance": 7, "recurring": 7,
    }  # fmt: skip
    assert Counter(items.values_list("source", flat=True)) == {"toolkit": 44, "guidance": 8, "protocol": 14}
    assert ReadinessItem.objects.count() == 10
    assert SupportOrganisation.objects.count() == 10
    assert Resource.objects.filter(phase="framework").count() == 9


def test_each_item_is_what_its_source_says():
    load_toolkit()
    source = yaml.safe_load((FOLDER / "checklist.yaml").read_text())
    for phase in source["phases"]:
        for section in phase["sections"]:
            for row in section["items"]:
                item = TemplateItem.objects.get(phase=phase["key"], key=row["key"])
                assert item.title == row["title"]
                assert item.heading == section["title"]
                assert item.note == row.get("note", "")
                assert item.when == row.get("when", "")
                assert (item.suggested_to, item.due) == (row["suggested"]["to"], row["suggested"]["due"])
                assert item.every == row.get("every", "")
                relaxes = row.get("relaxes") or {}
                assert (item.relaxes_after, item.relaxes_every) == (
                    relaxes.get("after", ""),
                    relaxes.get("every", ""),
                )
                assert item.what
                assert item.why


def test_five_contact_items_follow_their_clocks():
    load_toolkit()
    found = dict(TemplateItem.objects.exclude(clock_kind="").values_list("key", "clock_kind"))
    assert found == {
        "golden-hour": "golden_hour", "contact-attempt-24h": "first_attempt", "contact-made-48h": "contact_made",
        "professionals-48h": "professionals", "mash-referral": "mash_referral",
    }  # fmt: skip


def test_sections_of_access_are_those_of_the_design():
    load_toolkit()
    section = dict(TemplateItem.objects.values_list("key", "section"))
    assert section["contact-made-48h"] == "people"
    assert section["hold-meeting"] == "meetings"
    assert section["safeguarding"] == "safeguarding"
    assert section["friends-family"] == "relationships"
    assert section["discharge"] == "health"
    assert section["scene-managed"] == "general"


def test_loading_twice_adds_nothing():
    first = load_toolkit()
    before = [
        model.objects.count()
        for model in (Template, TemplateItem, ReadinessItem, Resource, SupportOrganisation)
    ]
    second = load_toolkit()
    assert (first.fresh, second.fresh) == (True, False)
    assert first.template == second.template
    after = [
        model.objects.count()
        for model in (Template, TemplateItem, ReadinessItem, Resource, SupportOrganisation)
    ]
    assert before == after


def test_an_incident_keeps_the_version_that_it_was_opened_with(folder, actors):
    old = load_toolkit().template
    incident = log_one(actors["coordinator"])
    new = load_toolkit(folder('version: "2020.1"', 'version: "2026.1"')).template
    assert OpenedWith.objects.get(incident=incident).template == old
    assert set(incident.items.values_list("template_item__template", flat=True)) == {old.pk}
    later = log_one(actors["coordinator"])
    assert OpenedWith.objects.get(incident=later).template == new


def test_other_items_under_a_version_that_stands_are_refused(folder):
    load_toolkit()
    with pytest.raises(BrokenToolkit, match=r"checklist.yaml, line 24: version 2020.1 was loaded before"):
        load_toolkit(folder("Undertake appeals for witnesses", "Appeal for witnesses"))
    assert Template.objects.count() == 1


def test_better_guidance_reaches_the_version_that_stands(folder):
    load_toolkit()
    path = folder("Issue the appeal for witnesses,", "Make the appeal for witnesses,", file="guidance.yaml")
    assert not load_toolkit(path).fresh
    assert TemplateItem.objects.get(key="witness-appeals").what.startswith("Make the appeal")


def test_what_an_administrator_confirmed_stays(folder, world):
    load_toolkit()
    samaritans = SupportOrganisation.objects.get(key="samaritans")
    ConfirmedContact.objects.create(partnership=world.north, organisation=samaritans, telephone="116 999")
    ConfirmedContact.objects.create(
        partnership=world.north, resource="NHS pathways", address="https://example.org/pathways"
    )
    load_toolkit(folder("116 123", "116 124", file="support_organisations.yaml"))
    assert SupportOrganisation.objects.get(key="samaritans").telephone == "116 124"
    (confirmed,) = ConfirmedContact.objects.filter(organisation=samaritans)
    assert confirmed.telephone == "116 999"
    named = [row for rows in resources(world.north).values() for row in rows if row.name == "NHS pathways"]
    assert {row.address for row in named} == {"https://example.org/pathways"}
    assert len(named) == 2


# What stands on the line of `scene-managed`, what to put in its place, what is said of it, how many lines below.
BREAKS = [
    ("key: scene-managed, kind: assurance", "key: scene-managed, kind: promise", "kind is promise", 0),
    ("key: scene-managed, kind: assurance, ", "key: scene-managed, ", "kind is missing", 0),
    ("key: scene-managed, kind", "key: scene-managed, colour: red, kind", "colour is not known here", 0),
    ('being managed", suggested: {to: police', 'being managed", suggested: {to: polise', "to is polise", 0),
    (
        'managed", suggested: {to: police, due: PT2H',
        'managed", suggested: {to: police, due: 2 hours',
        "due is 2 hours",
        0,
    ),
    ("key: scene-managed, kind", "key: scene-managed, every: P1D, kind", "a recurring item", 0),
    ("key: scene-managed, kind", "key: scene-managed, when: full_moon, kind", "when is full_moon", 0),
    ("key: scene-managed, kind", "key: scene-managed, key: scene-managed, kind", "stands twice", 0),
    ("key: scene-managed", "key: scene-messages", "the key scene-messages stands twice", 1),
]


@pytest.mark.parametrize(("old", "new", "reason", "below"), BREAKS)
def test_a_broken_item_is_refused_by_its_line(folder, old, new, reason, below):
    where = line_of(FOLDER, "key: scene-managed")
    with pytest.raises(BrokenToolkit) as caught:
        load_toolkit(folder(old, new))
    assert caught.value.line == where + below
    assert reason in caught.value.reason
    assert Template.objects.count() == TemplateItem.objects.count() == Resource.objects.count() == 0


@pytest.mark.parametrize(
    ("file", "content", "line"),
    [
        ("checklist.yaml", "version: 1\nphases: [\n", 3),
        ("checklist.yaml", "version: '1'\nphases: []\nreadiness: {}\n", 1),
        ("checklist.yaml", "!!python/object/apply:os.system ['true']", 1),
        ("checklist.yaml", "a: &a [*a]\n", 1),
        ("checklist.yaml", "just words", 1),
        ("checklist.yaml", "", 1),
        ("checklist.yaml", "[" * 3000, 1),
        ("resources.yaml", "- {phase: reporting}\n", 1),
        (
            "resources.yaml",
            "- {phase: reporting, names: [One two]}\n- {phase: health, names: [One-two]}\n",
            2,
        ),
        ("resources.yaml", "- {phase: reporting, names: [a]}\n- {phase: nowhere, names: [a]}\n", 2),
        ("support_organisations.yaml", "- {key: a, name: A, kind: x}\n- {key: a, name: A, kind: x}\n", 2),
        ("guidance.yaml", "items: {}\n", 1),
    ],
)
def test_a_file_that_is_none_is_refused_and_nothing_changes(folder, file, content, line):
    path = folder()
    (path / file).write_text(content)
    with pytest.raises(BrokenToolkit) as caught:
        load_toolkit(path)
    assert (caught.value.file, caught.value.line) == (file, line)
    assert Template.objects.count() == Resource.objects.count() == SupportOrganisation.objects.count() == 0


def test_bytes_that_are_no_text_and_a_missing_file_are_refused(folder):
    path = folder()
    (path / "checklist.yaml").write_bytes(b"version: 1\n\xff\xfe")
    with pytest.raises(BrokenToolkit, match=r"line 2: is not UTF-8"):
        load_toolkit(path)
    (path / "checklist.yaml").unlink()
    with pytest.raises(BrokenToolkit, match="cannot be read"):
        load_toolkit(path)


def test_the_command_says_what_it_did_and_why_not(folder, capsys):
    call_command("load_toolkit")
    call_command("load_toolkit")
    said = capsys.readouterr().out.splitlines()
    assert "loaded: 66 items" in said[0]
    assert "stands already" in said[1]
    with pytest.raises(CommandError, match=r"Nothing was loaded\. checklist\.yaml, line"):
        call_command("load_toolkit", folder=str(folder("kind: assurance", "kind: promise")))
