"""A form that another site sends in somebody's name is refused on every address, whatever the method."""

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from tests.guards import full
from tests.guards.addresses import address, names
from tests.test_routes import of_each, some, things  # noqa: F401  the fixture

pytestmark = [pytest.mark.django_db, pytest.mark.long]

UNSAFE = ("post", "put", "patch", "delete")


class Checked(Client):
    """A browser whose forms are checked as in use, signed in where it says so."""

    def __init__(self, user=None):
        super().__init__(enforce_csrf_checks=True)
        if user is not None:
            self.force_login(user)


def forged(client, url, method, **more):
    """The answer to an unsafe request that carries no token of ours."""
    return getattr(client, method)(url, {"reason": "x"} if method == "post" else None, **more)


@some(names(), size=30)
@pytest.mark.parametrize("who", ["coordinator", "administrator", None])
def test_every_unsafe_request_without_a_token_is_refused(cast, things, names, who):  # noqa: F811
    client = Checked(who and cast[who])

    def check(name):
        for method in UNSAFE:
            answer = forged(client, address(name, things), method)
            if answer.status_code != 403 or "403_csrf.html" not in [each.name for each in answer.templates]:
                yield f"{method} got {answer.status_code}"

    of_each(names, check)


def views(patterns=None):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        else:
            yield str(pattern.pattern), pattern.callback


def test_no_view_is_exempt():
    assert [route for route, view in views() if getattr(view, "csrf_exempt", False)] == []


@pytest.fixture
def form(settings, cast):
    """A form as somebody over TLS has it: its address, and what a post of the page itself brings."""
    full.put(settings)
    client = Checked()
    url = reverse("account_login")
    client.get(url, secure=True)
    return client, url, {"csrfmiddlewaretoken": client.cookies[settings.CSRF_COOKIE_NAME].value, "login": "x"}


HERE, ELSEWHERE = "https://testserver", "https://elsewhere.example"


@pytest.mark.parametrize(
    ("origin", "referer", "status"),
    [
        (HERE, None, 200),
        (HERE, HERE + "/account/login/", 200),
        (None, HERE + "/account/login/", 200),
        (ELSEWHERE, None, 403),
        (ELSEWHERE, HERE + "/account/login/", 403),
        ("null", None, 403),
        ("http://testserver", None, 403),
        (None, ELSEWHERE + "/", 403),
        (None, "http://testserver/", 403),
        (None, HERE + ".elsewhere.example/", 403),
        (None, None, 403),
    ],
)
def test_a_token_is_good_from_our_own_pages_alone(form, origin, referer, status):
    """`same-origin` lets a browser say that it comes from us; `no-referrer` would make it say `null`."""
    client, url, data = form
    headers = {name: value for name, value in (("origin", origin), ("referer", referer)) if value}
    assert client.post(url, data, secure=True, headers=headers).status_code == status


def test_the_token_of_another_browser_is_no_good(form):
    client, url, data = form
    other = Checked()
    other.get(url, secure=True)
    assert other.post(url, data, secure=True, headers={"origin": HERE}).status_code == 403
    assert client.post(url, data, secure=True, headers={"origin": HERE}).status_code == 200
