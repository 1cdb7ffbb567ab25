"""Opening an incident's items from a template, and adding those that did not fit at first."""

from django.db import transaction
from django.db.models import F, Q, Subquery
from simple_history.utils import bulk_create_with_history

from checklists.actions import answered
from checklists.actions.reminding import remind, wake
from checklists.durations import due_after
from checklists.models import (
    BY_LOG_FORM,
    ChecklistItem,
    ItemSource,
    OfferedItem,
    OpenedWith,
    Template,
    TemplateItem,
)
from incidents.actions.log import log
from incidents.actions.saving import lock, sign
from incidents.models import AccessAct, LogKind, Section, Sensitivity
from incidents.models.incident import IncidentKind
from partners.models import Agency, AgencyKind
from svit import clock, engines
from svit.refused import Refused


def _templates(partnership):
    """The partnership's own checklists, then the toolkit's, the latest of each first: the first opens an incident."""
    return Template.objects.filter(Q(partnership=partnership) | Q(partnership__isnull=True)).order_by(
        F("partnership").asc(nulls_last=True), "-loaded_at", "-pk"
    )


def fits(template_item, traits):
    """Whether a toolkit item fits: it asks for no trait, or for one that the incident has or may have.

    A trait that is not known yet stands with a question mark: `young_person?`. It opens the item too.
    """
    return not template_item.when or template_item.when in traits or f"{template_item.when}?" in traits


def of_protocol(template_item):
    """Whether an item belongs to an urgent response without an incident: the protocol's, and whatever keeps safe."""
    safe = template_item.section in (Section.PEOPLE, Section.SAFEGUARDING)
    return safe or template_item.source == ItemSource.PROTOCOL


def _item(incident, template_item, *, by, at, csp_agency, clocks, answers):
    """An item as its template words it; what the partnership itself usually does is its CSP agency's at once.

    Nobody passed that on, so nobody waits for it.

    `clocks` says of the kinds of clock that run when the first falls due: the contact items follow those. `answers`
    says by key what is answered already.
    """
    own = csp_agency is not None and template_item.suggested_to == AgencyKind.COMMUNITY_SAFETY
    item = ChecklistItem(
        incident=incident,
        template_item=template_item,
        phase=template_item.phase,
        heading=template_item.heading,
        order=template_item.order,
        section=template_item.section,
        kind=template_item.kind,
        source=template_item.source,
        title=template_item.title,
        details=template_item.note,
        suggested_to=template_item.suggested_to,
        clock_kind=template_item.clock_kind,
        every=template_item.every,
        opened_at=at,
        follows_clocks=template_item.clock_kind in clocks,
        due_at=clocks.get(template_item.clock_kind) or due_after(template_item.due, at),
        agency=csp_agency if own else None,
        assigned_at=at if own else None,
    )
    if template_item.key in answers:
        answered.end(item, answers[template_item.key], by=by, at=at)
        sign(item, by=by, reason=BY_LOG_FORM)
    else:
        item.remind_at = remind(item)
    return item


def _open(incident, template_items, *, by, at, reason, clocks=(), answers=()):
    if by.agency is not None and by.agency.csp_of_id == incident.partnership_id:
        csp_agency = by.agency
    else:
        csp_agency = Agency.objects.filter(csp_of=incident.partnership_id, active=True).first()
    items = [
        _item(incident, one, by=by, at=at, csp_agency=csp_agency, clocks=dict(clocks), answers=dict(answers))
        for one in template_items
    ]
    if not items:
        return []
    bulk_create_with_history(
        items,
        ChecklistItem,
        default_user=by.user,
        default_change_reason=reason[:100],
        default_date=clock.now(),
    )
    wake()
    return items


@transaction.atomic(savepoint=False)
def open_items(*, incident, traits, by, at, clocks=()):
    """All items that fit the incident, due from `at`; the others are offered and never silently left out.

    `clocks` are the kinds of contact clock that start with it, each with the time at which it falls due. The incident
    keeps this version of the checklist. An urgent response without an incident opens the protocol's items alone.
    Returns the words that the caller logs.
    """
    rows = list(
        TemplateItem.objects.filter(template=Subquery(_templates(incident.partnership).values("pk")[:1]))
        .select_related("template")
        .order_by("order")
    )
    if not rows:
        raise Refused("No checklist is loaded. An operator has to run load_toolkit first.")
    template = rows[0].template
    OpenedWith.objects.create(incident=incident, template=template)
    protocol_alone = incident.kind == IncidentKind.URGENT_RESPONSE
    fitting = [row for row in rows if fits(row, traits) and (not protocol_alone or of_protocol(row))]
    items = _open(
        incident, fitting, by=by, at=at, reason=f"Opened with {template}",
        clocks=clocks, answers=answered.by_logging(incident),
    )  # fmt: skip
    opened = {row.pk for row in fitting}
    offered = [row for row in rows if row.pk not in opened]
    OfferedItem.objects.bulk_create(OfferedItem(incident=incident, template_item=row) for row in offered)
    text = f"Checklist opened: {len(items)} items of {template}."
    if done := [item.title for item in items if not item.is_open]:
        text += f" Answered by the log form: {'; '.join(done)}."
    if offered:
        text += f" {len(offered)} do not fit this incident and can be added."
    return text


def _take(incident, **which):
    """The offered items, locked and taken off the offer."""
    rows = list(
        engines.lock(OfferedItem.objects.filter(incident=incident, **which))
        .select_related("template_item")
        .order_by("template_item__order")
    )
    OfferedItem.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return [row.template_item for row in rows]


@transaction.atomic
def open_for_traits(*, incident, by, traits, at=None):
    """Open what fits now that more is known; due from now, because nobody could have done it before."""
    wanted = {trait.removesuffix("?") for trait in traits}
    rows = _take(incident, template_item__when__in=wanted)
    items = _open(incident, rows, by=by, at=at or clock.now(), reason="More became known")
    for item in items:
        log(
            incident, by=by, kind=LogKind.ITEM, about=item, section=item.section,
            text=f"Item opened, because more became known: {item.title}",
        )  # fmt: skip
    return items


@transaction.atomic
def add_offered(*, incident, by, template_item, at=None):
    """Add a toolkit item that did not fit when the incident was opened."""
    items = _open(
        incident,
        _take(incident, template_item=template_item),
        by=by,
        at=at or clock.now(),
        reason="Added by hand",
    )
    if not items:
        raise Refused("This item was already added.")
    item = items[0]
    log(
        incident, by=by, kind=LogKind.ITEM, about=item, section=item.section,
        text=f"Item of the toolkit added: {item.title}",
    )  # fmt: skip
    return item


@transaction.atomic
def add_item(
    *, incident, by, phase, title, kind="action", section, source, details="", agency=None, assignee=None,
    due_at=None, every="", sensitivity="standard", about=None, heading="",
):  # fmt: skip
    """One item that no template has: a local one, or an action raised in a meeting. The caller asked the door."""
    now = clock.now()
    about = about and lock(about)  # it may have been sealed since it was read
    if about is not None and about.sensitivity == Sensitivity.SEALED:
        sensitivity = Sensitivity.SEALED
    item = ChecklistItem(
        incident=incident, phase=phase, title=title, kind=kind, section=section, source=source, details=details,
        agency=agency, assignee=assignee, due_at=due_at, every=every, sensitivity=sensitivity, about=about,
        heading=heading, opened_at=now,
    )  # fmt: skip
    if agency is not None:
        item.assigned_at, item.assigned_by, item.tell_at = now, by.user, now
    item.remind_at = remind(item)
    sign(item, by=by, reason="Added").save(force_insert=True)
    whom = f" For {agency}." if agency else ""
    log(
        incident, by=by, kind=LogKind.ITEM, section=section, sensitivity=sensitivity,
        about=about if sensitivity == "sealed" and about else item, text=f"Item added: {title}.{whom}",
        act=AccessAct.COLLECTION,
    )  # fmt: skip
    wake()
    return item
