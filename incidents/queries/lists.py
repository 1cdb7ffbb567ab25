"""Which incidents there are for a reader: lists, what may be the same, what waits."""

from datetime import timedelta

from django.db.models import Count, OuterRef, Q, Subquery

from incidents.access import visible_incidents
from incidents.models import (
    LIVE,
    Categorisation,
    Engagement,
    EngagementRole,
    Incident,
    ReportState,
    Stage,
)
from svit import clock, keys
from svit.prepared import Prepared

PAGE = 25
CUMULATIVE_DAYS = 28
DUPLICATE_WINDOW = timedelta(hours=12)


def incident_list(actor, *, stage="", kind="", before=None, size=PAGE):
    """A page of incidents that the actor may see, the latest logged first; the lead and category with each.

    `before` is the key of the last row of the page before. Returns (rows, key of the next page or None).
    """
    at, pk = keys.parse(before) or (None, None)
    found = _incident_list(actor, stage=stage, kind=kind, at=at, pk=pk, size=str(size + 1))
    more = len(found) > size
    found = found[:size]
    return found, (keys.key_of(found[-1], ("logged_at", "pk")) if more else None)


@Prepared
def _incident_list(actor, stage, kind, at, pk, size):
    category = Categorisation.objects.filter(incident=OuterRef("pk"))
    lead = Engagement.objects.current().filter(incident=OuterRef("pk"), role=EngagementRole.LEAD)
    rows = visible_incidents(actor)
    if stage == "open":
        rows = _open(rows)
    elif stage == "unconfirmed":
        rows = rows.filter(report_state=ReportState.UNCONFIRMED)
    elif stage:
        rows = rows.filter(stage=stage)
    if kind:
        rows = rows.filter(exercise=kind == "exercise")
    rows = keys.after(rows, at and (at, pk), ("logged_at", "pk"))
    return rows.annotate(
        category=Subquery(category.values("category")[:1]),
        lead_name=Subquery(lead.values("agency__name")[:1]),
    )[: int(size)]


def _open(rows):
    return rows.filter(LIVE)


def open_incidents(actor):
    """All incidents that are open to the actor and no exercise: what the figures of the landing page count."""
    return _open(visible_incidents(actor)).filter(exercise=False)


def open_counts(actor):
    """Open incidents and unconfirmed reports that the actor sees, for the numbers row: one query."""
    return _open(visible_incidents(actor)).aggregate(
        responding=Count("pk", filter=Q(stage=Stage.RESPONDING, exercise=False)),
        reported=Count(
            "pk", filter=Q(stage=Stage.REPORTED, report_state=ReportState.ACCEPTED, exercise=False)
        ),
        unconfirmed=Count("pk", filter=Q(report_state=ReportState.UNCONFIRMED, exercise=False)),
        scaled_down=Count("pk", filter=Q(stage=Stage.SCALED_DOWN, exercise=False)),
    )


def possible_duplicates(actor, incident):
    """Incidents that may be the same event: near in time, and with a word of the place in common.

    Only those that the actor may see, the exercise apart from the real; at most five.
    """
    at = incident.starts_at
    near = (
        visible_incidents(actor)
        .filter(
            Q(occurred_at__range=(at - DUPLICATE_WINDOW, at + DUPLICATE_WINDOW))
            | Q(occurred_at__isnull=True, known_at__range=(at - DUPLICATE_WINDOW, at + DUPLICATE_WINDOW)),
            exercise=incident.exercise,
        )
        .exclude(pk=incident.pk)
    )
    place = _shares_a_word(incident.place)
    return list(near.filter(place)[:5]) if place else []


def _shares_a_word(place):
    """The condition of having a word of this place in common; short words say nothing. Empty where none is left."""
    condition = Q()
    if place.strip().lower() == "not known":
        return condition
    for word in [word for word in place.replace(",", " ").split() if len(word) > 3][:6]:
        condition |= Q(place__icontains=word)
    return condition


def cumulative(actor, incident):
    """The cumulative picture of the last 28 days: incidents of the same area, then those of the rest of the borough.

    The same area is the same ward or neighbourhood where both name one, or a word of the place in common. At most
    ten of each.
    """
    since = clock.now() - timedelta(days=CUMULATIVE_DAYS)
    rows = visible_incidents(actor).filter(
        partnership=incident.partnership, logged_at__gte=since, exercise=incident.exercise
    )
    rows = rows.exclude(pk=incident.pk)
    same = _shares_a_word(incident.place)
    if incident.area:
        same |= Q(area__iexact=incident.area)
    near = list(rows.filter(same)[:10]) if same else []
    return near, list(rows.exclude(pk__in=[row.pk for row in near])[:10])


def waiting_reports(actor):
    """Unconfirmed reports that a coordinator has to answer."""
    if not actor.coordinates:
        return []
    return list(
        Incident.objects.filter(partnership=actor.partnership, report_state=ReportState.UNCONFIRMED)
        .select_related("logged_for")
        .order_by("logged_at")[:20]
    )


def join_targets(actor, report):
    """Incidents that a report may be joined to: the likeliest first, then the latest open ones."""
    likely = possible_duplicates(actor, report)
    rest = (
        visible_incidents(actor)
        .filter(partnership=report.partnership, exercise=report.exercise, report_state=ReportState.ACCEPTED)
        .exclude(stage=Stage.CLOSED)
        .exclude(pk__in=[row.pk for row in likely])[:20]
    )
    return [row for row in likely if row.report_state == ReportState.ACCEPTED] + list(rest)
