"""Hours and days on the wall clock of Europe/London, across both clock changes."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from svit import clock

QUIET_FROM, QUIET_UNTIL = time(22), time(7)
MORNING = time(9)
POST = time(8)  # when what is read once a day goes out, and what was put off comes back


def on_the_wall(day: date, at: time) -> datetime:
    """The moment at which the wall clock shows `at` on `day`. A time that spring skips is the one an hour later."""
    return datetime.combine(day, at, tzinfo=timezone.get_default_timezone()).astimezone(UTC)


def days_after(moment: datetime, days: int) -> datetime:
    """The same time on the wall `days` later, which is not always a multiple of 24 hours."""
    local = clock.local(moment)
    return on_the_wall(local.date() + timedelta(days=days), local.time().replace(fold=local.fold))


def is_quiet(moment: datetime) -> bool:
    """Whether it is night (22:00 to 07:00), when only what is urgent goes out."""
    at = clock.local(moment).time()
    return at >= QUIET_FROM or at < QUIET_UNTIL


def after_the_night(moment: datetime) -> datetime:
    """`moment`, or 07:00 of the morning that ends the night it lies in."""
    if not is_quiet(moment):
        return moment
    local = clock.local(moment)
    return on_the_wall(local.date() + timedelta(days=local.time() >= QUIET_FROM), QUIET_UNTIL)


def post_of(day: date) -> datetime:
    """8am of `day`."""
    return on_the_wall(day, POST)


def next_post(moment: datetime) -> datetime:
    """The first 8am after `moment`."""
    today = clock.local(moment).date()
    return post_of(today) if post_of(today) > moment else post_of(today + timedelta(days=1))


def anniversary(day: date, year: int) -> date:
    """`day` in another year. 29 February is kept on 28 February in a common year."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
