"""Messages that wait for the next page, in a cookie of this very host."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class Cookie(CookieStorage):
    """The prefix binds the cookie to the host and to TLS, as it does the session's."""

    cookie_name = "__Host-messages" if settings.HTTPS else "messages"
