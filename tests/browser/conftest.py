"""Real Chromium against the live server: pages by part of the cast, width and JavaScript."""

import os
import shutil

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS
from django.conf import settings
from playwright.sync_api import sync_playwright

from tests.clients import SignedIn

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
    "true"  # the driver's event loop lives in this thread; queries are sync
)

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
# Until what listens to the width of the window has heard of it, and the page is drawn again
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="session")
def browser():
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    assert path, "Chromium is missing: install the package chromium."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, live_server, client):
    """`visit(user, width=360, js=True)` gives a page signed in as the user (nobody where None)."""
    contexts = []

    def visit(user=None, *, width=360, js=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=js, base_url=live_server.url
        )
        contexts.append(context)
        if user is not None:
            one = client if len(contexts) == 1 else SignedIn()  # a second one does not sign the first out
            one.force_login(user)
            cookie = one.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(15000)
        page.failures = []
        page.on("pageerror", lambda error: page.failures.append(str(error)))
        page.on(
            "console", lambda message: page.failures.append(message.text) if message.type == "error" else None
        )
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def axe():
    """`axe(page)` fails where axe finds anything on the page, or it scrolls sideways; for pages with JavaScript.

    With `widths` the window is drawn to each of them, as somebody would who turns their phone, and asked there.
    """

    def check(page, widths=()):
        page.evaluate(AXE_SCRIPT)
        for width in widths or [page.viewport_size["width"]]:
            if width != page.viewport_size["width"]:
                page.set_viewport_size({"width": width, "height": 900})
                page.evaluate(DRAWN)
            results = AxeResults(page.evaluate("options => axe.run(options)", DEFAULT_OPTIONS))
            assert results.violations_count == 0, f"{page.url}, {width}: {results.generate_report()}"
            wide = page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
            assert not wide, f"{page.url} scrolls sideways at {width}"
        assert page.failures == []

    return check


@pytest.fixture
def both(axe):
    """Axe at both widths, each page fetched once; then the window is as narrow as a phone's again."""

    def check(page):
        try:
            axe(page, widths=(360, 1280))
        finally:
            page.set_viewport_size({"width": 360, "height": 900})

    return check
