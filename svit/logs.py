"""How the running program writes: to stderr, one line an event, nobody's data in it.

Each line that a request caused carries the request's identifier, which the answer has in X-Request-ID and an error page
shows: so what somebody saw at 2 a.m. is found again. In full mode a line is JSON, for a machine that collects it.

The value of an exception can hold what somebody typed (a database names the duplicate address, a parser
quotes its input), so a line tells an exception's type and where it was raised, and what it said only
where that is the program's own.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

# These speak of the program alone.
OF_THE_PROGRAM = (ImportError, NameError, AttributeError, ImproperlyConfigured)
ROOT = Path(__file__).resolve().parent.parent


class Line(logging.Formatter):
    """One event on one line. `with_values` adds what an exception said, for a developer."""

    default_msec_format = "%s.%03d"

    def __init__(self, *, with_values: bool = False) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self.with_values = with_values

    def format(self, record: logging.LogRecord) -> str:
        hide_address(record)
        # Another handler may have left its rendering of the exception on the record.
        record.exc_text = None
        record.stack_info = None
        line = super().format(record).replace("\r", " ").replace("\n", " | ")
        return f"{line} [{request}]" if (request := getattr(record, "correlation_id", None)) else line

    def formatException(self, ei) -> str:
        if self.with_values:
            return super().formatException(ei)
        kind, value, trace = ei
        if not kind:
            return ""
        frames = [frame for frame in traceback.extract_tb(trace) if not frame.filename.startswith("<")]
        where = " < ".join(_place(frame) for frame in reversed(frames[-8:]))
        said = f" ({value})" if isinstance(value, OF_THE_PROGRAM) else ""
        return f"{kind.__module__}.{kind.__qualname__}{said} at {where}"


def hide_address(record: logging.LogRecord) -> None:
    """Django tells of a refused request with its path, which can hold the key of a link; the route is enough."""
    request = getattr(record, "request", None)
    path = getattr(request, "path", None)
    if path and isinstance(record.args, tuple) and path in record.args:
        match = getattr(request, "resolver_match", None)
        route = match.route if match else "no page of ours"
        record.args = tuple(route if value == path else value for value in record.args)


# What svit.metrics tells of an answer, and partners.door_log of who came to the door.
TOLD = ("method", "view", "status", "ms", "event", "account", "source", "how")


class Json(Line):
    """One event as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        hide_address(record)
        event = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": getattr(record, "correlation_id", None),
            "error": self.formatException(record.exc_info) if record.exc_info else None,
        } | {name: getattr(record, name, None) for name in TOLD}
        return json.dumps(
            {name: value for name, value in event.items() if value not in (None, "")}, ensure_ascii=False
        )


def _place(frame: traceback.FrameSummary) -> str:
    """A file below the project, or its last two parts elsewhere, with the line."""
    path = Path(frame.filename)
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else Path(*path.parts[-2:])
    return f"{name}:{frame.lineno}"
