"""The pictures: what they say, and what must never be in them."""

import re
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest

from svit import pictures

START = datetime(2026, 6, 3, 21, 50, tzinfo=UTC)
HOUR = timedelta(hours=1)


def strip(hours=51.1, **changes):
    given = {
        "start": START,
        "now": START + hours * HOUR,
        "due_hours": 48,
        "title": "Person 1: 3 hours overdue",
    }
    return pictures.clock_strip(**{**given, **changes})


def bar(**changes):
    return pictures.phase_bar(
        **{"done": 8, "progress": 4, "overdue": 1, "total": 17, "title": "8 of 17", **changes}
    )


def words(svg):
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def hatched(svg):
    return f'" fill="{pictures.OVERDUE}"/>' in svg


def year(*days, today=date(2026, 6, 6), width=320):
    return pictures.year_strip(today=today, days=days, title="One key date", width=width)


ALL = {
    "year": year((date(2026, 7, 1), True), (date(2027, 5, 4), False)),
    "empty year": year(),
    "missed": strip(attempts=[(START + 14 * HOUR, False)], golden=1),
    "running": strip(20),
    "not yet begun": strip(-3),
    "met": strip(met_at=START + 19 * HOUR, attempts=[(START + 19 * HOUR, True)]),
    "far over": strip(200, estimated=True),
    "bar": bar(),
    "empty bar": bar(done=0, progress=0, overdue=0, total=0),
    "swatch": pictures.key_swatch("overdue"),
    **{f"shape {name}": pictures.shape(name) for name in pictures.SHAPES},
}


@pytest.mark.parametrize("svg", ALL.values(), ids=ALL.keys())
def test_a_picture_is_well_formed_and_carries_neither_style_nor_id(svg):
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        assert not {"style", "class", "id"} & set(element.attrib) or element is root
    assert "style=" not in svg
    assert " id=" not in svg


@pytest.mark.parametrize("svg", ALL.values(), ids=ALL.keys())
def test_every_coordinate_is_a_plain_number(svg):
    assert "nan" not in svg
    assert not re.search(r"\de-", svg)
    assert not re.search(r'(width|height)="-', svg)


@pytest.mark.parametrize("svg", [strip(), bar()], ids=["strip", "bar"])
def test_the_title_is_the_first_child_so_that_a_pdf_reads_it(svg):
    root = ElementTree.fromstring(svg)
    assert root[0].tag.endswith("title")
    assert root[0].text


def test_what_people_typed_is_escaped():
    typed = '<script>alert("1")</script> & co'
    for svg in (strip(title=typed, marks=[(24, typed), (48, "48 h")]), bar(title=typed)):
        assert "<script" not in svg
        ElementTree.fromstring(svg)


def test_no_text_is_smaller_than_12_px():
    for svg in ALL.values():
        assert all(int(size) >= 12 for size in re.findall(r'font-size="(\d+)"', svg))


def test_overrun_is_hatched_and_a_running_clock_is_not():
    assert hatched(strip(51))
    assert not hatched(strip(47))


def test_a_clock_met_in_time_shows_no_now_and_no_overrun_however_late_it_is_looked_at():
    svg = strip(500, met_at=START + 19 * HOUR)
    assert "now" not in words(svg)
    assert not hatched(svg)


def test_a_clock_met_late_stays_hatched():
    assert hatched(strip(500, met_at=START + 50 * HOUR))


def test_an_attempt_is_a_ring_and_a_contact_a_diamond():
    svg = strip(30, attempts=[(START + 5 * HOUR, False), (START + 9 * HOUR, False)])
    assert svg.count("<circle") == 2
    assert strip(30, met_at=START + 9 * HOUR).count("l8 8l-8 8l-8 -8z") == 1


def test_the_contact_that_met_the_clock_is_drawn_once():
    svg = strip(30, met_at=START + 9 * HOUR, attempts=[(START + 9 * HOUR, True)])
    assert svg.count("l8 8l-8 8l-8 -8z") == 1


def test_the_bar_breaks_after_a_sixth_of_its_length():
    slanting = 'stroke-width="1.6"'
    assert slanting not in strip(55.9)
    assert slanting in strip(56.5)


def test_an_estimated_clock_is_dashed():
    assert "stroke-dasharray" in strip(estimated=True)
    assert "stroke-dasharray" not in strip()


def test_the_due_mark_keeps_its_words_where_labels_would_touch():
    assert "1 h due" in words(strip(0.2, due_hours=1, marks=[(1, "1 h")]))
    crowded = words(strip(10, marks=[(46, "46 h"), (48, "48 h")]))
    assert "48 h due" in crowded
    assert "46 h" not in crowded


def test_a_mark_that_nobody_named_is_named_by_its_hours():
    assert "20 h due" in words(strip(3, due_hours=20))


def test_the_parts_of_a_bar_fill_it():
    widths = [float(width) for width in re.findall(r'<rect[^>]*width="([\d.]+)"[^>]*stroke=', bar())]
    assert sum(widths) + 1.5 * len(widths) == pytest.approx(240, abs=0.5)


def test_a_bar_beside_words_is_hidden_from_screen_readers():
    assert 'aria-hidden="true"' in bar(hidden=True)
    assert 'role="img"' in bar()


def test_stripes_stay_within_their_rectangle():
    points = re.findall(r"(-?[\d.]+) (-?[\d.]+)", pictures.hatch(10, 20, 33, 16))
    assert points
    assert all(10 <= float(x) <= 43 and 20 <= float(y) <= 36 for x, y in points)


def test_the_same_facts_draw_the_same_picture():
    assert strip() == strip()
    assert bar() == bar()


def test_weasyprint_draws_them():
    weasyprint = pytest.importorskip("weasyprint")
    page = "".join(svg for svg in ALL.values())
    pdf = weasyprint.HTML(string=f"<html lang=en><title>Pictures</title>{page}").write_pdf()
    assert pdf.startswith(b"%PDF")


def test_a_year_begins_today_and_shows_each_date_once():
    svg = year((date(2026, 6, 6), True), (date(2027, 5, 4), False), width=620)
    assert words(svg)[:2] == ["Jul", "Aug"]
    assert svg.count("<circle") == 1
    assert f'd="M8 {22 - 8}l8 8l-8 8l-8 -8z"' in svg  # today stands at the left edge
    assert "One key date" in svg


def test_a_year_from_the_last_of_a_month_or_in_a_leap_year_has_its_months():
    for today in (date(2027, 1, 31), date(2028, 2, 29), date(2026, 12, 31)):
        assert len(words(year(today=today, width=760))) >= 11
