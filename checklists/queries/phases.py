"""An incident's phases and the items in them, as one reader sees them."""

from django.db.models import Count, Min, Q, QuerySet

from checklists import access
from checklists.models import ItemKind, ItemState, OfferedItem
from incidents.access import as_told, with_mark
from incidents.models import PHASES, Sensitivity
from incidents.offers import Progress
from svit import clock
from svit.prepared import Prepared

OPEN = Q(state=ItemState.OPEN)
DONE = Q(state=ItemState.DONE)
CAN_END = ~Q(kind=ItemKind.RECURRING)
STARTED = Q(noted_at__isnull=False) | ~Q(answer="") | Q(checked_at__isnull=False)


def phase_progress(seen):
    """How far each of the nine phases is, in one query; sealed items count nowhere.

    A recurring check has no end: it counts when it is overdue, and never into what is left to do. What is overdue
    counts once, as overdue and not as in progress. Of an incident that is over nothing is overdue.
    """
    live = seen.incident.live
    return {
        row["phase"]: Progress(
            done=row["done"],
            total=row["total"],
            progress=row["begun"] - row["begun_late"] if live else row["begun"],
            overdue=row["overdue"] if live else 0,
            checks=row["checks"] if live else 0,
            next_due=row["next_due"] if live else None,
        )
        for row in _phase_progress(seen)
    }


@Prepared
def _phase_progress(seen):
    needed = CAN_END & ~Q(state=ItemState.NOT_NEEDED)
    late = OPEN & Q(due_at__lt=clock.now(), resting=False)
    ahead = OPEN & Q(due_at__gte=clock.now(), resting=False, sensitivity=Sensitivity.STANDARD)
    return (
        access.items_seen(seen)
        .exclude(sensitivity=Sensitivity.SEALED)
        .annotate(resting=access.resting())
        .order_by()
        .values("phase")
        .annotate(
            total=Count("pk", filter=needed),
            done=Count("pk", filter=needed & DONE),
            begun=Count("pk", filter=needed & OPEN & STARTED),
            begun_late=Count("pk", filter=needed & OPEN & STARTED & late),
            overdue=Count("pk", filter=late),
            checks=Count("pk", filter=late & ~CAN_END),
            next_due=Min("due_at", filter=ahead),
        )
    )


def overdue_counts(actor, incidents):
    """Overdue items of each of `incidents`, as far as the actor may know: {primary key: count}; one query.

    Of an incident that is over nothing is overdue; a queryset has to leave such out itself.
    """
    if isinstance(incidents, QuerySet):
        return dict(_overdue_counts.plain(actor, incidents=incidents.values("pk")))
    return dict(_overdue_counts(actor, incidents=[row.pk for row in incidents if row.live]))


@Prepared
def _overdue_counts(actor, incidents):
    return (
        access.visible_items(actor)
        .exclude(sensitivity=Sensitivity.SEALED)
        .filter(access.pressing(), due_at__lt=clock.now(), incident__in=incidents)
        .order_by()
        .values_list("incident")
        .annotate(count=Count("pk"))
    )


def most_overdue(seen, most=5):
    """The items of the incident that are overdue longest, with who holds them; one query."""
    return dress(seen, _most_overdue(seen, most=str(most)))


@Prepared
def _most_overdue(seen, most):
    rows = _late(access.items_seen(seen), seen)
    return rows.select_related("agency", "assignee", "about").order_by("due_at", "pk")[: int(most)]


def _pressing(rows, seen):
    """Those of `rows` that somebody still has to do; none once the incident is over."""
    return rows.filter(OPEN, ~access.resting()) if seen.incident.live else rows.none()


def _late(rows, seen):
    """Those of `rows` that somebody should have done by now."""
    return _pressing(rows, seen).filter(due_at__lt=clock.now())


def dress(seen, items):
    """Put on each item what this reader gets to see: a restricted one has neither words nor an address.

    Who does it is named (`worker`) to coordinators and colleagues alone.
    """
    for item in items:
        item.worker = as_told(seen, item.assignee, acted_for=item.agency_id, otherwise="")
        item.incident = seen.incident
        item.rests = item.is_open and (getattr(item, "resting", False) or not seen.incident.live)
        item.masked = not access.reads(seen, item)
        item.workable = access.can_work(seen, item)
    return items


def phase_items(seen, phase):
    """The items of one phase in the toolkit's order, with who holds them; one query."""
    rows = (
        with_mark(access.items_seen(seen))
        .filter(phase=phase)
        .annotate(resting=access.resting())
        .select_related("agency", "assignee", "done_for", "about")
    )
    return dress(seen, list(rows))


def left_in_phase(seen, phase):
    """How many items that can end are still open in the phase; sealed ones are not counted."""
    rows = access.items_seen(seen).filter(OPEN, CAN_END, phase=phase).exclude(sensitivity=Sensitivity.SEALED)
    return rows.count()


def incident_items(seen, which=""):
    """All items of the incident: `mine` (the actor's agency's), `overdue`, `unassigned`, or all; one query."""
    rows = with_mark(access.items_seen(seen)).annotate(resting=access.resting())
    rows = rows.select_related("agency", "assignee", "done_for", "about")
    if which == "mine":
        rows = rows.filter(agency=seen.actor.agency)
    elif which == "overdue":
        rows = _late(rows, seen)
    elif which == "unassigned":
        rows = _pressing(rows, seen).filter(agency__isnull=True)
    order = {key: number for number, (key, _) in enumerate(PHASES)}
    return dress(seen, sorted(rows, key=lambda item: (order[item.phase], item.order, item.pk)))


def offered_items(seen):
    """Toolkit items that did not fit the incident; for the coordinator, who may add them."""
    if not seen.coordinates:
        return []
    rows = OfferedItem.objects.filter(incident=seen.incident).select_related("template_item")
    return [row.template_item for row in rows.order_by("template_item__order")]


def open_items(seen):
    """How many items are open, as far as the actor may know; recurring checks apart, which never end."""
    rows = access.items_seen(seen).exclude(sensitivity=Sensitivity.SEALED).exclude(kind=ItemKind.RECURRING)
    return rows.filter(state=ItemState.OPEN).count()
