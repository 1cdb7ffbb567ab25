"""Makes the world of the embedded mode in its own database, from a process of its own.

`python -m tests.faults.inside '{"hands": 4, "ticks": 50, "number": 60, "seconds": 20}'` tells as JSON what is there.
"""

import json
import sys

import django

django.setup()

from tests.faults.world import World, spread  # noqa: E402


def fill(hands, ticks, number, seconds):
    world = World(hands)
    items = list(world.to_tick(ticks).values())
    moments = spread(number, seconds)
    return {
        "incident": world.incident.uuid,
        "items": items,
        "expected": list(world.fall_due(moments)),
        "last": max(moments).timestamp(),
    }


if __name__ == "__main__":
    print(json.dumps(fill(**json.loads(sys.argv[1])), default=str))
