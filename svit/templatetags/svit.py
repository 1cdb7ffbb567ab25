"""Words for times and counts, shapes, pictures, and `{% component %}`. docs/components.md lists them all."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django import template
from django.template.loader import get_template
from django.utils.html import format_html

from svit import clock, pictures
from svit.browsers import browser
from svit.wording import sentence

register = template.Library()
register.filter("sentence", sentence)
register.filter("browser", browser)

SOON = timedelta(hours=8)
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@register.filter
def in_fours(text):
    """A key or a code in groups of four, as people read and type it."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


# --- Times ---


def clock_words(moment):
    """9:32am, 9am, midday, midnight, as GOV.UK writes them."""
    if (moment.hour, moment.minute) in ((0, 0), (12, 0)):
        return "midday" if moment.hour else "midnight"
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}{'am' if moment.hour < 12 else 'pm'}"


def date_words(value, *, year=True):
    return f"{value.day} {MONTHS[value.month - 1]}" + (f" {value.year}" if year else "")


def near_day(value, now):
    """today, tomorrow or yesterday, seen from `now`; "" for any other day."""
    distance = (value - clock.local(now or clock.now()).date()).days
    return {0: "today", 1: "tomorrow", -1: "yesterday"}.get(distance, "")


def as_date(value):
    return clock.local(value).date() if isinstance(value, datetime) else value


@register.filter
def time_of_day(value):
    """A moment or a time of day as 9:32am."""
    if value in (None, ""):
        return ""
    return clock_words(clock.local(value) if isinstance(value, datetime) else value)


@register.filter
def when(value, now=None):
    """4 June 2026 at 9:32am; with `now`, today at 9:32am where that is so."""
    if not value:
        return ""
    local = clock.local(value)
    day = (near_day(local.date(), now) if now else "") or date_words(local)
    return f"{day} at {clock_words(local)}"


@register.filter
def when_short(value, now=None):
    """Thu 4 June, 9:32am; with `now`, today, 9:32am. Another year than this one is named."""
    if not value:
        return ""
    local = clock.local(value)
    near = near_day(local.date(), now) if now else ""
    return f"{near or day_short(local)}, {clock_words(local)}"


@register.filter
def day(value):
    """Thursday 4 June 2026."""
    value = as_date(value)
    return f"{DAYS[value.weekday()]} {date_words(value)}" if value else ""


@register.filter
def day_short(value):
    """Thu 4 June, with the year where it is not this one."""
    value = as_date(value)
    if not value:
        return ""
    return f"{DAYS[value.weekday()][:3]} {date_words(value, year=value.year != clock.today().year)}"


@register.filter
def iso(value):
    """For `<time datetime>`: local time with its offset, or the date."""
    if not value:
        return ""
    return (
        clock.local(value).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()
    )


@register.simple_tag
def time(value, style="", now=None):
    """`<time>` around `when`, or around `when_short` ("short"), `day` ("day") or `time_of_day` ("time")."""
    if not value:
        return ""
    words = {"": when, "short": when_short}.get(style)
    said = words(value, now) if words else {"day": day, "time": time_of_day}[style](value)
    return format_html('<time datetime="{}">{}</time>', iso(value), said)


def amounts(delta):
    """A length of time in the two units that matter: hours and minutes, or days from 48 hours on."""
    minutes = abs(int(delta.total_seconds())) // 60
    if minutes >= 48 * 60:
        return [(minutes // (24 * 60), "day")]
    hours, minutes = divmod(minutes, 60)
    found = [(hours, "hour"), (minutes, "minute")]
    return [pair for pair in found if pair[0]] or [(0, "minute")]


def spoken(number, unit):
    return f"{number} {unit}{'' if number == 1 else 's'}"


@register.filter
def duration(delta):
    """3 h 6 min, 40 min, 2 days. Without sign."""
    if delta is None or delta == "":
        return ""
    short = {"hour": "h", "minute": "min"}
    return " ".join(f"{n} {short[unit]}" if unit in short else spoken(n, unit) for n, unit in amounts(delta))


@register.filter
def duration_words(delta):
    """3 hours 6 minutes, for a picture's title."""
    if delta is None or delta == "":
        return ""
    return " ".join(spoken(number, unit) for number, unit in amounts(delta))


def due_in_words(due_at, now=None):
    """Overdue 3 h 6 min; Due in 2 h 14 min; Due now, within the minute."""
    if not due_at:
        return ""
    left = due_at - (now or clock.now())
    if abs(left) < timedelta(minutes=1):
        return "Due now"
    return f"Due in {duration(left)}" if left > timedelta() else f"Overdue {duration(left)}"


@register.simple_tag
def due_words(due_at, now=None):
    return due_in_words(due_at, now)


@register.filter
def due_state(due_at, now=None):
    """overdue, soon (within 8 hours) or ok; open where nothing is due."""
    return state_of(due_at, now)


def state_of(due_at, now=None, *, soon=SOON):
    if not due_at:
        return "open"
    left = due_at - (now or clock.now())
    if left < timedelta():
        return "overdue"
    return "soon" if left <= soon else "ok"


@register.simple_tag
def due_facts(due_at=None, done_at=None, now=None, state="", text="", detail="", soon_hours=8):
    """What components/due.html says: {state, text, detail}. Given words win over derived ones."""
    now = now or clock.now()
    if done_at:
        found = {"state": "done", "text": "Done", "detail": capitalised(when_short(done_at, now))}
    elif due_at:
        derived = state_of(due_at, now, soon=timedelta(hours=soon_hours or 8))
        found = {
            "state": derived,
            "text": due_in_words(due_at, now),
            "detail": capitalised(when_short(due_at, now)),
        }
    else:
        found = {"state": "open", "text": "No time set", "detail": ""}
    given = {"state": state, "text": text, "detail": detail}
    return {name: given[name] or found[name] for name in found}


def capitalised(words):
    return words[:1].upper() + words[1:]


# --- Words and links ---


@register.filter
def plural(number, forms):
    """`{{ 3|plural:"item,items" }}`: 3 items."""
    one, many = forms.split(",")
    return f"{number} {one if number == 1 else many}"


@register.filter
def tel(number):
    """A telephone number as a `tel:` link wants it: 020 7946 0142 becomes +442079460142."""
    kept = "".join(sign for sign in str(number) if sign.isdigit() or sign == "+")
    return "+44" + kept[1:] if kept.startswith("0") and not kept.startswith("00") else kept


@register.simple_tag(takes_context=True)
def qs(context, **changes):
    """The page's query string with `changes`; None takes a name out. Begins with "?"."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = value
    return "?" + query.urlencode()


@register.filter
def get_qs(values):
    """A dict as a query string."""
    return "?" + urlencode(values, doseq=True)


@register.filter
def undo_url(message):
    """Where a message's Undo button posts to: the word "undo:…" of its extra_tags."""
    words = (message.extra_tags or "").split()
    return next((word.removeprefix("undo:") for word in words if word.startswith("undo:")), "")


@register.filter
def error_links(form):
    """Each of a form's errors as (text, id of the input it is about, or "")."""
    if not form or not form.errors:
        return []
    links = [
        (sentence(error), "conflict" if hasattr(form, "conflict") else "")
        for error in form.non_field_errors()
    ]
    for field in form:
        target = "" if field.is_hidden else field.first_input_id
        links += [(sentence(error), target) for error in field.errors]
    return links


@register.simple_tag
def error_list(form=None, forms=(), extra=()):
    """All errors of one or several forms, with `extra` pairs after them, for the error summary."""
    every = [form, *(forms or ())]
    return [link for each in every for link in error_links(each)] + list(extra or ())


# --- Shapes and pictures ---


@register.simple_tag
def icon(name):
    """A state's shape. It says nothing by itself: a word stands beside it."""
    return pictures.shape(name)


@register.simple_tag
def clock_strip(**facts):
    return pictures.clock_strip(**facts)


@register.simple_tag
def phase_bar(**facts):
    return pictures.phase_bar(**facts)


@register.simple_tag
def rail_rows(items):
    """The rows of a rail, put into both of its places on a page: beside it and folded."""
    return get_template("components/rail_rows.html").render({"items": items})


@register.simple_tag
def rail_bar(item):
    """The bar of one row of the rail, and in words what it shows: checks that recur are no part of the whole."""
    finding = f"{item_value(item, 'done')} of {item_value(item, 'total')} done"
    for name, words in (("progress", "in progress"), ("overdue", "overdue")):
        if item_value(item, name):
            finding += f", {item_value(item, name)} {words}"
    counts = {name: item_value(item, name) or 0 for name in ("done", "progress", "overdue", "total")}
    counts["overdue"] -= item_value(item, "checks") or 0
    return pictures.phase_bar(**counts, title=f"{item_value(item, 'name')}: {finding}", hidden=True)


def item_value(item, name):
    return item.get(name) if isinstance(item, dict) else getattr(item, name, None)


@register.simple_tag
def key_swatch(kind):
    return pictures.key_swatch(kind)


# --- Components with something inside ---


@register.simple_block_tag(takes_context=True)
def component(context, content, name, **values):
    """`{% component "card" title="…" %}…{% endcomponent %}`: components/card.html, with what is between."""
    values["content"] = content
    values["csrf_token"] = context.get("csrf_token")
    return get_template(f"components/{name}.html").render(values)
