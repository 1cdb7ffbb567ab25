"""Toolkit items that are done again for a key date."""

from django.db import transaction

from checklists.actions.reminding import remind, wake
from checklists.models import ChecklistItem, ItemState
from checklists.queries.again import short_list
from incidents.actions.log import log
from incidents.actions.saving import save, sign
from incidents.actions.situation import reopen_phase
from incidents.models import LogKind, Phase
from partners.models import Agency, AgencyKind
from svit import clock, engines

COPIED = (
    "template_item_id", "phase", "heading", "order", "section", "sensitivity", "kind", "source",
    "title", "details", "suggested_to", "every",
)  # fmt: skip


@transaction.atomic
def open_again(*, incident, by, template, for_date, due_at, reason):
    """The template's items of the toolkit, open before a key date; the caller holds the incident's lock.

    One that ended is opened a second time, so that what was done the first time stands. One that is open and nobody's
    falls due with the others, and one that an agency works on stays as it is. A phase that was closed is worked on
    again. Returns what `short_list` gives, each with the row that is open now.
    """
    list(engines.lock(ChecklistItem.objects.filter(incident=incident, state=ItemState.OPEN).order_by("pk")))
    rows = short_list(incident, template)  # once they are held, as they stand now
    keys = {row.first.phase for row in rows}
    for phase in Phase.objects.filter(incident=incident, key__in=keys, closed_at__isnull=False).order_by(
        "order"
    ):
        phase.incident = incident
        reopen_phase(phase=phase, by=by, reason=reason)
    csp = Agency.objects.filter(csp_of=incident.partnership_id, active=True).first()
    opened = {}
    for row in rows:
        if row.open is None:
            row.open = _second(
                incident, row.first, by=by, csp=csp, for_date=for_date, due_at=due_at, reason=reason
            )
            opened.setdefault(row.first.section, []).append(row.title)
        elif row.open.agency_id is None:
            _due_with_the_others(row.open, by=by, csp=csp, due_at=due_at, reason=reason)
        row.open.incident = incident
    for section, titles in opened.items():
        text = "\n".join(["Opened again for a key date:", *titles])
        log(incident, by=by, kind=LogKind.ITEM, section=section, text=text)
    wake()
    return rows


def _own(item, csp):
    """What the partnership itself usually does is its CSP agency's at once."""
    return csp if csp is not None and item.suggested_to == AgencyKind.COMMUNITY_SAFETY else None


def _second(incident, first, *, by, csp, for_date, due_at, reason):
    now, own = clock.now(), _own(first, csp)
    item = ChecklistItem(
        incident=incident, for_date=for_date, due_at=due_at, opened_at=now,
        **{name: getattr(first, name) for name in COPIED}, agency=own, assigned_at=now if own else None,
    )  # fmt: skip
    item.remind_at = remind(item)
    sign(item, by=by, reason=reason).save(force_insert=True)
    return item


def _due_with_the_others(item, *, by, csp, due_at, reason):
    now = clock.now()
    if item.due_at is None or item.due_at < now or item.due_at > due_at:
        item.due_at = due_at
    if own := _own(item, csp):
        item.agency, item.assigned_at = own, now
    item.remind_at = remind(item)
    save(item, by=by, reason=reason, fields=["due_at", "agency", "assigned_at", "remind_at"])
