"""What was measured, what does not hold of it, and the page that tells of the latest full run."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime

from tests.faults.full_mode import ROOT

PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- what script/faults measured -->", "<!-- end of what it measured -->"


@dataclass
class Figures:
    """The figures of a family, or of all. `wrong` says in words what does not hold."""

    kills: int = 0
    due: int = 0
    missed: int = 0
    doubled: int = 0
    early: int = 0
    emails: int = 0
    emails_doubled: int = 0
    in_flight: int = 0
    other_id: int = 0
    ticks: int = 0
    lost: int = 0
    ticks_doubled: int = 0
    seconds: float = 0
    notes: list = field(default_factory=list)
    wrong: list = field(default_factory=list)

    def hold(self, holds, words):
        """Note that something must be so."""
        if not holds:
            self.wrong.append(words)

    def count_said(self, expected, said):
        """Of what was to be said, what is missing; and whatever was said twice, or to nobody's asking."""
        missing = expected - set(said)
        again = sum(times - 1 for times in said.values())
        unasked = set(said) - expected
        self.due += len(expected)
        self.missed += len(missing)
        self.doubled += again
        self.hold(not missing, f"{len(missing)} reminders missed")
        self.hold(not again, f"{again} reminders doubled in the application")
        self.hold(
            not unasked, f"{len(unasked)} said that were not due, such as {sorted(map(str, unasked))[:2]}"
        )

    def count_emails(self, sink, in_flight, notifications):
        """Each message arrived, under one Message-ID; and twice only where it was in flight at a kill."""
        times = Counter(message for _, _, message, _ in sink.got)
        again = {message: number - 1 for message, number in times.items() if number > 1}
        carried = defaultdict(set)
        for _, _, message, links in sink.got:
            for link in links:
                carried[link].add(message)
        other = sum(len(messages) > 1 for messages in carried.values())
        missing = notifications - set(carried)
        self.emails += len(times)
        self.emails_doubled += sum(again.values())
        self.in_flight += len(in_flight)
        self.other_id += other
        self.hold(
            set(again) <= in_flight,
            f"{len(set(again) - in_flight)} e-mails came twice that nobody was sending",
        )
        self.hold(sum(again.values()) <= len(in_flight), "more e-mails came again than were in flight")
        self.hold(not other, f"{other} messages came under two Message-IDs")
        self.hold(not missing, f"{len(missing)} messages never came by e-mail")

    def line(self):
        return (
            f"kills {self.kills}, reminders due {self.due}, missed {self.missed}, doubled {self.doubled}, "
            f"early {self.early}, e-mails {self.emails}, doubled {self.emails_doubled} (in flight {self.in_flight}, "
            f"under another Message-ID {self.other_id}), ticks acknowledged {self.ticks}, lost {self.lost}, "
            f"doubled {self.ticks_doubled}"
        )


def total(every):
    """All families together."""
    found = Figures()
    for one in every:
        for each in fields(Figures):
            setattr(found, each.name, getattr(found, each.name) + getattr(one, each.name))
    return found


def table(found, titles, machine):
    """The generated part of docs/reliability.md."""
    lines = [
        f"{datetime.now(UTC):%-d %B %Y}. {machine}.",
        "",
        "| family | kills | due | missed | doubled | early | e-mails | doubled | in flight "
        "| ticks | lost | doubled | s |",
        "| --- " + "| --: " * 12 + "|",
    ]
    for key, one in found.items():
        lines.append(
            f"| {key}. {titles[key]} | {one.kills} | {one.due:,} | {one.missed} | {one.doubled} | {one.early} |"
            f" {one.emails:,} | {one.emails_doubled} | {one.in_flight} | {one.ticks:,} | {one.lost} |"
            f" {one.ticks_doubled} | {one.seconds:.0f} |"
        )
    lines += ["", *(f"- {key}. {note}" for key, one in found.items() for note in one.notes)]
    lines += ["", f"All: {total(found.values()).line()}."]
    return "\n".join(lines)


def write(found, titles, machine):
    text = PAGE.read_text(encoding="utf-8")
    part = f"{BEGIN}\n{table(found, titles, machine)}\n{END}"
    again = re.sub(f"{BEGIN}.*{END}", lambda _: part, text, flags=re.DOTALL)
    PAGE.write_text(again, encoding="utf-8")
