"""Pictures of figures over time; see svit/pictures.py for their strokes."""

from itertools import pairwise

from svit import pictures
from svit.pictures import ACCENT, INK, LINE_STRONG

TOP, BOTTOM, LEFT, RIGHT = 30, 150, 44, 24


def run_chart(points, *, title, series, width=960):
    """Shares by month against 100 %: one line a series, the first solid, the second dashed, each with its name.

    `points` are (label, {key: per cent, or None where it is hidden}), the first month first; a gap stays a gap.
    `series` are (key, name). The title carries the finding.
    """
    step = (width - LEFT - RIGHT) / max(len(points) - 1, 1)

    def x(index):
        return LEFT + index * step if len(points) > 1 else (LEFT + width - RIGHT) / 2

    def y(percent):
        return BOTTOM - (BOTTOM - TOP) * percent / 100

    parts = []
    for percent in (0, 50, 100):
        parts.append(
            pictures.line(LEFT, y(percent), width - RIGHT, y(percent), LINE_STRONG, 1 + percent // 100)
        )
        parts.append(pictures.text(LEFT - 6, y(percent) + 4, f"{percent}%", quiet=True, anchor="end"))
    each = max(round(len(points) / 12), 1)
    for index, (label, _) in enumerate(points):
        if index % each == 0:
            parts.append(pictures.text(x(index), BOTTOM + 20, label, quiet=True))
    for number, (key, name) in enumerate(series):
        colour = (ACCENT, INK)[number % 2]
        shares = [each[key] for _, each in points]
        known = [None if share is None else (x(index), y(share)) for index, share in enumerate(shares)]
        for before, after in pairwise(known):
            if before and after:
                parts.append(pictures.line(*before, *after, colour, 2.5, dashed=number % 2 == 1))
        parts += [pictures.dot(*place, colour, hollow=number % 2 == 1) for place in known if place]
        at = LEFT + number * (width - LEFT) / 2
        parts.append(pictures.line(at, 12, at + 26, 12, colour, 2.5, dashed=number % 2 == 1))
        parts.append(pictures.dot(at + 13, 12, colour, hollow=number % 2 == 1))
        parts.append(pictures.text(at + 34, 16, name, anchor="start"))
    return pictures.picture(width, BOTTOM + 28, title, parts)
