"""What the headers promise, seen in Chromium: no inline code, nothing for another site, and forms that work."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.urls import reverse

from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def person(cast):
    cast["partner"].set_password(PASSWORD)
    cast["partner"].save()
    return cast["partner"]


@pytest.fixture
def elsewhere():
    """Another site: what it is asked for, and by whom, is noted; it answers with an empty page."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers.get("Referer")))
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Elsewhere</title><p>Elsewhere")

        do_POST = do_GET

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    server.asked, server.url = asked, f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


HTML = "document.body.insertAdjacentHTML('beforeend', {!r})".format
SCRIPT = "const s = document.createElement('script'); {}; document.body.append(s)".format
ATTACKS = {
    "a script": SCRIPT("s.textContent = 'window.ran = 1'"),
    "a handler": HTML('<img src="/static/none" onerror="window.ran = 1">'),
    "a style": HTML('<p id="styled" style="color: red">x</p>'),
    "a frame": HTML('<iframe src="/account/"></iframe>'),
    "an object": HTML('<object data="/account/"></object>'),
    "another's script": SCRIPT("s.src = 'http://127.0.0.1:9/x.js'"),
    "another's picture": HTML('<img src="http://127.0.0.1:9/x.png">'),
    "another's ear": "fetch('http://127.0.0.1:9/').catch(() => {})",
    "another's base": "document.head.insertAdjacentHTML('beforeend', '<base href=\"http://127.0.0.1:9/\">')",
    "words as code": "setTimeout('window.ran = 1')",
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_the_policy_forbids_does_not_run_and_is_noticed(visit, cast, attack):
    """A page of ours that broke the policy would leave a line in the console, and fail the test that visits it."""
    page = visit(cast["partner"])
    page.goto("/my-work/")
    assert page.failures == []
    page.evaluate(
        "window.broken = []; addEventListener('securitypolicyviolation', (e) => broken.push(e.effectiveDirective))"
    )
    page.add_script_tag(content="") if attack is None else page.evaluate(f"() => {{ {ATTACKS[attack]} }}")
    page.wait_for_function("() => broken.length > 0")
    assert page.evaluate("window.ran") is None
    assert page.failures
    if attack == "a style":
        assert page.evaluate("getComputedStyle(document.getElementById('styled')).color") != "rgb(255, 0, 0)"
    if attack == "another's base":
        assert not page.evaluate("document.baseURI").startswith("http://127.0.0.1:9")


def test_no_form_can_send_to_another_site(visit, cast, elsewhere):
    page = visit(cast["partner"])
    page.goto("/my-work/")
    page.evaluate(
        """(to) => {
            const form = document.createElement("form");
            Object.assign(form, { action: to, method: "post" });
            document.body.append(form);
            form.submit();
        }""",
        f"{elsewhere.url}/taken",
    )
    page.wait_for_timeout(500)
    assert elsewhere.asked == []
    assert page.url.endswith("/my-work/")


def test_another_site_learns_nothing_of_where_somebody_came_from(visit, cast, elsewhere):
    page = visit(cast["partner"])
    page.goto("/my-work/")
    page.evaluate(
        """(to) => {
            const link = document.createElement("a");
            Object.assign(link, { href: to, textContent: "There" });
            document.body.append(link);
        }""",
        f"{elsewhere.url}/link",
    )
    page.get_by_text("There").click()
    page.wait_for_url(f"{elsewhere.url}/link")
    assert ("/link", None) in elsewhere.asked


def test_our_own_forms_work_with_it(visit, person):
    page = visit()
    page.goto("/account/login/")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_label("E-mail address").fill(person.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/my-work/")
    headers = sent.value.all_headers()
    assert headers["referer"].endswith("/account/login/")
    assert headers["origin"] != "null"


def test_without_any_referrer_our_own_forms_would_be_refused(visit, person):
    """Why the policy is `same-origin`: under `no-referrer` a browser calls our own form's origin `null`."""
    page = visit()

    def without(route):
        answer = route.fetch()
        route.fulfill(response=answer, headers=answer.headers | {"referrer-policy": "no-referrer"})

    page.route(
        "**/account/login/",
        lambda route: without(route) if route.request.method == "GET" else route.continue_(),
    )
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with page.expect_response(lambda answer: answer.request.method == "POST") as got:
        page.get_by_role("button", name="Sign in", exact=True).click()
    assert got.value.request.all_headers()["origin"] == "null"
    assert got.value.status == 403


def test_no_other_site_frames_a_page_or_loads_anything(visit, live_server, elsewhere):
    page = visit()
    page.goto(f"{elsewhere.url}/")
    ours = live_server.url + reverse("account_login")
    framed = page.evaluate(
        """(to) => new Promise((done) => {
            const f = document.createElement('iframe');
            f.onload = () => { try { done(f.contentDocument ? 'ours to read' : 'closed') } catch { done('closed') } };
            f.src = to;
            document.body.append(f);
        })""",
        ours,
    )
    assert framed == "closed"
    assert any("frame" in words for words in page.failures), page.failures
    loaded = page.evaluate(
        """(to) => new Promise((done) => {
            const picture = new Image();
            Object.assign(picture, { onload: () => done(true), onerror: () => done(false), src: to });
        })""",
        f"{live_server.url}/static/images/favicon.svg",
    )
    assert loaded is False


def test_signing_out_empties_what_the_browser_kept(visit, person):
    """What scripts wrote down is gone: the browser heeds the header here because this machine counts as safe."""
    page = visit(person)
    page.goto("/account/logout/")
    page.evaluate("localStorage.setItem('left', 'behind')")
    page.get_by_role("button", name="Sign out", exact=True).last.click()
    page.wait_for_url("**/account/login/**")
    assert page.evaluate("localStorage.getItem('left')") is None
