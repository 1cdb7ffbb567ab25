"""When an incident's retention period ends: the rules of its partnership, or the defaults that nobody confirmed yet."""

from datetime import timedelta

from django.db.models import Max, Q

from incidents.models import (
    Incident,
    Kept,
    LegalHold,
    LogKind,
    Period,
    ReportState,
    RetentionRule,
    RunsFrom,
    Stage,
)
from partners.models import Role
from svit import clock

NOT_CONFIRMED = (
    "A default. No norm for community safety partnerships was found: the controller has to decide."
)
NOTICE = timedelta(days=30)  # how long before the date a CSP manager is told
DEFAULTS = {
    Kept.INCIDENT: (6, Period.YEARS, RunsFrom.ENDED),
    Kept.EXERCISE: (1, Period.YEARS, RunsFrom.ENDED),
    Kept.DECLINED: (1, Period.YEARS, RunsFrom.ENDED),
    Kept.PACK: (1, Period.YEARS, RunsFrom.MADE),
    Kept.DRAFT: (3, Period.DAYS, RunsFrom.MADE),
    Kept.ACCESS: (6, Period.YEARS, RunsFrom.MADE),
}
OF_INCIDENTS = (Kept.INCIDENT, Kept.EXERCISE, Kept.DECLINED)
# From when each kind of record can run; what is made has one beginning.
CHOICES = {
    kind: [RunsFrom.ENDED, RunsFrom.LAST_ENTRY, RunsFrom.LOGGED] if kind in OF_INCIDENTS else [RunsFrom.MADE]
    for kind in Kept
}
# What ends a response is said in entries of these kinds; a joined report ends with its incident.
ENDINGS = (LogKind.STAGE, LogKind.REPORT)
AT_REST = Q(stage=Stage.CLOSED, report_state=ReportState.ACCEPTED) | Q(report_state=ReportState.DECLINED)


def rules_of(partnership):
    """The schedule: a rule for each kind of record, the partnership's own or the default, not saved."""
    own = {rule.kind: rule for rule in RetentionRule.objects.filter(partnership=partnership)}
    return {kind: own.get(kind) or default_rule(partnership, kind) for kind in Kept}


def default_rule(partnership, kind):
    length, unit, runs_from = DEFAULTS[kind]
    return RetentionRule(
        partnership=partnership,
        kind=kind,
        length=length,
        unit=unit,
        runs_from=runs_from,
        source=NOT_CONFIRMED,
    )


def kind_of(incident):
    """Which rule an incident comes under: an exercise's before a declined report's."""
    if incident.exercise:
        return Kept.EXERCISE
    return Kept.DECLINED if incident.report_state == ReportState.DECLINED else Kept.INCIDENT


def after(moment, rule, *, back=False):
    """`moment` a rule's period later (or earlier), on the wall; 29 February becomes the 28th in a common year."""
    sign = -1 if back else 1
    if rule.unit == Period.DAYS:
        return moment + timedelta(days=sign * rule.length)
    local = clock.local(moment)
    months = local.year * 12 + local.month - 1 + sign * rule.length * (12 if rule.unit == Period.YEARS else 1)
    year, month = divmod(months, 12)
    for day in (local.day, 30, 29, 28):
        try:
            return local.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise ValueError(f"No such month: {year}-{month + 1}")


def with_dates(incidents):
    """The incidents with the moments from which a period can run."""
    return incidents.annotate(
        ended_at=Max("log__recorded_at", filter=Q(log__kind__in=ENDINGS)),
        last_entry_at=Max("log__recorded_at", filter=~Q(log__kind=LogKind.RETENTION)),
    )


def runs_from(incident, rule):
    """The moment from which the period of an incident runs; `incident` has its dates."""
    return {
        RunsFrom.ENDED: incident.ended_at,
        RunsFrom.LAST_ENTRY: incident.last_entry_at,
    }.get(rule.runs_from) or incident.logged_at


def due_of(incident, rules=None):
    """When the period of an incident ends; None while it goes on, and for a report that went into another."""
    if incident.live or incident.report_state == ReportState.JOINED:
        return None
    if not hasattr(incident, "ended_at"):
        incident = with_dates(Incident.objects.filter(pk=incident.pk)).get()
    rule = (rules or rules_of(incident.partnership))[kind_of(incident)]
    return after(runs_from(incident, rule), rule)


def owns(actor, incident):
    return actor.agency is not None and actor.agency.csp_of_id == incident.partnership_id


def may_propose(actor, incident):
    """Whether the actor proposes that an incident be disposed of: a CSP manager of its partnership."""
    return actor.role == Role.CSP_MANAGER and owns(actor, incident)


def may_hold(actor, incident):
    """Whether the actor places and lifts holds: a CSP manager or the governance officer of its partnership."""
    return (actor.governs or actor.role == Role.CSP_MANAGER) and owns(actor, incident)


def may_decide(actor, disposal):
    """Whether the actor confirms or refuses a disposal: the governance officer, who is not who proposed it."""
    own = actor.agency is not None and actor.agency.csp_of_id == disposal.partnership_id
    return actor.governs and own and actor.user.pk != disposal.proposed_by_id


def may_keep_schedule(actor):
    """Whether the actor changes the schedule of the partnership: its administrator, its CSP managers."""
    own = actor.agency is not None and actor.agency.csp_of_id is not None
    return own and (actor.administers or actor.role == Role.CSP_MANAGER)


def whole(incident):
    """The incident, and the reports that were joined to it: they are of one event, and go together."""
    found, new = [incident], [incident]
    while new:
        new = list(Incident.objects.filter(joined_to__in=new).exclude(pk__in=[row.pk for row in found]))
        found += new
    return found


def holds_on(incidents):
    """The holds in force on any of these incidents."""
    return LegalHold.objects.filter(incident__in=incidents, lifted_at=None)
