"""Who asks under another name is refused, and nothing that a request claims of itself is in any page or message."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from partners.actions import send_letters
from tests.conftest import PASSWORD
from tests.guards.addresses import address, body, names
from tests.test_routes import of_each, some, things  # noqa: F401  the fixture

pytestmark = [pytest.mark.django_db, pytest.mark.long]

EVIL = "elsewhere.example"
# What proxies and caches of this world understand, and we do not: none of it may show in an answer.
CLAIMS = {
    "x-forwarded-host": EVIL, "x-forwarded-server": EVIL, "x-host": EVIL, "x-http-host-override": EVIL,
    "x-original-host": EVIL, "forwarded": f"host={EVIL};proto=https", "x-forwarded-port": "8443",
    "x-forwarded-prefix": f"/{EVIL}", "x-script-name": f"/{EVIL}", "x-original-url": f"/{EVIL}",
    "x-rewrite-url": f"/{EVIL}", "x-forwarded-scheme": "nothttps", "x-forwarded-proto": "nothttps",
    "x-forwarded-ssl": "on", "x-url-scheme": EVIL, "x-http-method-override": "DELETE", "x-method-override": "DELETE",
    "x-wap-profile": f"http://{EVIL}/", "true-client-ip": EVIL, "x-forwarded-for": EVIL, "via": EVIL,
}  # fmt: skip
KEPT_FILES = {  # what is kept is handed out as what it was found to be
    "file": re.compile("image/jpeg"),
    "file-preview": re.compile("image/jpeg"),
    "pack-download": re.compile("application/pdf"),
}
VOLATILE = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]+"|name="submission"[^>]*|data-[a-z-]+="[^"]*"|value="[0-9a-f-]{36}"'
)


def told(answer):
    """What an answer says, but for what is new each time."""
    kept = {
        name: value
        for name, value in answer.headers.items()
        if name not in ("X-Request-ID", "Content-Length", "ETag", "Set-Cookie")
    }
    return answer.status_code, kept, VOLATILE.sub(b"", body(answer))


@some(names(), size=30)
@pytest.mark.parametrize("who", ["coordinator", None])
def test_what_a_request_claims_of_itself_changes_nothing(client, cast, things, names, who):  # noqa: F811
    def check(name):
        if who:
            client.force_login(cast[who])
        url = address(name, things)
        plain, claimed = client.get(url), client.get(url, headers=CLAIMS)
        first, second = told(plain), told(claimed)
        if EVIL.encode() in second[2] or any(EVIL in value for value in claimed.headers.values()):
            yield "the claim is in the answer"
        # A page that counts or times says another thing a moment later: then it is the plain one that differs as well.
        if first != second and told(client.get(url)) == first:
            yield f"the answer is another one: {first[0]} and {second[0]}"

    of_each([name for name in names if name not in ("healthz", "account_logout")], check)


@some(names(), size=60)
def test_no_cache_keeps_a_page(client, cast, things, names):  # noqa: F811
    """A page is kept by nobody, or by the browser alone that asks about it each time; and it varies with who asks."""

    def check(name):
        client.force_login(cast["coordinator"])
        answer = client.get(address(name, things))
        body(answer)
        control = answer.headers["Cache-Control"]
        if not (
            "no-store" in control or {"private", "no-cache"} <= {each.strip() for each in control.split(",")}
        ):
            yield f"Cache-Control: {control}"
        varies = {each.strip().lower() for each in answer.headers.get("Vary", "").split(",")}
        if answer.status_code == 200 and "no-store" not in control and "cookie" not in varies:
            yield f"Vary: {sorted(varies)}"

    of_each(names, check)


@some(names(), size=60)
def test_every_answer_says_what_it_is(client, cast, things, names):  # noqa: F811
    """The kind of content, with its character set where it is text; and no browser guesses another."""

    def check(name):
        client.force_login(cast["coordinator"])
        answer = client.get(address(name, things))
        kind = answer.headers.get("Content-Type", "")
        known = KEPT_FILES.get(name) or re.compile(r"text/[a-z]+;.*charset=utf-8.*|application/json")
        if body(answer) and not known.fullmatch(kind):
            yield f"Content-Type: {kind}"
        if answer.headers.get("X-Content-Type-Options") != "nosniff":
            yield "no nosniff"

    of_each(names, check)


@pytest.mark.parametrize(
    "host",
    [
        EVIL,
        f"{EVIL}:80",
        f"testserver.{EVIL}",
        f"testserver@{EVIL}",
        "a b",
        "",
        "testserver\\.x",
        "[::1",
        "*",
    ],
)
@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "healthz", "home"])
def test_an_unknown_host_is_refused(client, cast, host, name, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    answer = client.get(reverse(name), headers={"host": host})
    assert answer.status_code == 400, answer.status_code
    assert EVIL not in answer.content.decode()


def test_no_link_in_an_email_is_built_from_the_host_of_a_request(client, cast, settings):
    """Not even from a host that is allowed: two names of one service do not mix."""
    settings.ALLOWED_HOSTS = ["testserver", "other.example.org"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    person = cast["partner"]
    person.set_password(PASSWORD)
    person.save()
    headers = {"host": "other.example.org"} | CLAIMS
    client.post(reverse("account_reset_password"), {"email": person.email}, headers=headers)
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD}, headers=headers)
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "riverbank-lantern-9", "password2": "riverbank-lantern-9"},
        headers=headers,
    )
    send_letters()
    links = [link for message in mail.outbox for link in re.findall(r"https?://\S+", message.body)]
    assert len(mail.outbox) == 2
    assert links
    assert all(link.startswith(settings.BASE_URL + "/") for link in links), links


def test_no_source_of_a_message_asks_the_request_where_it_is():
    """A link to ourselves comes from SVIT_BASE_URL: no room asks a request for its host, but to compare."""
    from django.conf import settings

    rooms = ("partners", "reminders", "incidents", "checklists", "response", "comms", "reports")
    for room in rooms:
        for path in (settings.BASE_DIR / room).rglob("*.py"):
            assert "build_absolute_uri" not in path.read_text(), path
            assert "get_current_site" not in path.read_text(), path
