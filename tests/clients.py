"""Browsers in tests: whoever is signed in by `force_login` came with a second factor, as their role asks."""

from contextlib import contextmanager, nullcontext

from django.db import transaction
from django.test import Client

from partners.second_factor import SESSION

REFUSED = ("PUT", "PATCH", "DELETE", "OPTIONS")  # by every route, whoever asks


class SignedIn(Client):
    def _login(self, user, backend=None):
        super()._login(user, backend)
        session = self.session
        session[SESSION] = user.pk
        session.save()


class Quick(SignedIn):
    """A browser for thousands of requests: it writes down no template, and keeps no cookie but the session's."""

    def request(self, **request):
        return self.handler(self._base_environ(**request))


class Probes:
    """Asks as each part of the cast, counts, and takes back whatever a request did. One request is one probe."""

    def __init__(self, cast):
        self.cast, self.count, self._clients = cast, 0, {}

    def client(self, who):
        if who not in self._clients:
            self._clients[who] = Quick(raise_request_exception=False)
            if who != "anonymous":
                self._clients[who].force_login(self.cast[who])
        return self._clients[who]

    def __call__(self, who, method, url, data=None, **headers):
        client = self.client(who)
        self.count += 1
        with nullcontext() if method in REFUSED else taken_back():
            response = getattr(client, method.lower())(url, data, headers=headers or None)
            response.body = b"".join(response.streaming_content if response.streaming else [response.content])
            return response


@contextmanager
def taken_back():
    """Whatever is written to the database within is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
