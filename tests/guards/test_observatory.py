"""Every page, and every answer that is no page, scores 100 or more by the published table of the HTTP Observatory."""

from types import SimpleNamespace

import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from checklists.actions.evidence import add_evidence, check_file
from checklists.models import ChecklistItem
from incidents.access import sight
from tests.checklists.conftest import picture
from tests.clients import SignedIn
from tests.guards import full, observatory
from tests.guards.addresses import address
from tests.routes import PUBLIC, ROUTES
from tests.test_routes import of_each, some, things  # noqa: F401  the fixture

pytestmark = [pytest.mark.django_db, pytest.mark.long]

ENOUGH = 100


@pytest.fixture(autouse=True)
def _full(settings):
    full.put(settings)


@pytest.fixture
def browser():
    """Somebody whose failures are answered as in use; `force_login` signs in with a second factor."""
    return SignedIn(raise_request_exception=False)


def points(client, url, method="get"):
    """The score of an answer, what the table found, and the answer."""
    plain = Client().get(url)
    answer = getattr(client, method)(url, secure=True)
    if answer.streaming:
        b"".join(answer)  # the test's browser closes the file then
    found = observatory.results(answer, plain=plain)
    return observatory.score(found), found, answer


def poor(client, url, method="get"):
    """What is wrong with an answer, in a line for the person who has to mend it."""
    got, found, answer = points(client, url, method)
    if got < ENOUGH:
        costs = [name for name in found if observatory.SCORES[name] < 0]
        yield f"{got} points ({answer.status_code}): {', '.join(costs)}"


@some(ROUTES)
@pytest.mark.parametrize("who", ["coordinator", "administrator"])
def test_every_page_of_somebody_signed_in_scores_enough(browser, cast, things, names, who):  # noqa: F811
    def check(name):
        browser.force_login(cast[who])
        return poor(browser, address(name, things), ROUTES[name].method)

    of_each(names, check)


def test_every_public_page_scores_enough(browser):
    def check(name):
        return poor(browser, address(name, {}))

    of_each(sorted(PUBLIC - {"components"}), check)


def test_the_cookies_of_a_sign_in_are_all_that_they_should_be(browser, cast):
    _, found, answer = points(browser, reverse("account_login"))
    assert list(answer.cookies) == ["__Host-csrf"]
    assert "cookies-secure-httponly-samesite" in found


def test_every_cookie_is_bound_to_the_host(browser, cast):
    """The prefix `__Host-`: no neighbour under the same domain can set it, and it never travels in plain."""
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME")
    ours = {full.full_mode()[name] for name in names} | {
        full.in_full_mode("partners.sessions", "COOKIE"),
        full.in_full_mode("svit.messages", "Cookie.cookie_name"),
    }
    assert ours == {"__Host-session", "__Host-csrf", "__Host-used", "__Host-messages"}
    browser.force_login(cast["coordinator"])
    browser.post(reverse("account_logout"), {}, secure=True)
    # The last two are named when the application starts, and the tests' own mode has them without the prefix.
    assert {name.removeprefix("__Host-") for name in browser.cookies} <= {
        "session",
        "csrf",
        "used",
        "messages",
    }


def test_a_page_that_leads_nowhere_scores_enough(browser, cast):
    for signed_in in (False, True):
        if signed_in:
            browser.force_login(cast["coordinator"])
        got, found, answer = points(browser, "/nowhere/at/all/")
        assert answer.status_code == 404
        assert got >= ENOUGH, found


def test_a_page_that_refuses_scores_enough(browser, cast):
    browser.force_login(cast["administrator"])
    got, found, answer = points(browser, reverse("my-work"))
    assert answer.status_code == 403
    assert got >= ENOUGH, found


def test_a_form_without_its_token_is_refused_by_a_page_that_scores_enough(cast):
    client = Client(enforce_csrf_checks=True)
    got, found, answer = points(client, reverse("account_login"), "post")
    assert answer.status_code == 403
    assert got >= ENOUGH, found


def test_a_failure_scores_enough(browser, cast, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    browser.force_login(cast["coordinator"])
    monkeypatch.setattr("checklists.queries.my_work", fail)
    got, found, answer = points(browser, reverse("my-work"))
    assert answer.status_code == 500
    assert got >= ENOUGH, found


def test_an_unknown_host_and_another_charset_score_enough(browser):
    for more in ({"HTTP_HOST": "elsewhere.example"}, {"CONTENT_TYPE": "text/plain; charset=utf-7"}):
        answer = browser.get(reverse("account_login"), secure=True, **more)
        found = observatory.results(answer, plain=Client().get(reverse("account_login")))
        assert answer.status_code == 400
        assert observatory.score(found) >= ENOUGH, found


@pytest.mark.parametrize("name", ["images/favicon.svg", "js/svit.js", "js/session.js"])
def test_a_static_file_scores_enough_and_no_other_site_may_load_it(browser, name):
    assert finders.find(name)
    got, found, answer = points(browser, f"/static/{name}")
    assert answer.status_code == 200
    assert got >= ENOUGH, found
    assert {"corp-same-origin", "cors-not-implemented"} <= set(found)


def test_a_file_that_somebody_sent_us_scores_enough(browser, cast, actors, incident):
    seen = sight(actors["partner"], incident)
    item = ChecklistItem.objects.filter(incident=incident, agency=actors["partner"].agency, kind="action")[0]
    photo = check_file(SimpleUploadedFile("scene.jpg", picture("JPEG")))
    stored = add_evidence(seen=seen, item=item, file=photo)
    browser.force_login(cast["partner"])
    for name in ("file", "file-preview"):
        got, found, answer = points(browser, reverse(name, args=[incident.uuid, stored.uuid]))
        assert answer.status_code == 200
        assert got >= ENOUGH, found


# --- The table itself


def answer(**headers):
    """An answer with nothing but these headers, as the service would see it."""
    response = HttpResponse(
        "<p>Words</p>", headers={name.replace("_", "-"): v for name, v in headers.items()}
    )
    response.wsgi_request = SimpleNamespace(get_host=lambda: "svit.example.org")
    return response


WELL = {
    "Content_Security_Policy": "default-src 'none'; script-src 'self'; frame-ancestors 'none'; form-action 'self'",
    "Referrer_Policy": "same-origin",
    "Strict_Transport_Security": "max-age=31536000; includeSubDomains",
    "X_Content_Type_Options": "nosniff",
    "Cross_Origin_Resource_Policy": "same-origin",
}


@pytest.mark.parametrize(
    ("change", "points_left"),
    [
        ({}, 130),
        ({"Content_Security_Policy": None}, 55),
        ({"Content_Security_Policy": None, "X_Frame_Options": "DENY"}, 75),
        ({"Content_Security_Policy": "default-src 'none'; script-src 'self' 'unsafe-inline'"}, 60),
        ({"Content_Security_Policy": "script-src 'self'; frame-ancestors 'none'"}, 80),
        ({"Content_Security_Policy": "default-src 'self'; frame-ancestors 'none'"}, 125),
        ({"Content_Security_Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}, 120),
        ({"Content_Security_Policy": "default-src 'none'; script-src 'unsafe-eval'; frame-ancestors 'none'"}, 110),
        ({"Content_Security_Policy": "default-src 'none'; connect-src http://a.example; frame-ancestors 'none'"}, 80),
        ({"Content_Security_Policy": "default-src 'none'"}, 80),
        ({"Content_Security_Policy": "default-src 'none'", "X_Frame_Options": "DENY"}, 125),
        ({"Referrer_Policy": "unsafe-url"}, 120),
        ({"Referrer_Policy": "none at all"}, 120),
        ({"Referrer_Policy": None}, 125),
        ({"Strict_Transport_Security": None}, 80),
        ({"Strict_Transport_Security": "max-age=300"}, 120),
        ({"Strict_Transport_Security": "includeSubDomains"}, 80),
        ({"X_Content_Type_Options": None}, 125),
        ({"Cross_Origin_Resource_Policy": None}, 120),
        ({"Cross_Origin_Resource_Policy": "everybody"}, 115),
        ({"Access_Control_Allow_Origin": "https://a.example", "Access_Control_Allow_Credentials": "true"}, 50),
    ],
)  # fmt: skip
def test_the_table_takes_points_where_it_says_so(change, points_left):
    response = answer(**{name: value for name, value in (WELL | change).items() if value})
    moved = HttpResponse(status=301, headers={"Location": "https://svit.example.org/"})
    moved.wsgi_request = response.wsgi_request
    assert observatory.score(observatory.results(response, plain=moved)) == points_left


@pytest.mark.parametrize(
    ("name", "kept", "found"),
    [
        (
            "session",
            {"secure": True, "httponly": True, "samesite": "Lax"},
            "cookies-secure-httponly-samesite",
        ),
        ("session", {"secure": True, "httponly": True}, "cookies-secure-httponly"),
        ("session", {"secure": True, "samesite": "Lax"}, "cookies-session-without-httponly"),
        ("session", {"httponly": True, "samesite": "Lax"}, "cookies-session-not-secure"),
        ("csrf", {"secure": True, "httponly": True}, "cookies-anticsrf-without-samesite"),
        ("used", {"samesite": "Lax"}, "cookies-not-secure"),
    ],
)
def test_a_careless_cookie_costs_points(name, kept, found):
    response = HttpResponse()
    response.set_cookie(name, "x", **kept)
    assert observatory.cookies(response, "hsts-not-implemented") == found


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<p>Words</p>", "sri-no-scripts"),
        ('<script type="module" src="/static/a.js"></script>', "sri-all-scripts-from-own-origin"),
        ('<script src="https://cdn.example/a.js"></script>', "sri-external-scripts-loaded-securely"),
        ('<script src="//cdn.example/a.js"></script>', "sri-external-scripts-not-loaded-securely"),
        ('<script src="http://cdn.example/a.js" integrity="x"></script>', "sri-implemented-but-not-loaded-securely"),
    ],
)  # fmt: skip
def test_scripts_of_others_cost_points(page, found):
    assert observatory.integrity(HttpResponse(page)) == found


@pytest.mark.parametrize(
    ("status", "to", "found"),
    [
        (301, "https://svit.example.org/", "redirection-to-https"),
        (301, "https://other.example.org/", "redirection-off-host"),
        (302, "http://svit.example.org/", "redirection-not-to-https"),
        (200, None, "redirection-missing"),
    ],
)
def test_plain_http_that_leads_elsewhere_costs_points(status, to, found):
    plain = HttpResponse(status=status, headers={"Location": to} if to else {})
    plain.wsgi_request = SimpleNamespace(get_host=lambda: "svit.example.org")
    assert observatory.redirection(plain) == found
