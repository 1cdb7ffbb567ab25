"""Real Chromium against the live server: pages by part of the cast, width and JavaScript."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import sync_playwright

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
            client.force_login(user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
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
    """Fails where axe finds anything on the page, or the page scrolls sideways; for pages with JavaScript."""

    def check(page):
        results = Axe().run(page)
        assert results.violations_count == 0, f"{page.url}: {results.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{page.url} scrolls sideways"
        assert page.failures == []

    return check
