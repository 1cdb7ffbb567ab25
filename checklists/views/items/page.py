"""One item's page, which a partner opens from a message."""

from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from checklists import access, actions, forms, queries
from checklists.models import ItemKind
from checklists.views.back import came_from, way_back
from incidents.access import as_told, may_share_again, stop_on
from incidents.actions import consult
from incidents.actions import mark_seen as mark_engagement_seen
from incidents.frame import slug
from reminders.queries import told_about
from svit import clock

END_ACTIONS = {
    "item-done": (actions.mark_done, ItemKind.ACTION, "Marked done."),
    "item-answer": (actions.answer, ItemKind.QUESTION, "Answer saved."),
    "item-confirm": (actions.confirm, ItemKind.ASSURANCE, "Confirmed."),
    "item-check": (actions.record_check, ItemKind.RECURRING, "Check recorded."),
}
CATEGORISING = " by categorising"
END_URLS = {kind: name for name, (_, kind, _) in END_ACTIONS.items()}


def end_url(item):
    """Where the form that ends the item is sent."""
    return reverse(END_URLS[ItemKind(item.kind)], args=[item.incident.uuid, item.uuid])


def _ends(seen, item):
    """Whether the page offers the form that ends the item."""
    if not access.can_work(seen, item) or item.follows_clocks:
        return False
    return item.is_open or item.kind == ItemKind.ASSURANCE


def _record_for(seen, item):
    return item.agency if access.can_record_for(seen, item) else None


def end_form(request, seen, item, *data):
    agencies = [pair[0] for pair in queries.assignable(seen)] if item.kind == ItemKind.QUESTION else ()
    return forms.end_form(item, *data, agencies=agencies, record_for=_record_for(seen, item))


def _people_url(seen):
    """Where contact is recorded; the room above owns that page."""
    if not seen.sees_people:
        return ""
    try:
        return reverse("people", args=[seen.incident.uuid])
    except NoReverseMatch:
        return ""


def _timeline(seen, item, now):
    """What happened to the item, the latest recorded first: its log, when it was given, answered and first seen.

    That a categorisation answered it stands in the log of its section, which whoever holds the item may not have.
    """
    told = queries.item_log(seen, item)
    rows = []
    for entry in told:
        first, _, rest = entry.shown.partition("\n")
        title = first.removesuffix(f": {item.title}")
        row = {"title": title, "at": entry.occurred_at, "by": entry.by_label, "text": rest}
        rows.append(row | {"recorded_at": entry.recorded_at, "note": entry.late_reason})
    if item.seen_at and item.agency:
        rows.append({"title": "Seen", "at": item.seen_at, "by": str(item.agency), "text": ""})
    in_log = any(row["title"].endswith(CATEGORISING) for row in rows)
    for why, row in reversed(queries.item_history(item)):
        if why == queries.GIVEN:
            rows.append({"title": why, "at": row.history_date, "by": "", "text": f"To {row.agency}."})
        elif not (why.endswith(CATEGORISING) and in_log):
            rows.append({"title": why, "at": row.history_date, "by": actions.who_did(seen, row), "text": ""})
    return sorted(rows, key=lambda row: row.get("recorded_at", row["at"]), reverse=True)


def item_page(request, seen, item, form=None, status=200):
    """The page of one item, with `form` as somebody left it."""
    consult(seen.incident, by=request.actor)
    now = clock.now()
    work = access.can_work(seen, item)
    if form is None and _ends(seen, item):
        form = end_form(request, seen, item)
    files = [
        {
            "name": row.name,
            "url": reverse("file", args=[seen.incident.uuid, row.uuid]),
            "detail": f"{max(row.size // 1024, 1)} KB, {row.agency or ''}",
            "preview": reverse("file-preview", args=[seen.incident.uuid, row.uuid])
            if row.content_type.startswith("image/")
            else "",
        }
        for row in queries.item_files(seen, item)
    ]
    mine = access.holds(seen, item)
    stop = stop_on(item) if item.not_further else None
    came = came_from(request) or ("work" if mine else "phase")
    back_url, back_text = way_back(came, item)
    query = f"?from={came}" if came_from(request) else ""
    return render(
        request,
        "checklists/item.html",
        {
            "seen": seen,
            "incident": seen.incident,
            "item": item,
            "now": now,
            "form": form,
            "act_url": end_url(item) + query,
            "told_summary": f"Recording it for {item.agency}? Say who told you and when",
            "guide": item.template_item,
            "phase_url": reverse("phase", args=[seen.incident.uuid, slug(item.phase)]),
            "mine": mine,
            "worker": as_told(seen, item.assignee, acted_for=item.agency_id, otherwise=""),
            "resting": item.is_open and (item.resting or not seen.incident.live),
            "people_url": _people_url(seen) if item.follows_clocks else "",
            "work": work,
            "can_send_back": access.can_send_back(seen, item),
            "can_reschedule": access.can_reschedule(seen, item),
            "can_assign": access.can_assign(seen, item) and item.is_open,
            "can_end": access.can_end(seen, item),
            "can_undo": access.can_undo(seen, item),
            "can_reopen": access.can_reopen(seen, item),
            "coordinates": seen.coordinates,
            "stop": stop,
            "can_stop_sharing": access.can_stop_sharing(seen, item),
            "can_share_again": stop and work and may_share_again(seen, stop),
            "who_did": actions.who_did(seen, item) if item.done_recorded_at else "",
            "files": files,
            "call": queries.whom_to_ring(seen.incident),
            "told": told_about([item.uuid]) if seen.coordinates else [],
            "timeline": _timeline(seen, item, now),
            "next_item": queries.next_for(seen, item) if work and not item.is_open else None,
            "back_url": back_url,
            "back_text": back_text,
            "marking": seen.incident.marking,
            "exercise": seen.incident.exercise,
        },
        status=status,
    )


@require_safe
def item(request, uuid, item_uuid):
    """Opening it says that it was seen, to nobody but the agency that holds it; nothing else changes."""
    seen, row = access.get_item(request.actor, uuid, item_uuid)
    if request.method == "GET" and not seen.reading:
        actions.mark_seen(seen=seen, item=row)
        if seen.engagement and seen.engagement.seen_at is None:
            mark_engagement_seen(engagement=seen.engagement, by=request.actor)
    return item_page(request, seen, row)
