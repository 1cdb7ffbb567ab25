"""What a reader gets of the log of an incident."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Subquery

from incidents.access import Sight, visible_entries, visible_log
from incidents.models import (
    LATE_AFTER,
    LogEntry,
    LogKind,
    Sensitivity,
    Visit,
)
from partners.models import Agency
from svit import clock, engines, keys
from svit.prepared import Prepared


def log_page(seen: Sight, *, kind="", agency=None, words="", before=None, size=30):
    """A page of the log, newest first; withheld words are left out here, so that no template can show them."""
    at, pk = keys.parse(before) or (None, None)
    ask = _log_page.plain if words else _log_page  # what somebody typed is kept nowhere
    found = ask(seen, kind=kind, agency=agency and agency.pk, words=words, at=at, pk=pk, size=str(size + 1))
    more = len(found) > size
    found = found[:size]
    for entry in found:
        show(seen, entry)
    return found, (keys.key_of(found[-1], ("occurred_at", "pk")) if more else None)


@Prepared
def _log_page(seen, kind, agency, words, at, pk, size):
    rows = visible_log(seen)
    if kind:
        rows = rows.filter(kind=kind)
    if agency:
        rows = rows.filter(agency=agency)
    if words:
        rows = engines.matching(rows.filter(words__withheld_at__isnull=True), words, "words__text")
    rows = keys.after(rows, at and (at, pk), ("occurred_at", "pk"))
    later = LogEntry.objects.filter(corrects=OuterRef("pk"), kind=LogKind.CORRECTION)
    rows = rows.annotate(is_corrected=Exists(later)).select_related("words", "agency", "by", "corrects")
    return rows[: int(size)]


class LogState(NamedTuple):
    """The newest entry by primary key; how many entries, records, and entries whose words are withheld; since the
    reader's visit before this one (`before`), how many entries of others; when a record falls due next."""

    newest: int = 0
    count: int = 0
    records: int = 0
    withheld: int = 0
    since: int = 0
    before: datetime | None = None
    due: datetime | None = None


def log_state(seen):
    """How far the log has come for this reader; one query.

    Each act that they may know of moves it on, and so does what no entry tells them of: a record that was sealed, and
    words that were withheld.
    """
    rows = _log_state(seen)
    if not rows:
        return LogState()
    [row] = rows
    return LogState(**row | {"records": row["records"] or 0})


@Prepared
def _log_state(seen):
    records = visible_entries(seen).order_by().values("incident").annotate(count=Count("pk")).values("count")
    log = visible_log(seen).order_by().values("incident")
    mine = Visit.objects.filter(incident=seen.incident.pk, user=seen.actor.user.pk).values("before_at")[:1]
    new = Q(recorded_at__gt=Subquery(mine)) & ~Q(by=seen.actor.user.pk)
    due = visible_entries(seen).filter(due_at__gte=clock.now())
    if not seen.coordinates:  # when a restricted record falls due is part of what it says
        due = due.exclude(sensitivity=Sensitivity.RESTRICTED)
    due = due.order_by().values("incident").annotate(due=Min("due_at")).values("due")
    return log.annotate(
        newest=Max("pk"),
        count=Count("pk"),
        records=Subquery(records),
        withheld=Count("words__withheld_at"),
        since=Count("pk", filter=new),
        before=Subquery(mine),
        due=Subquery(due),
    ).values(*LogState._fields)


def show(seen, entry):
    """Put on the entry what this reader gets: the words, or that they are withheld."""
    words = entry.words
    entry.is_withheld = words.withheld_at is not None
    entry.is_redacted = words.redacted_at is not None
    entry.shown, entry.late_reason = words.text, words.late_reason
    if entry.is_redacted:
        entry.shown, entry.late_reason = "Redacted.", ""
    elif entry.is_withheld and not seen.coordinates:
        entry.shown, entry.late_reason = "Withheld by a coordinator.", ""
    entry.late = (entry.recorded_at - entry.occurred_at) > LATE_AFTER
    return entry


def writers(seen, engagements):
    """The agencies by which the log can be filtered: those engaged now, and whoever logged the incident."""
    pks = {engagement.agency_id for engagement in engagements} | {seen.incident.logged_for_id}
    return Agency.objects.filter(pk__in=pks)
