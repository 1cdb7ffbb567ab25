"""Starts the renderer, waits for it no longer than it may take, and ends it with all that it started."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

from django.conf import settings

SECONDS = 90
LARGEST = 64 * 1024 * 1024
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH",
        "LD_LIBRARY_PATH")  # fmt: skip
COMMAND = (sys.executable, "-m", "reports.render")


class NotPrinted(Exception):
    """The renderer gave no PDF. The words are for the person who asked."""


def print_pdf(html, *, seconds=SECONDS, command=COMMAND):
    """`html` as (the PDF, the PDF marked as replaced); `NotPrinted` where it fails or takes longer than `seconds`.

    The renderer gets no settings and no secrets: of the environment only what finds programs and fonts.
    """
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    process = subprocess.Popen(  # noqa: S603  our own module, no word of it from outside
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=settings.BASE_DIR,
        env=environment,
        start_new_session=True,
    )
    try:
        out, _ = process.communicate(html.encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        raise NotPrinted(f"It took longer than {seconds} seconds.") from None
    finally:
        end(process)
    head, _, rest = out.partition(b"\n")
    if process.returncode or not head:
        raise NotPrinted("The pages could not be drawn.")
    first, second = (int(size) for size in head.split())
    if len(rest) != first + second or not rest.startswith(b"%PDF-") or len(rest) > LARGEST:
        raise NotPrinted("The pages could not be drawn.")
    return rest[:first], rest[first:]


def end(process):
    """Kill the renderer's whole group, if anything of it is left, and leave no zombie and no open pipe."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        with suppress(OSError):
            pipe.close()
