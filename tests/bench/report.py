"""The benchmark's table, with what was to be reached, as docs/performance.md has it."""

import os
import platform
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

HEAD = """\
# Performance

Written by `script/bench`. It fills PostgreSQL with copies of one whole response (62 items, 134 lines of log, their
histories), of which 200 go on, starts two web workers with permissions, history, log and figures on, and asks in
turns: SVIT; Django's own admin list of the same table, as it comes (100 rows) and with 25; and a *floor*, the least
Django page that gives the same (session, user, one template with the same markup; no permission, no history:
`tests/bench/floor/`). Why a mark is missed: `docs/decisions/0010-marks-of-the-benchmark.md`.
CPU is that of web workers and database together for one request. Medians of {rounds} turns.
"""
MEMORY = 150  # MB, of a web worker and of the renderer
# page: what it is compared with, and how many times that it may cost
MARKS = (
    ("list of 25", "admin", 1 / 6),
    ("list of 25", "floor", 1.5),
    ("incident page", "floor", 1.5),
    ("tick", "floor", 2),
    ("create", "floor", 2),
)
POLL, GROWTH, PDF = 1 / 4, 1.2, 1.2


@dataclass
class Measured:
    """Medians for one request, in milliseconds: CPU of web workers and database, of the workers alone, and time."""

    cpu: float
    web: float
    latency: float


def report(found, memory, pdf, rounds):
    """`found`: by number of incidents, by (page, system), what was measured. Returns Markdown."""
    lines = [HEAD.format(rounds=rounds), f"{_machine()}, {datetime.now(UTC):%-d %B %Y}."]
    for incidents, pages in found.items():
        lines += ["", f"## {incidents:,} incidents", "", *_table(pages), ""]
        lines.append(f"Largest web worker afterwards: {memory[incidents]:.0f} MB.")
    lines += [
        "",
        "## A pack as PDF",
        "",
        "| | CPU, ms | time, ms | largest process, MB |",
        "| --- | --: | --: | --: |",
    ]
    lines += [
        f"| {name} | {one.cpu:,.0f} | {one.latency:,.0f} | {mb:.0f} |" for name, (one, mb) in pdf.items()
    ]
    lines += [
        "",
        "## What was to be reached",
        "",
        "| mark | at most | measured | |",
        "| --- | --: | --: | --- |",
    ]
    for words, most, measured in _marks(found, memory, pdf):
        lines.append(
            f"| {words} | {most:.2f} | {measured:.2f} | {'reached' if measured <= most else 'missed'} |"
        )
    return "\n".join(lines) + "\n"


def _table(pages):
    rows = [
        "| page | system | CPU, ms | of it web, ms | time, ms | SVIT's CPU to it |",
        "| --- | --- | --: | --: | --: | --: |",
    ]
    for (page, system), one in pages.items():
        ratio = "" if system == "SVIT" else f"{pages[page, 'SVIT'].cpu / one.cpu:.2f}"
        rows.append(f"| {page} | {system} | {one.cpu:.1f} | {one.web:.1f} | {one.latency:.1f} | {ratio} |")
    return rows


def _marks(found, memory, pdf):
    """(what, at most, measured), for each size."""
    for incidents, pages in found.items():
        for page, other, most in MARKS:
            ratio = pages[page, "SVIT"].cpu / pages[page, other].cpu
            yield f"{page} to {other}, {incidents:,}", most, ratio
        poll = pages["not-modified poll", "SVIT"].cpu / pages["incident page", "SVIT"].cpu
        yield f"not-modified to the page, {incidents:,}", POLL, poll
        yield f"web worker, MB, {incidents:,}", MEMORY, memory[incidents]
    if len(found) > 1:
        few, many = (found[size] for size in (min(found), max(found)))
        for (page, system), one in many.items():
            if system == "SVIT":
                yield f"{page}, {max(found):,} to {min(found):,}", GROWTH, one.cpu / few[page, system].cpu
    ours, bare = pdf["SVIT"], pdf["bare WeasyPrint"]
    yield "PDF to bare WeasyPrint, time", PDF, ours[0].latency / bare[0].latency
    yield "PDF to bare WeasyPrint, CPU", PDF, ours[0].cpu / bare[0].cpu
    yield "PDF, MB", MEMORY, ours[1]


def _machine():
    cpu = Path("/proc/cpuinfo")
    names = re.findall(r"^model name\s*:\s*(.+)$", cpu.read_text(), re.M) if cpu.exists() else []
    return f"{os.cpu_count()} cores ({names[0] if names else platform.machine()}), Python {platform.python_version()}"
