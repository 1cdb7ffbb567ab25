"""Nothing that an address, a form or a header says leads anybody to another site."""

import re
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from svit.coming_back import where_next
from tests.guards.addresses import address, body, names
from tests.test_routes import of_each, some, things  # noqa: F401  the fixture

pytestmark = [pytest.mark.django_db, pytest.mark.long]

EVIL = "elsewhere.example"
WAYS = [
    f"https://{EVIL}/", f"//{EVIL}/", f"///{EVIL}", f"/\\{EVIL}", f"\\\\{EVIL}", f"http:{EVIL}", f"https:/{EVIL}",
    f" https://{EVIL}", f"\thttps://{EVIL}", f"/\t/{EVIL}", f"\x08//{EVIL}", f"https://testserver@{EVIL}/",
    f"https://testserver.{EVIL}/", f"javascript:location='{EVIL}'", f"data:text/html,{EVIL}", f"ftp://{EVIL}/",
    f"/%09/{EVIL}", f"https:%2f%2f{EVIL}", f".{EVIL}", f"@{EVIL}", f"//{EVIL}%2f..", "https://[::1", "http://",
]  # fmt: skip
# Every name under which an address to go to has been asked for, here or by a library.
NAMES = ["next", "url", "to", "back", "from", "page", "onward", "return", "return_to", "redirect", "redirect_to",
         "redirect_uri", "continue", "target", "goto", "callback", "process", "press", "tab", "show"]  # fmt: skip
ATTRIBUTE = re.compile(rb"\b(?:href|action|formaction|src|hx-[a-z-]+|data-[a-z-]+)=[\"']([^\"']*)[\"']")


def leads_away(value):
    """Whether a browser that follows this leaves us: a backslash is a slash to it, a control character nothing."""
    plain = re.sub(r"[\x00-\x20]", "", value).replace("\\", "/")
    try:
        parts = urlsplit(plain)
    except ValueError:  # no address at all: a browser stays where it is
        return False
    return plain.startswith("//") or bool(parts.scheme and parts.netloc != "testserver")


def faults(answer):
    """Where an answer leads that is not ours: its headers, and every address on its page."""
    for name in ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "Refresh", "Content-Location"):
        if leads_away(answer.headers.get(name, "")):
            yield f"{name}: {answer.headers[name]}"
    content = body(answer)
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        for value in ATTRIBUTE.findall(content):
            text = value.decode()
            if EVIL in text and leads_away(text):
                yield f"a link to {text}"


@some(names(), size=30)
@pytest.mark.parametrize("who", ["coordinator", "administrator", None])
def test_no_route_leads_away(client, cast, things, names, who):  # noqa: F811
    def check(name):
        if who:
            client.force_login(cast[who])
        url = address(name, things)
        headers = {"referer": WAYS[0], "hx-current-url": WAYS[0], "origin": WAYS[0]}
        yield from faults(client.get(url, dict.fromkeys(NAMES, WAYS[0]), headers=headers))
        yield from faults(
            client.get(url, dict.fromkeys(NAMES, WAYS[1]), headers=headers | {"hx-request": "true"})
        )
        yield from faults(client.post(url, dict.fromkeys(NAMES, WAYS[3]), headers=headers))

    of_each(names, check)


@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_writing_it_leads_away(client, cast, way):
    signed_in = client
    signed_in.force_login(cast["coordinator"])
    for name in ("acting", "mfa_index", "account_login", "account_reauthenticate"):
        url = reverse(name)
        assert list(faults(signed_in.get(url, {"next": way}))) == [], name
        assert list(faults(signed_in.post(url, {"next": way}))) == [], name
    assert list(faults(signed_in.post(reverse("account_logout"), {"next": way}))) == []


@pytest.mark.parametrize("way", WAYS)
def test_what_is_asked_for_and_is_not_ours_is_forgotten(rf, way):
    for request in (
        rf.get("/", {"next": way}),
        rf.post("/", {"next": way}),
        rf.get("/", {"next": way}, secure=True),
    ):
        assert not leads_away(where_next(request, "/otherwise/")), way


def test_a_page_of_ours_is_gone_to(rf):
    assert where_next(rf.get("/", {"next": "/incidents/?page=2"}), "/") == "/incidents/?page=2"
