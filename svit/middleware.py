"""Headers that every answer carries."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# What a page of ours never needs, so that nothing put into one could use it.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
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
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response
