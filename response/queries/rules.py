"""What the pages of the clocks that a partnership keeps read, and the figures by borough."""

from checklists.models import ClockKind
from partners.access import visible_agencies
from partners.models import AgencyKind, WorkingHours
from response import figures as counted
from response.access import boroughs_of_figures, is_team, visible_rules
from response.models import ClockRule, calendar_of
from response.models.clocks import mash_rule
from response.terms import hours_in_words
from svit import charts
from svit.templatetags.svit import DAYS, time_of_day


def mash_rule_of(partnership):
    """The partnership's rule for the referral to MASH; what holds as long as it has said nothing."""
    rule = ClockRule.objects.filter(partnership=partnership, kind=ClockKind.MASH_REFERRAL).first()
    return rule or mash_rule(partnership)


def rule_answers(rule):
    """What the form of a rule begins with."""
    names = ("name", "event", "hours", "met_by", "ages", "settings", "version")
    calendar = rule.calendar and rule.calendar.uuid
    return {name: getattr(rule, name) for name in names} | {
        "working": "yes" if rule.working else "no",
        "calendar": calendar,
    }


def calendars(actor):
    """The agencies by whose working hours a clock of the actor's partnership may count."""
    return visible_agencies(actor).filter(active=True).order_by("name")


def clock_rules(actor, partnership):
    """All that the page of the clocks shows."""
    rules = [rule for rule in visible_rules(actor) if rule.kind == ClockKind.LOCAL]
    for rule in rules:
        rule.gives = hours_in_words(rule.hours, working=rule.working)
    mash = mash_rule_of(partnership)
    hubs = visible_agencies(actor).filter(kind=AgencyKind.CHILDRENS_SOCIAL_CARE, active=True)
    whose = f" of {mash.calendar}" if mash.working and mash.calendar else ""
    return {
        "mash": f"{hours_in_words(mash.hours, working=mash.working)}{whose}",
        "rules": [rule for rule in rules if rule.retired_at is None],
        "retired": [rule for rule in rules if rule.retired_at],
        "hubs": [(hub, hours_words(hub)) for hub in hubs.select_related("working_hours").order_by("name")],
    }


def hours_words(agency):
    """When an agency works: Monday to Friday, 9am to 5pm, not on bank holidays."""
    calendar = calendar_of(agency)
    days = sorted(calendar.days)
    whole = days == list(range(days[0], days[-1] + 1)) and len(days) > 2
    named = f"{DAYS[days[0]]} to {DAYS[days[-1]]}" if whole else ", ".join(DAYS[day] for day in days)
    holidays = "bank holidays too" if calendar.bank_holidays else "not on bank holidays"
    return f"{named}, {time_of_day(calendar.opens)} to {time_of_day(calendar.closes)}, {holidays}"


def working_hours_of(agency):
    """What the form of an agency's working hours begins with."""
    row = WorkingHours.objects.filter(agency=agency).first() or WorkingHours(agency=agency, version=0)
    return {name: getattr(row, name) for name in ("days", "opens", "closes", "bank_holidays", "version")}


def run_chart(partnership, rows, since):
    """The two shares by month, or "" where there is no month to draw; a month without cases stays a gap."""
    if not rows:
        return ""
    known = {row.month: row for row in rows}
    points = []
    for month in counted.months_from(since):
        row = known.get(month)
        points.append((f"{month:%b}", {key: row and row.percent(key) for key in counted.AIMS}))
    latest = rows[0]
    aims = [(key, name) for key, name in counted.COLUMNS if key in counted.AIMS]
    said = ", ".join(f"{name.lower()} {latest.cell(key)}" for key, name in aims)
    title = (
        f"{partnership.area}, {latest.month:%B %Y}: {said}. {len(rows)} of {len(points)} months with cases."
    )
    return charts.run_chart(points, title=title, series=aims)


def figures(actor):
    """(partnership, rows, total, whether the actor is of its team) of each borough whose figures the actor may read."""
    since = counted.first_month()
    found = []
    for partnership in boroughs_of_figures(actor):
        rows = counted.by_month(partnership, since=since)
        team = is_team(actor, partnership)
        shown, whole = (rows, counted.total(rows)) if team else counted.for_others(rows)
        chart = run_chart(partnership, [row for row in shown if row.cases], since)
        found.append(
            {"partnership": partnership, "rows": shown, "all": [whole, *shown], "team": team, "chart": chart}
        )
    return found
