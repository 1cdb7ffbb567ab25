"""Every text field, on every page that shows it, in every pack: what has a meaning in HTML is escaped there.

Escaping goes letter by letter, so what holds for the letters holds for every payload that is made of them; that all
hundred become words by it is tested by itself. tests/test_injection.py types the payloads themselves into the fields.
"""

import logging
import re
from collections import Counter
from itertools import count

import pytest
from django.utils.html import escape

from reports.models import Audience
from reports.pack import document
from svit import clock
from tests import markers
from tests.clients import Probes
from tests.payloads import ALL
from tests.test_injection import structure
from tests.test_leaks import addresses, known_things
from tests.test_routes import things  # noqa: F401  the fixture

MEANT = "<\"'&>"
ESCAPED = (b"&lt;&quot;&#x27;&amp;&gt;", b"&lt;&#34;&#39;&amp;&gt;")
IN_A_STYLE = rb"\00003c\000022\000027\000026\00003e"
MARKED = re.compile(rb"zqw(\d+)wqz")  # letters that no token has by chance
READERS = ("csp_manager", "partner", "governance", "administrator")
# Where no escaping helps: the beginning of an address, a value without quotation marks, and what is run or drawn
ADDRESS = re.compile(rb"""(?:href|src|action|formaction|data|srcset|hx-get|hx-post)\s*=\s*["']?\s*$""")
BARE = re.compile(rb"=\s*$")


class Numbered:
    """A word of its own for each field, with the letters that mean something."""

    def __init__(self):
        self.numbers, self.fields = count(1), {0: "pack.recipients"}

    def __call__(self, name, kind=""):
        number = next(self.numbers)
        self.fields[number] = name
        return f"zqw{number}wqz{MEANT}"


def inside(body, at, element):
    """Whether a place of a page is within an element of this name."""
    return body.rfind(b"<" + element, 0, at) > body.rfind(b"</" + element, 0, at)


def faults(where, body):
    """What is wrong with each word that stands there."""
    for found in MARKED.finditer(body):
        number, at = int(found.group(1)), found.start()
        tail, before = body[found.end() : found.end() + 40], body[max(0, at - 40) : at]
        if inside(body, at, b"style") and tail.startswith(IN_A_STYLE):
            continue
        if not tail.startswith(ESCAPED):
            yield number, f"{where}: {tail!r} is not escaped"
        if ADDRESS.search(before) or BARE.search(before):
            yield number, f"{where}: it begins an address, or stands without quotation marks: {before!r}"
        if inside(body, at, b"script") or inside(body, at, b"style"):
            yield number, f"{where}: it stands in a script or a style"


@pytest.fixture
def marked(monkeypatch):
    numbered = Numbered()
    monkeypatch.setattr(markers, "mark", numbered)
    return numbered


def test_each_field_is_escaped_wherever_it_stands(marked, incident, actors, world, cast, things):  # noqa: F811
    made = markers.fill(incident, actors, world)
    sealed = markers.seal_in(made, actors)
    known = {name: [*values, *sealed.get(name, ())] for name, values in known_things(made, things).items()}
    probe, wrong, shown = Probes(cast), set(), Counter()

    def look(where, body):
        shown.update(marked.fields[int(number)] for number in MARKED.findall(body))
        wrong.update(f"{marked.fields[number]} on {words}" for number, words in faults(where, body))

    logging.disable(logging.CRITICAL)
    try:
        for who in READERS:
            for name, url in addresses(known):
                answer = probe(who, "GET", url)
                if answer.headers.get("Content-Type", "").startswith("text/html"):
                    look(name, answer.body)
    finally:
        logging.disable(logging.NOTSET)
    for audience in Audience:
        look(f"{audience} pack", document(made.seen, audience, clock.now(), f"zqw0wqz{MEANT}").encode())
    assert not wrong, "\n".join(sorted(wrong))
    assert len(shown) > 50, "the fields stood somewhere"


def test_every_payload_becomes_words():
    shape = """<!doctype html><title>x</title><p title='{0}' lang="{0}">{0}</p><textarea>{0}</textarea>"""
    assert not [one for one in ALL if structure(shape.format(escape(one))) != structure(shape.format("x"))]


def test_a_word_that_is_not_escaped_is_found():
    words = b"zqw1wqz&lt;&quot;&#x27;&amp;&gt;"
    for body in (b"<p>zqw1wqz<\"'&></p>",
                 b'<a href="%b">' % words, b"<p lang=%b>" % words, b"<script>%b</script>" % words,
                 b"<style>%b</style>" % words):  # fmt: skip
        assert list(faults("here", body)), body
    assert not list(
        faults("here", b'<p lang="zqw1wqz&lt;&quot;&#x27;&amp;&gt;">zqw1wqz&lt;&quot;&#x27;&amp;&gt;</p>')
    )
