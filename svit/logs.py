"""How the running program writes: to stderr, one line an event, nobody's data in it.

The value of an exception can hold what somebody typed (a database names the duplicate address, a parser
quotes its input), so a line tells an exception's type and where it was raised, and what it said only
where that is the program's own.
"""

import logging
import traceback
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
        # Another handler may have left its rendering of the exception on the record.
        record.exc_text = None
        record.stack_info = None
        return super().format(record).replace("\r", " ").replace("\n", " | ")

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


def _place(frame: traceback.FrameSummary) -> str:
    """A file below the project, or its last two parts elsewhere, with the line."""
    path = Path(frame.filename)
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else Path(*path.parts[-2:])
    return f"{name}:{frame.lineno}"
