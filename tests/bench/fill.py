"""Fills the empty database that the environment names: two invented boroughs, a whole response and its copies.

`python -m tests.bench.fill 10000 200`: so many copies, of which so many go on.
"""

import os
import sys
import time

import django


def fill(times, live=200):
    """The demonstration's third day, and `times` copies of it. Returns (seconds that the copies took, rows)."""
    from django.core.management import call_command

    from reports.demo.boroughs import build
    from reports.demo.third_day import third_day
    from svit import clock
    from tests.bench.grow import multiply

    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_toolkit", verbosity=0)
    third_day(build("a password of the benchmark alone")["Northmere"], clock.now())
    began = time.monotonic()
    written = multiply(times, live=live)
    return time.monotonic() - began, sum(written.values())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "svit.settings")
    django.setup()
    took, rows = fill(*map(int, sys.argv[1:]))
    print(f"{rows} rows in {took:.1f} s")
