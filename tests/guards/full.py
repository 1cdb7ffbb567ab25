"""What full mode's settings say of an answer, read in a process of its own, for tests that ask over TLS."""

import os
import subprocess
import sys
from functools import cache

from tests.svit.test_settings import FULL, read

OF_AN_ANSWER = (
    "HTTPS", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD",
    "SECURE_REFERRER_POLICY", "SECURE_CONTENT_TYPE_NOSNIFF", "SECURE_CROSS_ORIGIN_OPENER_POLICY", "X_FRAME_OPTIONS",
    "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_SECURE", "CSRF_COOKIE_HTTPONLY", "CSRF_COOKIE_SAMESITE", "CSRF_COOKIE_NAME", "CONTENT_SECURITY_POLICY",
)  # fmt: skip


@cache
def full_mode():
    """The settings of full mode by name."""
    found = read(FULL, *OF_AN_ANSWER)
    assert isinstance(found, dict), found
    return found


def put(settings):
    """Let the tests' own server answer as full mode does."""
    for name, value in full_mode().items():
        setattr(settings, name, value)


def in_full_mode(module, name):
    """What a name of a module is where full mode's settings hold."""
    words = f"import django; django.setup(); import {module} as found; print(found.{name})"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", words],
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "svit.settings"} | FULL,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()
