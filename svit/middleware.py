"""What every request has to be, and headers that every answer carries."""

import codecs
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# What a page of ours never needs, so that nothing put into one could use it.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "bluetooth",
        "browsing-topics",
        "camera",
        "clipboard-read",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "hid",
        "idle-detection",
        "local-fonts",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "screen-wake-lock",
        "serial",
        "usb",
        "window-management",
        "xr-spatial-tracking",
    )
)


class NoStore:
    """No copy of what somebody saw stays behind, and no page uses more of the browser than it needs.

    A shared computer's back button, a proxy and a search engine are told to keep nothing. A view that
    answers with an ETag sets its own Cache-Control (`private, no-cache`), and keeps it: a 304 needs the
    browser's copy. Static files are answered by WhiteNoise further out and never come here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        # No page of another site may load an answer of ours, not even as a picture that it cannot read.
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response


class Utf8:
    """Text that comes in is UTF-8. Anything else is refused before anybody reads it: a 400, not a failure.

    Django lets a request name its own character set, and its page for a form in another one reads that form again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset")
        if charset is not None:
            if not _is_utf8(charset):
                return render(request, "400.html", status=400)
            request.encoding = "utf-8"  # by its one name: Django refuses a form in "utf8"
        return self.get_response(request)


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return False
