"""My work and the team's, over all incidents."""

from datetime import timedelta

from django.db.models import Count, Q, Value

from checklists import access
from checklists.models import ChecklistItem
from checklists.queries.phases import DONE
from incidents.access import with_mark
from svit import clock, keys
from svit.prepared import Prepared

PAGE = 25
SOON = timedelta(hours=8)
DONE_SHOWN = timedelta(days=30)
COUNTED = 1000
TABS = (
    ("open", "All open"),
    ("overdue", "Overdue"),
    ("soon", "Due soon"),
    ("later", "Later"),
    ("waiting", "Waiting"),
    ("done", "Done"),
)


def _mine(actor, team=False):
    """What is for this person: named for them, or for nobody in the agency; `team`: all that the agency holds."""
    held = access.held_by(actor)
    return held if team else held & (Q(assignee=actor.user) | Q(assignee__isnull=True))


def _tabs(actor, team=False):
    """What stands under each tab, of the items that press."""
    now = clock.now()
    soon = now + SOON
    mine = _mine(actor, team)
    return {
        "open": mine,
        "overdue": mine & Q(due_at__lt=now),
        "soon": mine & Q(due_at__gte=now, due_at__lte=soon),
        "later": mine & (Q(due_at__gt=soon) | Q(due_at__isnull=True)),
        "waiting": Q(assigned_by=actor.user, agency__isnull=False) & ~mine,
    }


def _pressing(actor):
    return access.within_reach(actor, live=True).filter(access.pressing())


def _done(actor, team):
    """What was done lately, in incidents that are over too."""
    by = Q(done_for=actor.agency) if team else Q(done_by=actor.user)
    return access.within_reach(actor).filter(by, DONE, done_at__gte=clock.now() - DONE_SHOWN)


def work_counts(actor, *, team=False):
    """How many items stand under each tab, in two queries; of what was done, "1,000+" where it is more than that."""
    rows = _open_counts(actor, team=team)
    counts = rows[0] if rows else dict.fromkeys(_tabs(actor, team), 0)
    done = sum(_done_count(actor, team=team))
    return counts | {"done": done if done <= COUNTED else f"{COUNTED:,}+"}


@Prepared
def _open_counts(actor, team):
    counts = {name: Count("pk", filter=which) for name, which in _tabs(actor, team).items()}
    return _pressing(actor).order_by().annotate(one=Value(1)).values("one").annotate(**counts).values(*counts)


@Prepared
def _done_count(actor, team):
    some = _done(actor, team).order_by().values("pk")[: COUNTED + 1]
    rows = ChecklistItem.objects.filter(pk__in=some).order_by().annotate(one=Value(1)).values("one")
    return rows.annotate(count=Count("pk")).values_list("count", flat=True)


def overdue(actor):
    """Overdue items that are this person's to do: the badge and the page count the same."""
    return access.visible_work(actor).filter(_mine(actor), due_at__lt=clock.now())


def _parse(cursor):
    """(due time or None, primary key or None) of the row after which the page begins, as an address says it."""
    text, _, last = (cursor or "").rpartition("_")
    at, pk = keys.moment(text), keys.number(last)
    return (None, None) if pk is None or (at is None and text != "none") else (at, pk)


def _after(rows, at, pk):
    """The rows after the one with this due time and primary key; those without due time come last."""
    if pk is None:
        return rows
    if at is None:
        return rows.filter(due_at__isnull=True, pk__gt=pk)
    return rows.filter(Q(due_at__gt=at) | Q(due_at=at, pk__gt=pk) | Q(due_at__isnull=True))


def _cursor(item):
    return f"{item.due_at.isoformat() if item.due_at else 'none'}_{item.pk}"


def my_work(actor, tab="open", *, after="", size=PAGE, team=False):
    """A page of items over all incidents, the earliest due first (what is done, the latest done first).

    Returns (items, key of the next page or None).
    `team` widens it from this person to the whole agency.
    """
    at, pk = _parse(after) if tab != "done" else keys.parse(after) or (None, None)
    found = _my_work(actor, tab=tab, team=team, at=at, pk=pk, size=str(size + 1))
    more = len(found) > size
    found = found[:size]
    if not more:
        return found, None
    return found, (keys.key_of(found[-1], ("done_at", "pk")) if tab == "done" else _cursor(found[-1]))


@Prepared
def _my_work(actor, tab, team, at, pk, size):
    if tab == "done":
        rows = keys.after(_done(actor, team), at and (at, pk), ("done_at", "pk"))
    else:
        rows = _after(_pressing(actor).filter(_tabs(actor, team)[tab]), at, pk)
        rows = rows.order_by(*access.pressing_first())
    shown = {"done": ("done_by", "done_for"), "waiting": ("agency",)}.get(tab, ())
    return with_mark(rows).select_related("incident", "assignee", *shown)[: int(size)]


def team_items(actor, uuids):
    """The agency's open items of those chosen; what is not the agency's is left out."""
    return list(access.visible_work(actor).filter(agency=actor.agency, uuid__in=uuids))


def next_for(seen, item):
    """What this person does next: the open item of theirs that presses most."""
    rows = access.visible_work(seen.actor).filter(_mine(seen.actor)).exclude(pk=item.pk)
    return rows.select_related("incident").order_by(*access.pressing_first()).first()
