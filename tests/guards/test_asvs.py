"""docs/security/asvs.md leaves no requirement out, names tests and files that exist, and counts what it says."""

import ast
import re
from collections import Counter
from functools import cache

import pytest
from django.conf import settings

# OWASP ASVS 5.0.0: level 1 of all chapters, level 2 of chapters 6, 7, 8 and 16.
LEVEL_1 = [
    "1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5", "1.3.1", "1.3.2", "1.5.1", "2.1.1", "2.2.1", "2.2.2",
    "2.3.1", "3.2.1", "3.2.2", "3.3.1", "3.4.1", "3.4.2", "3.5.1", "3.5.2", "3.5.3", "4.1.1", "4.4.1",
    "5.2.1", "5.2.2", "5.3.1", "5.3.2", "6.1.1", "6.2.1", "6.2.2", "6.2.3", "6.2.4", "6.2.5", "6.2.6",
    "6.2.7", "6.2.8", "6.3.1", "6.3.2", "6.4.1", "6.4.2", "7.2.1", "7.2.2", "7.2.3", "7.2.4", "7.4.1",
    "7.4.2", "8.1.1", "8.2.1", "8.2.2", "8.3.1", "9.1.1", "9.1.2", "9.1.3", "9.2.1", "10.4.1", "10.4.2",
    "10.4.3", "10.4.4", "10.4.5", "11.3.1", "11.3.2", "11.4.1", "12.1.1", "12.2.1", "12.2.2", "13.4.1",
    "14.2.1", "14.3.1", "15.1.1", "15.2.1", "15.3.1",
]  # fmt: skip
LEVEL_2 = [
    "6.1.2", "6.1.3", "6.2.9", "6.2.10", "6.2.11", "6.2.12", "6.3.3", "6.3.4", "6.4.3", "6.4.4", "6.5.1",
    "6.5.2", "6.5.3", "6.5.4", "6.5.5", "6.6.1", "6.6.2", "6.6.3", "6.8.1", "6.8.2", "6.8.3", "6.8.4",
    "7.1.1", "7.1.2", "7.1.3", "7.3.1", "7.3.2", "7.4.3", "7.4.4", "7.4.5", "7.5.1", "7.5.2", "7.6.1",
    "7.6.2", "8.1.2", "8.2.3", "8.4.1", "16.1.1", "16.2.1", "16.2.2", "16.2.3", "16.2.4", "16.2.5", "16.3.1",
    "16.3.2", "16.3.3", "16.3.4", "16.4.1", "16.4.2", "16.4.3", "16.5.1", "16.5.2", "16.5.3",
]  # fmt: skip
NAMED = re.compile(
    r"`([\w./-]+\.(?:py|md|html|js|yml)|docker/Caddyfile|\.dockerignore|script/\w+)(?:::(\w+))?`"
)
STATES = ("met", "not applicable", "not met")
DOCUMENTS = (
    "docs/security/asvs.md",
    "docs/security/threat-model.md",
    "docs/security/controls.md",
    "SECURITY.md",
)


def text(name):
    return (settings.BASE_DIR / name).read_text()


@pytest.fixture
def rows():
    """(number, level, words, state, evidence) of each row."""
    lines = re.findall(r"^\| (\d+\.\d+\.\d+) \|(.+)\|$", text("docs/security/asvs.md"), re.MULTILINE)
    return [(number, *(cell.strip() for cell in rest.split("|"))) for number, rest in lines]


@cache
def functions_of(name):
    """The names of the tests in a file, those of its classes too."""
    tree = ast.parse(text(name))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_requirement_has_one_row_at_its_level(rows):
    assert [number for number, level, *_ in rows if level == "1"] == LEVEL_1
    assert [number for number, level, *_ in rows if level == "2"] == LEVEL_2
    assert {state for *_, state, _ in rows} <= set(STATES)


def test_the_counts_are_right(rows):
    counted = Counter((level, state) for _, level, _, state, _ in rows)
    document = text("docs/security/asvs.md")
    for level, name in (("1", "level 1"), ("2", "level 2 of 6, 7, 8, 16")):
        figures = [counted[level, state] for state in STATES]
        assert f"| {name} | {' | '.join(map(str, [*figures, sum(figures)]))} |" in document


def test_what_is_met_names_what_holds_it(rows):
    for number, _, _, state, evidence in rows:
        assert evidence, number
        if state == "met":
            assert "`" in evidence, f"{number} is met by nothing that can be looked at"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_test_and_file_that_is_named_exists(document):
    named = re.findall(
        r"`([\w./-]+\.(?:py|md|html|js|yml)|docker/Caddyfile|\.dockerignore|script/\w+)(?:::(\w+))?`",
        text(document),
    )
    assert named
    for name, test in named:
        assert (settings.BASE_DIR / name).exists(), name
        assert not test or test in functions_of(name), f"{name}::{test}"


def test_a_test_that_is_not_there_is_seen():
    assert "test_that_nobody_wrote" not in functions_of("tests/guards/test_asvs.py")
    assert "test_the_counts_are_right" in functions_of("tests/guards/test_asvs.py")
