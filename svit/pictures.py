"""Pictures as inline SVG: one function each, for the page and for the PDF alike.

Attributes only, because the content security policy refuses inline styles; no id, so one picture may stand
twice on a page and an unchanged page keeps its ETag. A screen reader and WeasyPrint read the `<title>` and
nothing else, so the title carries the finding. Text is 13 px at drawn size: give the width it is drawn at.
"""

from functools import cache, lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# The tokens of static/css/_tokens.scss
INK = "#14212b"
INK_2 = "#47535e"
LINE_STRONG = "#6b7783"
ACCENT = "#0f5560"
ACCENT_MID = "#8db4ba"
OVERDUE = "#86300d"
SOON = "#6b4a00"
WHITE = "#fff"

FONT = "Liberation Sans, Helvetica Neue, Arial, sans-serif"
OVERRUN = (
    1 / 6
)  # of the bar, drawn to scale after it (8 hours of 48); what is later stands behind a break mark
LETTER = 6.6  # mean width of a letter of 13 px, for keeping labels apart

SHAPES = {
    "overdue": ('<rect x="1" y="1" width="10" height="10" fill="{}"/>', OVERDUE),
    "soon": ('<path d="M6 1L11.5 11H.5Z" fill="{}"/>', SOON),
    "ok": ('<circle cx="6" cy="6" r="5" fill="{}"/>', ACCENT),
    "done": ('<path d="M1.5 6.5L4.5 9.5L10.5 2.5" fill="none" stroke="{}" stroke-width="2.2"/>', INK),
    "open": ('<circle cx="6" cy="6" r="4.8" fill="#fff" stroke="{}" stroke-width="1.6"/>', LINE_STRONG),
    "seen": (
        '<circle cx="6" cy="6" r="4.8" fill="#fff" stroke="{0}" stroke-width="1.6"/>'
        '<circle cx="6" cy="6" r="1.8" fill="{0}"/>',
        LINE_STRONG,
    ),
    "flag": ('<path d="M2 1V11.5M2 1.5H11L8.5 4.5L11 7.5H2" fill="{0}" stroke="{0}" stroke-width="1"/>', INK),
    "attempt": ('<circle cx="6" cy="6" r="4.6" fill="#fff" stroke="{}" stroke-width="2"/>', INK),
    "contact": ('<path d="M6 0L12 6L6 12L0 6Z" fill="{}"/>', INK),
}


@cache
def shape(name):
    """The small shape before a state's word. It says nothing by itself, so screen readers pass over it."""
    drawing, colour = SHAPES[name]
    return format_html(
        '<svg class="svit-icon svit-icon--{}" viewBox="0 0 12 12" width="12" height="12"'
        ' aria-hidden="true" focusable="false">{}</svg>',
        name,
        format_html(drawing, colour),
    )


def clock_strip(
    *,
    start,
    now,
    due_hours,
    title,
    marks=((24, "24 h"), (48, "48 h")),
    attempts=(),
    met_at=None,
    ended_at=None,
    golden=None,
    estimated=False,
    resting=False,
    width=300,
):
    """How a clock stands, from its `start` to `now`, to `met_at`, or to `ended_at` where it ended unmet.

    The bar is as long as the last mark. `attempts` are (moment, made): a ring where contact was tried, a
    diamond where it was made. `golden` is the hour of the golden-hour mark. Overrun is hatched for a sixth of
    the bar, then it breaks. An estimated start draws a dashed outline. One that is `resting` stands still at `now`.
    """
    bar = max([due_hours, *(hours for hours, _ in marks)])
    longest = bar * (1 + OVERRUN)
    left, right, top, height = 8, width - 9, 20, 16
    scale = (right - left) / longest

    def x(hours):
        return left + min(max(hours, 0), longest) * scale

    def hours_to(moment):
        return (moment - start).total_seconds() / 3600

    elapsed = hours_to(met_at or ended_at or now)
    parts = [
        _rect(left, top, bar * scale, height, WHITE, None if estimated else LINE_STRONG),
        _rect(left, top, x(min(elapsed, due_hours)) - left, height, ACCENT) if elapsed > 0 else "",
    ]
    if elapsed > due_hours:
        parts.append(_hatched(x(due_hours), top, x(elapsed) - x(due_hours), height))
    if estimated:
        parts.append(_rect(left, top, bar * scale, height, "none", INK, dashed=True))

    crowded = not met_at and abs(x(elapsed) - x(due_hours)) < 36  # "now" stands over the tick
    parts += _marks(
        marks, due_hours, golden, elapsed, crowded, x=x, left=left, right=width - 2, top=top, height=height
    )
    middle = top + height / 2
    for moment, made in attempts:
        if made and met_at and abs((moment - met_at).total_seconds()) < 60:
            continue  # drawn as the contact itself
        parts.append(_contact(x(hours_to(moment)), middle) if made else _attempt(x(hours_to(moment)), middle))
    if met_at:
        parts.append(_contact(x(hours_to(met_at)), middle))
    else:
        parts += _now(x(elapsed), top, height, left, "ended" if ended_at else "paused" if resting else "now")
    if elapsed > longest:
        parts.append(_break(right - 12, top, height))
    return picture(width, 56, title, parts)


def _marks(marks, due_hours, golden, elapsed, crowded, *, x, left, right, top, height):
    """The scale under the bar: a heavy tick and bold words where it is due, light ones elsewhere."""
    named = dict(marks)
    due_words = f"{named.get(due_hours, _hours(due_hours))} due"
    labels = [
        (due_hours, due_words, True),
        *((hours, words, False) for hours, words in marks if hours != due_hours),
    ]
    if golden is not None and golden != due_hours and golden not in named:
        labels.append((golden, _hours(golden), False))
    labels.append((0, "0", False))
    taken, parts = [], []
    for hours, words, is_due in labels:
        place, half = x(hours), len(words) * LETTER / 2
        over_fill = not is_due and 0 < hours < min(elapsed, due_hours)
        if hours:
            colour = WHITE if over_fill else INK
            start = top - 5 if is_due and not crowded else top
            end = top + height + (5 if is_due else 3)
            parts.append(
                line(
                    place, start, place, end if not over_fill else top + height, colour, 2.5 if is_due else 1
                )
            )
            if over_fill:
                parts.append(line(place, top + height, place, end, INK, 1))
        centre = min(max(place, left + half), right - half)
        if hours == 0:
            centre = left + half
        if any(centre - half < end + 6 and centre + half > begin - 6 for begin, end in taken):
            continue  # the tick stays, its words would touch those of a weightier one
        taken.append((centre - half, centre + half))
        parts.append(text(centre, 53, words, bold=is_due, quiet=not is_due))
    if golden is not None:
        # The golden hour is so near the start that it is told by a triangle above the bar as well
        parts.append(_path(f"M{_n(x(golden) - 4)} {_n(top - 6)}h8l-4 6z", WHITE, INK))
    return parts


@lru_cache(maxsize=2_000)  # counts and the name of a phase alone; a page draws eighteen
def phase_bar(*, done, progress, overdue, total, title, width=240, hidden=False):
    """How far a group of items is: done, in progress, overdue (hatched), not started. Stretches to its place.

    `hidden` from screen readers, where words beside it say the same.
    """
    rest = max(total - done - progress - overdue, 0)
    amounts = [("done", done), ("progress", progress), ("overdue", overdue), ("open", rest if total else 1)]
    whole = sum(amount for _, amount in amounts) or 1
    parts, begin = [], 0.0
    for kind, amount in amounts:
        if amount > 0:
            size = amount / whole * width
            parts.append(_block(kind, begin + 0.75, 0.75, size - 1.5, 10.5))
            begin += size
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} 12" width="{0}" height="12"'
        ' preserveAspectRatio="none" {1}="{2}" focusable="false"><title>{3}</title>{4}</svg>',
        _n(width),
        *(("aria-hidden", "true") if hidden else ("role", "img")),
        title,
        _joined(parts),
    )


@cache
def key_swatch(kind):
    """A little box for a legend: done, progress, overdue, open."""
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 18 12" width="18" height="12"'
        ' aria-hidden="true" focusable="false">{}</svg>',
        _block(kind, 0.75, 0.75, 16.5, 10.5),
    )


def year_strip(*, today, days, title, width=320):
    """Twelve months from `today`; of `days`, which are (date, whether its plan is ready), each a diamond or a ring."""
    left, right, middle, length = 8, width - 8, 22, 366
    months = [(today.year + (today.month + one) // 12, (today.month + one) % 12 + 1) for one in range(-1, 12)]
    step = 1 if (right - left) / 12 >= 4 * LETTER else 2

    def x(day):
        return left + min((day - today).days, length) / length * (right - left)

    parts = [line(left, middle, right, middle, LINE_STRONG, 2)]
    for number, (year, month) in enumerate(months):
        first = today.replace(year=year, month=month, day=1)
        if first <= today:
            continue
        parts.append(line(x(first), middle - 4, x(first), middle + 4, INK, 1))
        if number % step == 0 and x(first) + 2 * LETTER < right:
            parts.append(text(x(first), 48, first.strftime("%b"), quiet=True))
    parts.append(line(left, middle - 10, left, middle + 10, INK, 2))
    for day, ready in days:
        parts.append(_contact(x(day), middle) if ready else _attempt(x(day), middle))
    return picture(width, 56, title, parts)


def hatch(x, y, width, height, *, step=6.0, thick=3.0):
    """The path of slanting stripes within a rectangle, cut at its edges. Needs no pattern, and so no id."""
    stripes, offset = [], -thick / 2
    while offset < width + height:
        low, high = max(offset, 0), min(offset + thick, width + height)
        if high > low:
            corners = [_on_top(low, width)]
            if low < width < high:
                corners.append((width, 0))
            corners += [_on_top(high, width), _on_side(high, height)]
            if low < height < high:
                corners.append((0, height))
            corners.append(_on_side(low, height))
            stripes.append("M" + "L".join(f"{_n(x + right)} {_n(y + down)}" for right, down in corners) + "Z")
        offset += step
    return "".join(stripes)


def _on_top(along, width):
    """Where the slant at `along` leaves through the upper or the right edge."""
    return (along, 0) if along <= width else (width, along - width)


def _on_side(along, height):
    """Where it comes in through the left or the lower edge."""
    return (0, along) if along <= height else (along - height, height)


def _block(kind, x, y, width, height):
    width = max(width, 0.1)
    if kind == "overdue":
        return _hatched(x, y, width, height, line=1.2)
    fill, edge = {"done": (ACCENT, ACCENT), "progress": (ACCENT_MID, ACCENT), "open": (WHITE, LINE_STRONG)}[
        kind
    ]
    return _rect(x, y, width, height, fill, edge, line=1.2)


def _hatched(x, y, width, height, *, line=1):
    return _joined(
        [
            _rect(x, y, width, height, WHITE),
            format_html('<path d="{}" fill="{}"/>', hatch(x, y, width, height), OVERDUE),
            _rect(x, y, width, height, "none", OVERDUE, line=line),
        ]
    )


def _now(x, top, height, left, word="now"):
    """A line with a pointer, and the word on whichever side has room."""
    before = x - 9 - len(word) * LETTER > left
    return [
        line(x, top - 4, x, top + height + 4, INK, 2),
        _path(f"M{_n(x - 5)} {_n(top - 10)}h10l-5 7z", INK),
        text(x - 9 if before else x + 9, 16, word, bold=True, anchor="end" if before else "start"),
    ]


def _attempt(x, y):
    return format_html(
        '<circle cx="{}" cy="{}" r="5" fill="{}" stroke="{}" stroke-width="2"/>', _n(x), _n(y), WHITE, INK
    )


def _contact(x, y):
    return _path(f"M{_n(x)} {_n(y - 8)}l8 8l-8 8l-8 -8z", INK, WHITE)


def _break(x, top, height):
    """Two slanting lines across the bar: what follows is not to scale."""
    low, high = top + height + 3, top - 3
    return _joined(
        [
            _path(f"M{_n(x - 5)} {low}L{_n(x + 1)} {high}H{_n(x + 7)}L{_n(x + 1)} {low}Z", WHITE),
            line(x - 5, low, x + 1, high, INK, 1.6),
            line(x + 1, low, x + 7, high, INK, 1.6),
        ]
    )


def _hours(hours):
    return f"{hours:g} h"


def _n(number):
    """A coordinate with one digit after the point, and none where it is nought."""
    return f"{number:.1f}".removesuffix(".0")


def _joined(parts):
    return format_html_join("", "{}", ((part,) for part in parts if part))


def _rect(x, y, width, height, fill, edge=None, *, line=1, dashed=False):
    outline = ""
    if edge:
        outline = format_html(' stroke="{}" stroke-width="{}"', edge, line)
    if dashed:
        outline = format_html('{} stroke-dasharray="4 3"', outline)
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"{}/>',
        _n(x), _n(y), _n(width), _n(height), fill, outline,
    )  # fmt: skip


def line(x1, y1, x2, y2, colour, thick, *, dashed=False):
    dashes = format_html(' stroke-dasharray="{}"', "6 4") if dashed else ""
    return format_html(
        '<path d="M{} {}L{} {}" stroke="{}" stroke-width="{}"{}/>',
        _n(x1), _n(y1), _n(x2), _n(y2), colour, thick, dashes,
    )  # fmt: skip


def dot(x, y, colour, *, hollow=False):
    """A point of a line: full or hollow, so that two lines differ in print."""
    return format_html(
        '<circle cx="{}" cy="{}" r="4" fill="{}" stroke="{}" stroke-width="2"/>',
        _n(x), _n(y), WHITE if hollow else colour, colour,
    )  # fmt: skip


def _path(d, fill, edge=None):
    outline = format_html(' stroke="{}" stroke-width="1.5"', edge) if edge else ""
    return format_html('<path d="{}" fill="{}"{}/>', d, fill, outline)


def text(x, y, words, *, bold=False, quiet=False, anchor="middle"):
    return format_html(
        '<text x="{}" y="{}" font-size="13" font-weight="{}" text-anchor="{}" fill="{}"'
        ' font-family="{}">{}</text>',
        _n(x), _n(y), 700 if bold else 400, anchor, INK_2 if quiet else INK, FONT, words,
    )  # fmt: skip


def picture(width, height, title, parts) -> SafeString:
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img"'
        "><title>{2}</title>{3}</svg>",
        _n(width),
        _n(height),
        title,
        _joined(parts),
    )
