"""What is asked of SVIT, of the floor and of Django's own list, page by page."""

import time
import uuid
from itertools import count
from urllib.parse import urlencode

FORM = {
    "happened": "stabbing",
    "when": "hour",
    "place": "Station Parade",
    "source": "police",
    "injury": "serious",
    "young_people": "2",
    "places": ["hospital"],
    "summary": "Two hurt",
}
STOCK = "django.contrib.auth.backends.ModelBackend"


class Turned(Exception):
    """The minute turned, and with it the version of the page that was polled: the turn is taken again."""


class Pages:
    """Each page with the systems that have it, asked by the coordinator of the borough."""

    def __init__(self, svit, floor, live):
        from checklists.models import ChecklistItem
        from incidents.models import Incident
        from partners.models import Membership, Role

        posts = Membership.objects.select_related("user").order_by("pk")
        self.user = posts.filter(role=Role.COORDINATOR, agency__csp_of__code="NM")[0].user
        self.user.is_superuser = True  # for Django's list; SVIT asks nobody whether they are one
        self.user.save()
        stock = self._client(floor, STOCK)
        self.clients = {"SVIT": self._client(svit, "partners.backend.Backend")}
        self.clients |= dict.fromkeys(("floor", "admin", "admin, 25 rows"), stock)
        self.live = list(Incident.objects.exclude(stage="closed").order_by("-logged_at")[1:live])
        items = ChecklistItem.objects.filter(
            incident__in=[row.pk for row in self.live], state="open", kind="action", follows_clocks=False
        )
        self.items = iter(list(items.select_related("incident").order_by("order", "pk")))
        self.turn, self.tag = count(), ""
        self.pages = {
            "list of 25": {
                "SVIT": lambda: get("/incidents/"),
                "floor": lambda: get("/list/"),
                "admin": lambda: get("/admin/incidents/incident/"),
                "admin, 25 rows": lambda: get("/admin25/incidents/incident/"),
            },
            "search, a reference": {
                "SVIT": lambda: get(self._search(f"NM-B-{self._number()}")),
                "floor": lambda: get(f"/search/?q=NM-B-{self._number()}"),
            },
            "search, a word of all": {
                "SVIT": lambda: get(self._search("Station")),
                "floor": lambda: get("/search/?q=Station"),
            },
            "incident page": {
                "SVIT": lambda: get(self._incident().get_absolute_url()),
                "floor": lambda: get(f"/incident/{self._incident().pk}/"),
            },
            "not-modified poll": {"SVIT": self._poll},
            "tick": {"SVIT": self._tick, "floor": self._floor_tick},
            "create": {
                "SVIT": lambda: post("/incidents/new/", FORM | {"submission": str(uuid.uuid4())}),
                "floor": lambda: post("/create/", FORM),
            },
            "my work": {"SVIT": lambda: get("/my-work/"), "floor": lambda: get("/my-work/")},
        }

    def all(self):
        return [(page, system) for page, systems in self.pages.items() for system in systems]

    def prepare(self):
        """Read the version of the page that is polled."""
        self.tag = self.clients["SVIT"].get(self.live[0].get_absolute_url()).headers["ETag"]

    def ask(self, page, system):
        """One request; the seconds that it took. Ends the run where the answer is not what it should be."""
        method, path, status, more = self.pages[page][system]()
        client = self.clients[system]
        answer = client.get(path, **more) if method == "GET" else client.post(path, more)
        if (status, answer.status) == (304, 200):
            raise Turned
        if answer.status != status:
            raise SystemExit(f"{system}, {page}: {path} answered {answer.status} and not {status}.")
        return answer.seconds

    def _client(self, web, backend):
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore
        from django.utils.crypto import get_random_string

        from tests.bench.machine import Client

        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(self.user.pk), backend
        session[HASH_SESSION_KEY] = self.user.get_session_auth_hash()
        session["signed_in_at"], session["second_factor"] = int(time.time()), self.user.pk
        session.save()
        return Client(web.port, {"sessionid": session.session_key, "csrftoken": get_random_string(32)})

    def _number(self):
        return next(self.turn) * 37 % 9_000 + 1

    def _search(self, words):
        """The page that a search leads to; its address is made before the clock runs."""
        from svit.asked import NAME, sealed

        return f"/search/?{urlencode({NAME: sealed(self.user, q=words)})}"

    def _incident(self):
        return self.live[next(self.turn) % len(self.live)]

    def _poll(self):
        return "GET", self.live[0].get_absolute_url(), 304, {"If-None-Match": self.tag}

    def _tick(self):
        from django.urls import reverse

        item = next(self.items)
        url = reverse("item-done", args=[item.incident.uuid, item.uuid])
        return post(url, {"note": "", "version": item.version})

    def _floor_tick(self):
        item = next(self.items)
        return post(f"/tick/{item.pk}/", {"note": "", "version": item.version})


def get(path):
    return "GET", path, 200, {}


def post(path, fields):
    return "POST", path, 302, fields
