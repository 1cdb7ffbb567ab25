"""The benchmark runs from its start to its table; the figures of so small a run say nothing."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.bench.report import Measured, report


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.postgres
def test_every_page_is_asked_and_stands_in_the_table():
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.run", "60", "--rounds", "1", "--no-write"],
        cwd=settings.BASE_DIR,
        env={key: value for key, value in os.environ.items() if not key.startswith("PYTEST")},
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-500:]
    for page in ("list of 25", "search, a reference", "search, a word of all", "incident page", "tick", "create",
                 "my work"):  # fmt: skip
        assert f"| {page} | SVIT |" in done.stdout
        assert f"| {page} | floor |" in done.stdout
    assert "| not-modified poll | SVIT |" in done.stdout
    assert "| list of 25 | admin |" in done.stdout
    assert "| bare WeasyPrint |" in done.stdout


def test_the_table_says_which_marks_are_missed():
    def pages(svit):
        one, other = Measured(svit, svit, svit), Measured(10, 9, 11)
        names = ("list of 25", "incident page", "tick", "create", "my work")
        found = {(name, "SVIT"): one for name in names} | {(name, "floor"): other for name in names}
        found["list of 25", "admin"] = Measured(60, 60, 60)
        return found | {("not-modified poll", "SVIT"): Measured(3, 3, 3)}

    bare = Measured(2000, 0, 2000)
    pdf = {"SVIT": (Measured(2500, 0, 2300), 90), "bare WeasyPrint": (bare, 89)}
    words = report({10: pages(14), 100: pages(20)}, {10: 80, 100: 151}, pdf, 3)
    assert "| list of 25 to floor, 10 | 1.50 | 1.40 | reached |" in words
    assert "| list of 25 to floor, 100 | 1.50 | 2.00 | missed |" in words
    assert "| list of 25 to admin, 10 | 0.17 | 0.23 | missed |" in words
    assert "| tick to floor, 100 | 2.00 | 2.00 | reached |" in words
    assert "| my work, 100 to 10 | 1.20 | 1.43 | missed |" in words
    assert "| web worker, MB, 100 | 150.00 | 151.00 | missed |" in words
    assert "| PDF to bare WeasyPrint, time | 1.20 | 1.15 | reached |" in words
    assert "| PDF to bare WeasyPrint, CPU | 1.20 | 1.25 | missed |" in words
