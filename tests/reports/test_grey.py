"""A pack as the printer of an office gives it, in grey: what colour shows is said in words or by a pattern as well."""

import re
import statistics
import subprocess
from types import SimpleNamespace

import pytest
from PIL import Image

from reports.models import Audience
from reports.pack import document
from reports.render import render
from svit import clock

DPI = 200
READABLE = 4.5  # WCAG 2.2, 1.4.3: of text against what it stands on
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')


@pytest.fixture
def page(full):
    """The gold group's pack as HTML."""
    return document(full.seen, Audience.GOLD, clock.now(), "Gold group")


_sheets = []


@pytest.fixture
def sheets(page, tmp_path):
    """The pack drawn and printed in grey: of each sheet the picture and its words, each with its box in points.

    It is printed for the first who ask.
    """
    if not _sheets:
        _sheets.extend(print_in_grey(page, tmp_path))
    return _sheets


def print_in_grey(page, tmp_path):
    pdf = tmp_path / "pack.pdf"
    pdf.write_bytes(render(page)[0])
    subprocess.run(["pdftoppm", "-gray", "-png", "-r", str(DPI), pdf, tmp_path / "sheet"], check=True)
    boxes = subprocess.run(
        ["pdftotext", "-bbox", pdf, "-"], check=True, capture_output=True, text=True
    ).stdout
    sheets = []
    for path, text in zip(sorted(tmp_path.glob("sheet*.png")), boxes.split("<page ")[1:], strict=True):
        with Image.open(path) as image:
            words = [
                SimpleNamespace(text=word, box=tuple(map(float, box))) for *box, word in WORD.findall(text)
            ]
            sheets.append(SimpleNamespace(image=image.convert("L"), words=words))
    return sheets


def greys(sheet, box):
    """The grey of each pixel of a box in points, from 0 for black to 255 for white."""
    return list(sheet.image.crop([round(edge * DPI / 72) for edge in box]).tobytes())


def contrast(one, other):
    """WCAG's contrast of two greys."""

    def luminance(grey):
        part = grey / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_every_word_can_be_read_in_grey(sheets):
    pale = [
        (number, word.text)
        for number, sheet in enumerate(sheets, 1)
        for word in sheet.words
        if word.box[3] - word.box[1] > 2  # the heads of columns that are for a screen reader alone are a dot
        if (found := greys(sheet, word.box)) and contrast(min(found), max(found)) < READABLE
    ]
    assert sum(len(sheet.words) for sheet in sheets) > 500
    assert pale == []


def test_whatever_is_drawn_in_the_colour_of_what_is_late_says_so(page):
    coloured = re.findall(r'<(?:span|td|p)[^>]*class="[^"]*\bover\b[^"]*"[^>]*>(.*?)</', page)
    assert len(coloured) > 3
    assert [words for words in coloured if not re.search(r"■|\b[Oo]verdue\b|\b[Mm]issed\b", words)] == []


def test_each_state_in_the_list_of_items_is_a_word(page):
    states = re.findall(
        r"<td>((?:<span class=\"over\">)?[■●◐○][^<]*|Not needed|Resting with its phase)", page
    )
    assert len(states) > 10
    words = {re.sub(r"<[^>]*>|[■●◐○] ", "", state).split()[0] for state in states}
    assert words >= {"Overdue", "Done", "Not"}
    assert words <= {"Overdue", "Done", "Not", "In", "Checked", "Resting"}


def test_the_four_fills_of_a_phase_are_told_apart_in_grey(sheets):
    """The key below the bars, which are drawn alike: dark, mid, hatched, empty."""
    first, key = sheets[0], {"done", "progress", "overdue", "not", "started"}
    lines = [[word for word in first.words if abs(word.box[1] - one.box[1]) < 1] for one in first.words]
    line = next(line for line in lines if key <= {word.text for word in line})
    boxes = {word.text: word.box for word in line}
    mean, spread = {}, {}
    for name, first_word in (("done", "done"), ("progress", "in"), ("overdue", "overdue"), ("open", "not")):
        left, top, _, bottom = boxes[first_word]
        middle = (top + bottom) / 2
        found = greys(first, (left - 12, middle - 1.6, left - 5.5, middle + 1.6))
        mean[name], spread[name] = statistics.mean(found), statistics.pstdev(found)
    assert mean["done"] + 60 < mean["progress"] < mean["open"] - 40, mean
    assert mean["open"] > 250
    assert spread["overdue"] > 40 > 3 * max(spread[name] for name in ("done", "progress", "open")), spread
