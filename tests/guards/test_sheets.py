"""No cell of a file that we give out runs in the spreadsheet of whoever opens it."""

import csv
import io
import re

import pytest
from django.conf import settings
from django.urls import reverse

from svit.sheets import written

ACTIVE = [
    "=1+1", '=HYPERLINK("https://elsewhere.example","Click")', "=cmd|'/c calc'!A0", "+44 20 7946 0142", "-2+3",
    "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", "\u200b=1+1", "\ufeff=1+1", "＝1+1", "＋1", "－1",
    "＠SUM(1)", "|calc", "%0A=1",
]  # fmt: skip
PLAIN = ["", "Northmere Homes", "020 7946 0142", "a=b", "12", "'quoted", "x\n=1+1 stands in a second line"]


def rows_of(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("cell", ACTIVE)
def test_a_cell_that_a_spreadsheet_would_run_is_text(cell):
    [[found, beside]] = rows_of(written([[cell, "beside"]]))
    assert found == f"'{cell}"
    assert beside == "beside"


@pytest.mark.parametrize("cell", PLAIN)
def test_any_other_cell_stays_as_it_is(cell):
    assert rows_of(written([[cell, "x"]])) == [[cell, "x"]]


def test_numbers_and_nothing_are_written_as_they_are():
    assert rows_of(written([[-3, 0.5, None, True]])) == [["-3", "0.5", "", "True"]]


def test_a_cell_cannot_end_its_row_or_begin_another():
    hostile = 'a","=1+1\r\n=2+2,b'
    assert rows_of(written([[hostile, "x"], ["y", "z"]])) == [[hostile, "x"], ["y", "z"]]


def test_every_file_of_rows_is_written_there():
    """A second writer would have to remember what this one does."""
    writers = re.compile(r"csv\.(writer|DictWriter)|\b(import csv|from csv import)\b.*writer", re.IGNORECASE)
    found = {
        str(path.relative_to(settings.BASE_DIR))
        for room in (
            "svit",
            "partners",
            "reminders",
            "incidents",
            "checklists",
            "response",
            "comms",
            "reports",
        )
        for path in (settings.BASE_DIR / room).rglob("*.py")
        if writers.search(path.read_text())
    }
    assert found == {"svit/sheets.py"}


@pytest.mark.parametrize("name", ["setup-import-sample", "setup-invite-sample"])
def test_the_files_that_we_give_out_have_no_active_cell(client, cast, name):
    client.force_login(cast["administrator"])
    answer = client.get(reverse(name))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    cells = [cell for row in rows_of(answer.content) for cell in row]
    assert cells
    assert not [cell for cell in cells if re.match(r"\s*[=+\-@|%]", cell)]
