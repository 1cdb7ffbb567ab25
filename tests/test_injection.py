"""What somebody types is never markup: not on a page, in a pack or in an e-mail, and nothing printed fetches anything.

Two incidents are alike but for what was typed: in one words of one letter, in the other the payloads, of the same
length and with the same spaces. Their pages are read as a browser reads HTML and hold the same elements and attributes;
those whose tags are the same to the letter need not be read.
"""

import logging
import re
from collections import Counter
from html import unescape

import pytest
import tinyhtml5
from django.apps import apps
from django.core import mail

from partners.actions import send_letters
from partners.actions.letter import write
from partners.models import LetterKind, Membership
from reminders.actions import deliver, sweep
from reports.models import Audience
from reports.pack import document
from reports.printing import print_pdf
from svit import clock
from tests import markers
from tests.clients import Probes, taken_back
from tests.payloads import ALL
from tests.reports.test_render import PAGE, VECTORS, listener  # noqa: F401  the fixture
from tests.test_leaks import HOUR, addresses, known_things
from tests.test_routes import things  # noqa: F401  the fixture

READERS = ("csp_manager", "partner", "administrator")
URLS = {"href", "src", "action", "formaction", "data", "srcset", "hx-get", "hx-post", "content"}
LONGEST = 1_500  # of a text without a limit of its own


def structure(content):
    """How often each element stands on a page with which attributes, and with which address where it has one."""
    page = tinyhtml5.parse(content, namespace_html_elements=False)
    found = Counter()
    for element in page.iter():
        names = [name for name in element.attrib if isinstance(element.tag, str)]
        schemes = {scheme(name, element.get(name)) for name in names} - {""}
        found[(str(element.tag), tuple(sorted(map(str, names))), tuple(sorted(schemes)))] += 1
    return found


def scheme(name, value):
    """With which an address begins, where the attribute of this name holds one."""
    return re.sub(r"\s", "", value).lower().partition(":")[0][:12] if name in URLS and ":" in value else ""


TAG = re.compile(r"<[^>]*(?:>|$)")
ATTRIBUTE = re.compile(r"""([^\s"'=<>/]+)\s*=\s*("[^"]*"|'[^']*')""")


def tags(content):
    """What stands between < and >, but for the values in quotes. Where these are the same, so is the structure: what
    was typed between them has made no tag, and within one it has ended no value."""

    def bare(found):
        return f"{found[1]}={scheme(found[1].lower(), unescape(found[2][1:-1]))!r}"

    text = content if isinstance(content, str) else content.decode()
    return [ATTRIBUTE.sub(bare, tag) for tag in TAG.findall(text)]


class Typed:
    """What stands in each field: as many payloads, of those that fit in one, as its column holds."""

    def __init__(self, first, *, plain, payloads=ALL):
        self.next, self.plain, self.payloads = first, plain, payloads

    def __call__(self, name, kind=""):
        model, _, field = name.partition(".")
        room = next(room for room in markers.ROOMS if model in apps.get_app_config(room).models)
        most = min(apps.get_model(room, model)._meta.get_field(field).max_length or LONGEST, LONGEST)
        most -= 24  # a file's ending, or what a title says besides
        if name in ("contact.telephone", "agency.telephone", "user.telephone"):
            most = 36
        words = ""
        while True:
            one = next(
                (one for one in self.payloads[self.next :] + self.payloads[: self.next] if len(one) <= most),
                "",
            )
            if not one or len(words) + len(one) + 1 > most:
                break
            words += f" {one}"
            self.next = (self.next + 1) % len(self.payloads)
        words = words.strip()
        return re.sub(r"\S", "x", words) if self.plain else words


@pytest.fixture
def built(monkeypatch, incident, actors, world, things):  # noqa: F811
    """`built(first, plain=…)`: the incident full of payloads from the `first` on, or of plain words; and its things."""

    def build(first, *, plain):
        monkeypatch.setattr(markers, "mark", Typed(first, plain=plain))
        made = markers.fill(incident, actors, world)
        sealed = markers.seal_in(made, actors)
        known = known_things(made, things)
        return made, {name: [*values, *sealed.get(name, ())] for name, values in known.items()}

    return build


def pages(cast, known, readers):
    """Every page of every reader, in the order of the addresses."""
    logging.disable(logging.CRITICAL)
    probe = Probes(cast)
    try:
        for who in readers:
            for number, (name, url) in enumerate(addresses(known)):
                answer = probe(who, "GET", url)
                assert answer.status_code < 500, f"{who} got {answer.status_code} for {name}"
                if answer.headers.get("Content-Type", "").startswith("text/html"):
                    yield (who, name, number), answer.body
    finally:
        logging.disable(logging.NOTSET)


def packs(made):
    for audience in Audience:
        html = document(made.seen, audience, clock.now(), markers.mark("pack.recipients", "printed"))
        yield audience, html


def letters(world):
    """Every e-mail that goes out of this world: the headers, and the parts by kind, with what they say."""
    mail.outbox.clear()
    later = clock.now() + 50 * HOUR
    for part in ("coordinator", "youth"):
        write(LetterKind.OFFER, membership=Membership.objects.get(pk=world.cast[part].pk))
    send_letters()
    with clock.at(later):
        sweep()
        deliver()
    with clock.at(later + 24 * HOUR):
        deliver()
    return [one.message() for one in mail.outbox]


def differences(plain, typed):
    for (where, first), (_, second) in zip(plain, typed, strict=True):
        if tags(first) != tags(second) and (new := structure(second) - structure(first)):
            yield f"{where}: {sorted(new.items())[:5]}"


def compare(built, cast, first, readers):
    read = []
    for plain in (True, False):
        with taken_back(), clock.at(clock.now()):
            made, known = built(first, plain=plain)
            read.append([*pages(cast, known, readers), *packs(made)])
    found = list(differences(*read))
    assert not found, "\n".join(found)
    return len(read[0])  # pages that were compared


def test_there_are_a_hundred_payloads():
    assert len(ALL) == len(set(ALL)) == 100


def test_each_payload_is_markup_where_it_is_not_escaped():
    """The comparison sees what it looks for: nearly all make something of a page that shows them as they are."""
    shape = """<!doctype html><title>x</title><p title='{0}' lang="{0}">{0}</p><textarea>{0}</textarea>"""
    harmless = [one for one in ALL if structure(shape.format(one)) == structure(shape.format("x"))]
    assert len(harmless) < 8, harmless
    unseen = [one for one in ALL if tags(shape.format(one)) == tags(shape.format("x"))]
    assert set(unseen) <= set(harmless)


def test_what_is_typed_is_never_markup(built, cast):
    assert compare(built, cast, 0, ["csp_manager"]) > 100


@pytest.mark.long
@pytest.mark.parametrize("first", range(10, 100, 30))
def test_other_payloads_in_each_field_are_never_markup(built, cast, first):
    """Every payload in many fields, every field with many payloads, read by each part of the cast."""
    compare(built, cast, first, READERS)


def test_what_is_typed_changes_no_letter(built, world):
    """However people, agencies and incidents are called: the same e-mails with the same headers, each plain text."""
    shapes = []
    for plain in (True, False):
        with taken_back():
            built(0, plain=plain)
            sent = letters(world)
            shapes.append(Counter((one.get_content_type(), *sorted(one.keys())) for one in sent))
            assert not [one["Subject"] for one in sent if "X(1)" in one["Subject"]]
    assert shapes[0] == shapes[1]
    assert {kind for kind, *_ in shapes[0]} == {"text/plain"}


# --- What is printed fetches nothing --------------------------------------------------------------


def test_no_vector_makes_the_printer_fetch(listener):  # noqa: F811
    url, asked = listener
    file, marked = print_pdf(PAGE.format("".join(VECTORS.values()).format(url=url)))
    assert file.startswith(b"%PDF-")
    assert marked.startswith(b"%PDF-")
    assert asked == []


@pytest.mark.long
@pytest.mark.parametrize("name", VECTORS)
def test_no_vector_alone_makes_the_printer_fetch(listener, name):  # noqa: F811
    url, asked = listener
    assert print_pdf(PAGE.format(VECTORS[name].format(url=url)))[0].startswith(b"%PDF-")
    assert asked == []


def test_vectors_that_were_typed_are_printed_as_words(monkeypatch, listener, incident, actors, world):  # noqa: F811
    url, asked = listener
    vectors = [vector.format(url=url) for vector in VECTORS.values()]
    monkeypatch.setattr(markers, "mark", Typed(0, plain=False, payloads=vectors))
    made = markers.fill(incident, actors, world)
    for audience in Audience:
        assert print_pdf(document(made.seen, audience, clock.now(), vectors[0]))[0].startswith(b"%PDF-")
    assert asked == []
