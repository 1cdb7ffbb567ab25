"""Nothing personal stands in an address: what somebody types is sent by POST (OWASP ASVS 5.0, 14.2.1)."""

import io
import logging
import re
from html import unescape
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.urls import reverse

from incidents.access import sight
from incidents.actions import add_note
from incidents.models import AccessRecord
from svit.logs import Json
from tests.clients import Quick
from tests.conftest import log_one
from tests.forms import free_text_in_addresses
from tests.guards.addresses import address, body, names
from tests.test_routes import of_each, some, things  # noqa: F401  the fixture

pytestmark = pytest.mark.django_db

WHO = ("coordinator", "agency_manager", "administrator", "governance", None)
WORDS = "Ottoline"

# (route, name of the input): why its form may be sent by GET.
ALLOWED: dict[tuple[str, str], str] = {}

# What the views read from an address.
READ = {
    "before": "key of a page: a time and a number",
    "after": "key of a page: a time and a number",
    "page": "number of a page",
    "entries": "how many entries stood in the log",
    "overdue": "how many items were overdue",
    "tab": "one of the page's own tabs",
    "show": "one of the page's own filters",
    "phase": "a phase",
    "template": "key of a template",
    "outcome": "one of the outcomes of a contact",
    "to": "one of the kinds of service that somebody is referred to",
    "exercises": "yes, or nothing",
    "of": "UUID of a row of the set-up",
    "from": "where a form leads back to, one of a list",
    "next": "an address of ours",
}
# What is bound to the address as it is: forms of choices alone, which the walk over the pages holds to that.
BOUND = {"IncidentFilterForm"}


@some(names(), size=40)
def test_no_form_sends_what_somebody_types_in_an_address(cast, things, names):  # noqa: F811
    clients = {}
    for who in WHO:
        clients[who] = Quick()
        if who:
            clients[who].force_login(cast[who])

    def check(name):
        url = address(name, things)
        for who, client in clients.items():
            answer = client.get(url)
            content = body(answer)
            if answer.status_code != 200 or "text/html" not in answer.headers.get("Content-Type", ""):
                continue
            for control in free_text_in_addresses(content):
                if (name, control) not in ALLOWED:
                    yield f"{who or 'anybody'} types into {control}, and it is sent by GET"

    of_each(names, check)


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ('<form><input name="q"></form>', ["q"]),
        (
            '<form method="GET"><input type="search" name="q"><textarea name="t"></textarea></form>',
            ["q", "t"],
        ),
        ('<form method="get"><input type="email" name="e"><select name="s"></select></form>', ["e"]),
        ('<form method="get"><input type="hidden" name="h"><input type="radio" name="r"></form>', []),
        ('<form method="get" id="f"></form><input name="q" form="f">', ["q"]),
        ('<form method="post"><input name="q"><button formmethod="get">Go</button></form>', ["q"]),
        ('<form method="post"><input name="q"><button>Go</button></form>', []),
    ],
)
def test_a_form_that_would_is_seen(form, found):
    assert free_text_in_addresses(f"<!doctype html><title>x</title>{form}".encode()) == found


def test_views_read_nothing_else_from_an_address():
    read, bound = {}, {}
    for path in settings.BASE_DIR.glob("*/**/*.py"):
        name = str(path.relative_to(settings.BASE_DIR))
        if name.startswith(("tests/", "build/", "node_modules/", "var/", ".")) or name == "svit/asked.py":
            continue
        text = path.read_text()
        for word in re.findall(r"\.GET\)?(?:\.get(?:list)?\(|\[)([^,)\]]+)", text):
            read.setdefault(word.strip("\"'"), name)
        for form in re.findall(r"(\w+)\([^()]*\.GET\b(?!\.|\[)", text):
            bound.setdefault(form, name)
    read.pop("name", None)  # of incidents/live.py: entries and overdue
    assert {word: where for word, where in read.items() if word not in READ} == {}
    assert {form: where for form, where in bound.items() if form not in BOUND} == {}


@pytest.fixture
def written():
    """What the program writes down of its running meanwhile, at its most talkative."""
    out, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(out), root.level
    handler.setFormatter(Json())
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield out
    root.removeHandler(handler)
    root.setLevel(level)


def addresses_in(content):
    """All that a page links to, sends to or loads, as it would stand in a log."""
    found = re.findall(r'(?:href|action|formaction|src|hx-\w+)="([^"]*)"', content.decode())
    return [unquote(unquote(unescape(url))) for url in found]


def test_the_words_of_a_search_stand_in_no_address_no_log_and_no_record(
    client, cast, actors, incident, written, monkeypatch
):
    """From the search over its older pages, and over the log of what it found: every address that anybody meets."""
    monkeypatch.setattr("reports.queries.PAGE", 1)
    for one in (incident, log_one(actors["coordinator"])):
        for number in range(40):
            add_note(
                seen=sight(actors["coordinator"], one), text=f"{WORDS} was seen {number}", section="general"
            )
    asked = [
        ("coordinator", reverse("search"), "q"),
        ("coordinator", reverse("incident-log", args=[incident.uuid]), "q"),
        ("administrator", reverse("setup-contacts"), "q"),
        ("governance", reverse("access-record"), "people"),
    ]
    met, last = [], AccessRecord.objects.latest("pk").pk
    for who, url, field in asked:
        client.force_login(cast[who])
        answer = client.post(url, {field: WORDS if field == "q" else cast["partner"].email}, follow=True)
        met += [to for to, _ in answer.redirect_chain]
        met += addresses_in(answer.content)
        for link in re.findall(rb'href="([^"]*[?&](?:amp;)?s=[^"]*)"', answer.content):
            page = client.get(
                unescape(link.decode()) if link.startswith(b"/") else url + unescape(link.decode())
            )
            assert page.status_code == 200
            met += addresses_in(page.content)
    assert any("before=" in one and "s=" in one for one in met), "no older page was met"
    assert any("/log/?s=" in one for one in met), "no way to the log was met"
    for words in (WORDS, cast["partner"].email):
        assert not [one for one in met if words in one and not one.startswith("mailto:")]
        assert words not in written.getvalue()
    recorded = AccessRecord.objects.filter(pk__gt=last, subject_kind="search")
    assert recorded
    assert WORDS not in repr(list(recorded.values()))
