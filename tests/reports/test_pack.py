"""What is in a pack, what is not, and how it is marked: read back from the PDF itself."""

import re

import pytest

from incidents.access import get_sight
from incidents.actions import add_note, change_engagement, log
from incidents.models import Engagement, Incident, LogKind
from reports.models import Audience
from reports.pack import css_string, document, mask, mask_text, parts
from reports.render import render
from response.models import Person
from svit import clock
from tests.reports.conftest import GOLD_ONLY, NEVER
from tests.reports.reading import Read
from tests.reports.test_render import VECTORS, listener  # noqa: F401  a fixture

RECIPIENTS = 'Gold group; "chair" & loggist'


def read(seen, audience):
    """Drawn here and once; `test_jobs` and `test_render` prove the process that draws a pack and its replacement."""
    return Read(render(document(seen, audience, clock.now(), RECIPIENTS))[0])


def assert_withheld(pdf, markers):
    everything = re.sub(r"\s+", " ", pdf.everything).lower()
    found = [name for name, marker in markers.items() if marker.lower() in everything]
    assert found == []


def assert_marked(pdf, incident, marking, short):
    total = len(pdf.pages)
    for number, page in enumerate(pdf.pages, 1):
        words = re.sub(r"\s+", " ", page)
        assert words.count(marking) >= 2, f"page {number}"
        assert incident.reference in words
        assert short in words
        assert f"Page {number} of {total}" in words


def first_person(full):
    return Person.objects.filter(entry__incident=full.incident).order_by("pk")[0].label


def test_the_gold_pack_read_back(full):
    pdf = read(full.seen, Audience.GOLD)
    assert_withheld(pdf, NEVER)
    assert_marked(pdf, full.incident, "OFFICIAL-SENSITIVE", "Gold")
    for words in (*GOLD_ONLY.values(), first_person(full), "Suspect", "Extend patrols on school routes",
                  "Withheld by a coordinator", "Patrols are out until midnight",
                  "Two young people were hurt near the station"):  # fmt: skip
        assert words in pdf.words
    # Tagged as PDF/UA-1: a reader of the screen gets headings, tables with header cells, and each picture in words.
    assert pdf.catalog["/MarkInfo"]["/Marked"]
    assert pdf.catalog["/Lang"] == "en-GB"
    assert "/StructTreeRoot" in pdf.catalog
    assert "pdfuaid:part" in pdf.xmp
    assert pdf.tags("H1") == 1
    assert pdf.tags("H2") >= 8
    assert pdf.tags("TH") > 20
    assert pdf.tags("Figure") == pdf.everything.count("'/Alt':") > 9
    assert "Response plan: " in pdf.everything
    assert dict(pdf.reader.metadata)["/Title"] == f"{full.incident.reference}, Gold group"
    assert RECIPIENTS not in pdf.xmp + repr(pdf.reader.metadata)
    assert not pdf.reader.attachments


def test_the_partners_pack_read_back(full):
    pdf = read(full.seen, Audience.PARTNERS)
    assert_withheld(pdf, NEVER | GOLD_ONLY)
    assert_marked(pdf, full.incident, "OFFICIAL-SENSITIVE", "Partners – redacted")
    for words in ("Person A", "Extend patrols on school routes", "Patrols are out until midnight",
                  "A worker whom the family", "Two young people were hurt near the station"):  # fmt: skip
        assert words in pdf.words
    for words in ("Person B", f"{first_person(full)}:", "Suspect.", "In custody", "In hospital"):
        assert words not in pdf.words
    assert dict(pdf.reader.metadata)["/Title"] == f"{full.incident.reference}, Partners meeting, redacted"


def test_an_exercise_says_so_before_the_marking_of_each_page(full):
    Incident.objects.filter(pk=full.incident.pk).update(exercise=True)
    seen = get_sight(full.by, full.incident.uuid)
    pdf = read(seen, Audience.PARTNERS)
    assert_marked(pdf, full.incident, "EXERCISE OFFICIAL-SENSITIVE", "Partners")


def test_what_people_type_draws_nothing_and_fetches_nothing(full, listener):  # noqa: F811
    url, asked = listener
    typed = "\n".join(vector.format(url=url) for vector in VECTORS.values())
    Incident.objects.filter(pk=full.incident.pk).update(
        situation=typed, needs=typed, marking='X"; } @import "y"'
    )
    seen = get_sight(full.by, full.incident.uuid)
    page = document(seen, Audience.GOLD, clock.now(), typed[:1000])
    pdf = Read(render(page)[0])
    assert asked == []
    assert not pdf.reader.attachments
    assert "<img src=" in pdf.words


def html(seen, audience):
    return re.sub(r"\s+", " ", document(seen, audience, clock.now(), "Everybody"))


def test_a_holder_of_a_sealed_record_exports_none_of_it(full, actors):
    for who in ("coordinator", "csp_manager"):
        seen = get_sight(actors[who], full.incident.uuid)
        for audience in Audience:
            page = html(seen, audience)
            assert NEVER["sealed words"] not in page
            assert "Sealed person" not in page
            assert "Person None" not in page


def test_no_count_tells_of_what_is_sealed(full, actors):
    """The holder's pack and another coordinator's hold the same figures."""

    def figures(who):
        seen = get_sight(actors[who], full.incident.uuid)
        return [row for part in parts(seen, Audience.GOLD, clock.now()) for row in part.figures]

    assert figures("coordinator") == figures("second_coordinator")


def test_an_agency_managers_pack_holds_what_the_agency_sees(full, actors):
    engagement = Engagement.objects.current().get(
        incident=full.incident, agency=actors["agency_manager"].agency
    )
    change_engagement(
        engagement=engagement, by=full.by, sections={"general": "see"}, people=[], reason="It needs no more"
    )
    seen = get_sight(actors["agency_manager"], full.incident.uuid)
    page = html(seen, Audience.PARTNERS)
    assert "Person A" not in page
    assert "Two young people were hurt" not in page
    assert "Agencies engaged" not in page
    assert "Riverside Police does not see: people" in page
    assert "Extend patrols on school routes" in page
    for marker in (NEVER | GOLD_ONLY).values():
        assert marker not in page


def test_the_exact_place_gives_way_to_the_borough(full):
    page = html(full.seen, Audience.GOLD)
    assert "<h1>Stabbing, Northmere</h1>" in page
    assert "near Northmere" in page


@pytest.mark.parametrize(
    ("place", "shown"),
    [("Station Parade", "Station Parade"), ("12 Acacia Road", "Northmere"), ("Queen's Hospital", "Northmere"),
     ("Custody suite", "Northmere"), ("", "Northmere")],
)  # fmt: skip
def test_gold_group_reads_the_place_unless_it_may_be_an_address_or_a_hospital(full, place, shown):
    Incident.objects.filter(pk=full.incident.pk).update(place=place)
    seen = get_sight(full.by, full.incident.uuid)
    assert f"<h1>Stabbing, {shown}</h1>" in html(seen, Audience.GOLD)
    assert "<h1>Stabbing, Northmere</h1>" in html(seen, Audience.PARTNERS)


GUESSES = "Seen: Ottoline Heron, Zebedee Quillfeather, Wrongname Guess."


def test_a_mask_confirms_no_guess_of_a_partner(full, actors):
    """Whoever types names into a note and takes a pack away learns nothing from what is masked there."""
    log(full.incident, by=actors["agency_manager"], kind=LogKind.NOTE, text=GUESSES)
    log(full.incident, by=actors["youth"], kind=LogKind.NOTE, text=GUESSES.replace("Seen", "Met"))
    page = html(get_sight(actors["agency_manager"], full.incident.uuid), Audience.PARTNERS)
    assert GUESSES in page
    assert GUESSES.replace("Seen", "Met") in page


def test_a_mask_confirms_no_sealed_name_to_who_does_not_hold_it(full, actors):
    log(full.incident, by=actors["second_coordinator"], kind=LogKind.NOTE, text=GUESSES)
    page = html(get_sight(actors["second_coordinator"], full.incident.uuid), Audience.GOLD)
    assert "Seen: Ottoline Heron, [withheld], Wrongname Guess." in page


def test_an_agency_that_is_somebodys_school_is_named_where_the_others_are(full, actors):
    school = actors["youth"].agency.name
    person = Person.objects.filter(entry__incident=full.incident, entry__sensitivity="standard")[0]
    Person.objects.filter(pk=person.pk).update(school=school)
    add_note(seen=full.seen, text=f"A pupil of {school} saw it.", section="general")
    for audience in Audience:
        page = html(full.seen, audience)
        assert "A pupil of [withheld] saw it." in page
        assert "[withheld] engaged" not in page
        assert f">{school}</th>" in page


def test_masking_leaves_the_tags_alone():
    assert mask('<p class="Tilda">Tilda &amp; Tildas</p>', [("Tilda", "[withheld]")]) == (
        '<p class="Tilda">[withheld] &amp; Tildas</p>'
    )


def test_masking_finds_a_value_as_the_page_writes_it():
    assert mask("<p>Seen by O&#x27;Brien&#x27;s</p>", [("O'Brien", "[withheld]")]) == (
        "<p>Seen by [withheld]&#x27;s</p>"
    )


def test_a_long_value_is_masked_in_capitals_and_over_a_line_break():
    assert mask_text("At 17 MARMALADE\nLane.", [("17 Marmalade Lane", "[withheld]")]) == "At [withheld]."


def test_nothing_ends_a_string_of_the_style():
    assert css_string('a"b\\}') == '"a\\000022b\\00005c\\00007d"'
