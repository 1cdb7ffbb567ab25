"""What a page that is asked again and again says of itself: its version, and what is new since it was opened.

Each act that a reader may know of is in their log, and what the clock alone changes changes with the minute. So the
version needs no more than these, tells nothing of what the reader may not see, and costs one query.
"""

import hashlib
import json
from dataclasses import dataclass
from urllib.parse import urlencode

from svit import clock, keys

MINUTE = 60  # seconds
REGIONS = (
    "facts",
    "clocks",
    "next",
    "phases",
    "phases-folded",
    "phases-folded-summary",
    "standing",
    "panels",
    "news",
    "since",
    "updated",
)


@dataclass
class Live:
    """One answer to a page that stays open: where it asks next, its version, what came and what grew late meanwhile."""

    url: str
    tag: str
    news: int
    worse: int

    @property
    def headers(self):
        """What the next question says, so that an unchanged page is not sent again (RFC 9110, If-None-Match)."""
        return json.dumps({"If-None-Match": self.tag})

    @property
    def regions(self):
        """What is put in place of what stood there; the rest of the page stays as it is."""
        return ",".join(["#live", *(f"#live-{name}" for name in REGIONS), "#live-status:innerHTML"])


def version(seen, log_state):
    """The version of what this reader may see, at this minute. Each incident's minute turns at a second of its own."""
    incident = seen.incident
    minute = int(clock.now().timestamp() + incident.pk * 7 % MINUTE) // MINUTE
    parts = [
        incident.pk,
        seen.actor.membership.pk,
        sorted(seen.sections.items()),
        seen.names,
        seen.kept,
        minute,
        *log_state,
    ]
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def live(request, *, tag, entries, overdue):
    """What the page carries along. `entries` and `overdue` count those of now; the address has those of before."""
    first, was = _number(request, "entries", entries), _number(request, "overdue", overdue)
    asked = urlencode({"entries": first, "overdue": overdue})
    return Live(f"{request.path}?{asked}", tag, news=max(0, entries - first), worse=max(0, overdue - was))


def _number(request, name, default):
    found = keys.number(request.GET.get(name))
    return default if found is None else found
