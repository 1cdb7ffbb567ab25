"""Runs the seven families of faults, in full or in short form. script/faults calls it.

The last line gives the figures; the exit code is 0 only where all of it holds.
"""

import argparse
import importlib
import os
import sys
import threading
import time
import traceback
from dataclasses import dataclass, field
from functools import partial

from tests.faults.figures import Figures, total, write
from tests.faults.house import House, name_of_machine

FAMILIES = {
    1: ("kills", "kill -9 of web, worker, beat, Redis and PostgreSQL"),
    2: ("catching_up", "three days without beat and workers"),
    3: ("clocks", "wrong clocks, a step back, both folds"),
    4: ("mail", "no mail for two hours, refusals for one address"),
    5: ("many", "two beats, ten workers"),
    6: ("volume", "the sweep over very many open items"),
    7: ("embedded", "the embedded mode"),
}
TITLES = {key: title for key, (_, title) in FAMILIES.items()}


@dataclass
class Kills:
    each: int = 20
    redis: int = 5
    postgres: int = 3


@dataclass
class Size:
    """How much of everything."""

    kills: Kills = field(default_factory=Kills)
    pace: float = 5.0  # seconds from kill to kill
    reminders: int = 3000
    ticks: int = 1200  # items for each agency; nobody comes to the end of them
    hands: int = 40
    real_leases: bool = True
    past: int = 10_000
    catch_up: float = 600.0
    clocks: int = 400
    folds: int = 30
    mail: int = 400
    two_hours: float = 120.0  # seconds in which two hours pass
    beats: int = 2
    workers: int = 10
    many: int = 3000
    few_open: int = 10_000
    many_open: int = 1_000_000
    open_due: int = 1000
    rounds: int = 5
    slower: float = 1.5
    rows_a_second: float = 1000.0
    embedded: int = 300
    embedded_kills: int = 14


SHORT = Size(
    kills=Kills(each=2, redis=1, postgres=1), pace=3.0, reminders=240, ticks=300, hands=5, real_leases=False,
    past=300, catch_up=60.0, clocks=60, folds=4, mail=60, two_hours=8.0, workers=4, many=300, few_open=2_000,
    many_open=40_000, open_due=200, rounds=3, slower=3.0, rows_a_second=100.0, embedded=60, embedded_kills=1,
)  # fmt: skip


def main():
    parser = argparse.ArgumentParser(prog="script/faults")
    parser.add_argument("--short", action="store_true", help="a small form of each, in under four minutes")
    parser.add_argument("--only", default="", help="some families alone, such as 1,4")
    options = parser.parse_args()
    wanted = [int(one) for one in options.only.split(",") if one] or list(FAMILIES)
    size = SHORT if options.short else Size()
    say = partial(print, flush=True)
    found, began = {}, time.monotonic()
    beside = Beside(size) if options.short and 7 in wanted else None
    house = House()
    try:
        house.start()
        os.environ.update(house.here_in() | {"SVIT_LOG_LEVEL": "ERROR"})
        import django

        django.setup()
        from tests.faults.world import World

        world = World(size.hands)
        say(f"[ready] in {time.monotonic() - began:.0f} s")
        for key in wanted:
            found[key] = (
                beside.figures() if beside and key == 7 else on_a_quiet_house(key, house, world, size)
            )
            say(f"[{key}. {TITLES[key]}] {found[key].line()}; {found[key].seconds:.0f} s")
            for words in (*found[key].notes, *(f"WRONG: {words}" for words in found[key].wrong)):
                say(f"    {words}")
    finally:
        house.end()
        if beside:
            beside.join()
    every = total(found.values())
    if not (options.short or options.only):
        write(found, TITLES, name_of_machine())
    holds = "NOT ALL HOLDS" if every.wrong else "all holds"
    say(f"{len(wanted)} families in {time.monotonic() - began:.0f} s; {holds}")
    say(every.line())
    return 1 if every.wrong else 0


def on_a_quiet_house(key, house, world, size):
    """One family on a house that is quiet and forgot the one before."""
    house.sink.forget()
    house.in_flight, house.kills = set(), 0
    world.silence()
    try:
        return measured(key, house, world, size)
    finally:
        house.drop_workers()


def measured(key, house, world, size):
    """The figures of one family, with its seconds; what broke it among what does not hold."""
    began = time.monotonic()
    try:
        figures = importlib.import_module(f"tests.faults.families.{FAMILIES[key][0]}").run(house, world, size)
    except Exception:
        figures = Figures()
        figures.wrong.append(f"it broke: {traceback.format_exc()}")
    figures.seconds = time.monotonic() - began
    return figures


class Beside(threading.Thread):
    """The embedded mode is a house of its own: in short form it is ill-treated while the other is."""

    def __init__(self, size):
        super().__init__(daemon=True)
        self.size, self.found = size, None
        self.start()

    def run(self):
        self.found = measured(7, None, None, self.size)

    def figures(self):
        self.join()
        return self.found


if __name__ == "__main__":
    sys.exit(main())
