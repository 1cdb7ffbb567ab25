"""My work and the team's, over all incidents."""

from datetime import timedelta

from django.db.models import Count, Q

from checklists import access
from checklists.queries.phases import DONE
from svit import clock, keys

PAGE = 25
SOON = timedelta(hours=8)
DONE_SHOWN = timedelta(days=30)
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
    now = clock.now()
    soon = now + SOON
    mine = _mine(actor, team) & access.pressing()
    done_by = Q(done_for=actor.agency) if team else Q(done_by=actor.user)
    return {
        "open": mine,
        "overdue": mine & Q(due_at__lt=now),
        "soon": mine & Q(due_at__gte=now, due_at__lte=soon),
        "later": mine & (Q(due_at__gt=soon) | Q(due_at__isnull=True)),
        "waiting": access.pressing() & Q(assigned_by=actor.user, agency__isnull=False) & ~_mine(actor, team),
        "done": done_by & DONE & Q(done_at__gte=now - DONE_SHOWN),
    }


def work_counts(actor, *, team=False):
    """How many items stand under each tab, in one query."""
    tabs = _tabs(actor, team)
    return access.within_reach(actor).aggregate(
        **{name: Count("pk", filter=which) for name, which in tabs.items()}
    )


def overdue(actor):
    """Overdue items that are this person's to do: the badge and the page count the same."""
    return access.visible_work(actor).filter(_mine(actor), due_at__lt=clock.now())


def _after(rows, cursor):
    """The rows after the one whose key is `cursor` (its due time and primary key); those without due time last."""
    text, _, number = (cursor or "").rpartition("_")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return rows
    if text == "none":
        return rows.filter(due_at__isnull=True, pk__gt=int(number))
    at = keys.moment(text)
    if at is None:
        return rows
    return rows.filter(Q(due_at__gt=at) | Q(due_at=at, pk__gt=int(number)) | Q(due_at__isnull=True))


def _cursor(item):
    return f"{item.due_at.isoformat() if item.due_at else 'none'}_{item.pk}"


def my_work(actor, tab="open", *, after="", size=PAGE, team=False):
    """A page of items over all incidents, the earliest due first (what is done, the latest done first).

    Returns (items, key of the next page or None).
    `team` widens it from this person to the whole agency.
    """
    tabs = _tabs(actor, team)
    rows = access.within_reach(actor).filter(tabs.get(tab, tabs["open"]))
    if tab == "done":
        rows = keys.page(rows, after, ("done_at", "pk"))
    else:
        rows = _after(rows, after).order_by(*access.pressing_first())
    found = list(rows.select_related("incident", "agency", "assignee", "done_by", "done_for")[: size + 1])
    more = len(found) > size
    found = found[:size]
    if not more:
        return found, None
    return found, (keys.key_of(found[-1], ("done_at", "pk")) if tab == "done" else _cursor(found[-1]))


def team_items(actor, uuids):
    """The agency's open items of those chosen; what is not the agency's is left out."""
    return list(access.visible_work(actor).filter(agency=actor.agency, uuid__in=uuids))


def next_for(seen, item):
    """What this person does next: the open item of theirs that presses most."""
    rows = access.visible_work(seen.actor).filter(_mine(seen.actor)).exclude(pk=item.pk)
    return rows.select_related("incident").order_by(*access.pressing_first()).first()
