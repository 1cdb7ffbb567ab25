"""What the pages of this room read. Each takes an Actor or a sight, and templates cause no query."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from checklists import access
from checklists.models import ChecklistItem, ItemKind, ItemState, OfferedItem, Resource, SupportOrganisation
from incidents.access import engaged_incident_ids, visible_files, visible_log
from incidents.models import PHASES, Engagement, Phase, ReportState, Sensitivity, Stage
from incidents.offers import Progress
from incidents.queries import show
from partners.models import AGENCY_ROLES, Membership, OnCall, Role
from svit import clock, keys

PAGE = 25
SOON = timedelta(hours=8)
DONE_SHOWN = timedelta(days=30)
WORKING_ROLES = (*AGENCY_ROLES, Role.COORDINATOR, Role.CSP_MANAGER)

OPEN = Q(state=ItemState.OPEN)
DONE = Q(state=ItemState.DONE)
CAN_END = ~Q(kind=ItemKind.RECURRING)
STARTED = Q(noted_at__isnull=False) | ~Q(answer="") | Q(checked_at__isnull=False)


def resting():
    """Whether an item rests with its phase: the phase has no place here, or is closed and the item only recurs."""
    phase = Phase.objects.filter(incident=OuterRef("incident"), key=OuterRef("phase"))
    ended = phase.filter(Q(closed_at__isnull=False) | ~Q(not_applicable_reason=""))
    return Exists(ended)


def at_work():
    """Items that press somebody: open, in a live incident, in a phase that goes on."""
    return OPEN & Q(resting=False) & LIVE


LIVE = ~Q(incident__stage=Stage.CLOSED) & Q(
    incident__report_state__in=(ReportState.ACCEPTED, ReportState.UNCONFIRMED)
)


# --- An incident's phases and items


def phase_progress(seen):
    """How far each of the nine phases is, in one query; sealed items count nowhere.

    A recurring check has no end: it counts when it is overdue, and never into what is left to do.
    """
    now = clock.now()
    needed = CAN_END & ~Q(state=ItemState.NOT_NEEDED)
    rows = (
        access.items_seen(seen)
        .exclude(sensitivity=Sensitivity.SEALED)
        .annotate(resting=resting())
        .order_by()
        .values("phase")
        .annotate(
            total=Count("pk", filter=needed),
            done=Count("pk", filter=needed & DONE),
            progress=Count("pk", filter=needed & OPEN & STARTED),
            overdue=Count("pk", filter=OPEN & Q(due_at__lt=now, resting=False)),
        )
    )
    return {
        row["phase"]: Progress(
            done=row["done"], progress=row["progress"], overdue=row["overdue"], total=row["total"]
        )
        for row in rows
    }


def overdue_counts(actor, incidents):
    """Overdue items of each of `incidents`, as far as the actor may know: {primary key: count}; one query."""
    rows = (
        access.visible_items(actor)
        .exclude(sensitivity=Sensitivity.SEALED)
        .annotate(resting=resting())
        .filter(at_work(), due_at__lt=clock.now(), incident__in=[row.pk for row in incidents])
        .order_by()
        .values_list("incident")
        .annotate(count=Count("pk"))
    )
    return dict(rows)


def most_overdue(seen):
    """The item of the incident that is overdue longest, of those that the actor may work."""
    rows = access.items_seen(seen).annotate(resting=resting()).filter(OPEN, resting=False, due_at__lt=clock.now())
    if not seen.coordinates:
        rows = rows.filter(agency=seen.actor.agency)
    item = rows.order_by("due_at", "pk").first()
    if item is not None:
        item.incident = seen.incident
    return item


def _dress(seen, items):
    """Put on each item what this reader gets to see: a restricted one has neither words nor an address."""
    for item in items:
        item.incident = seen.incident
        item.masked = not access.reads(seen, item)
        item.workable = access.can_work(seen, item)
    return items


def phase_items(seen, phase):
    """The items of one phase in the toolkit's order, with who holds them; one query."""
    rows = access.items_seen(seen).filter(phase=phase).select_related("agency", "assignee", "done_for", "about")
    return _dress(seen, list(rows))


def incident_items(seen, which=""):
    """All items of the incident: `mine` (the actor's agency's), `overdue`, `unassigned`, or all; one query."""
    rows = access.items_seen(seen).select_related("agency", "assignee", "done_for", "about")
    if which == "mine":
        rows = rows.filter(agency=seen.actor.agency)
    elif which == "overdue":
        rows = rows.annotate(resting=resting()).filter(OPEN, resting=False, due_at__lt=clock.now())
    elif which == "unassigned":
        rows = rows.filter(OPEN, agency__isnull=True)
    order = {key: number for number, (key, _) in enumerate(PHASES)}
    return _dress(seen, sorted(rows, key=lambda item: (order[item.phase], item.order, item.pk)))


def offered_items(seen):
    """Toolkit items that did not fit the incident; for the coordinator, who may add them."""
    if not seen.coordinates:
        return []
    rows = OfferedItem.objects.filter(incident=seen.incident).select_related("template_item")
    return [row.template_item for row in rows.order_by("template_item__order")]


def resources():
    """The policies and guides that the toolkit names, by phase."""
    found = {}
    for row in Resource.objects.all():
        found.setdefault(row.phase, []).append(row)
    return found


def support_organisations():
    return list(SupportOrganisation.objects.all())


# --- One item


def item_log(seen, item):
    """What the log says about the item, newest first, as far as the actor may read it."""
    about = [item.uuid]
    if item.sensitivity == Sensitivity.SEALED and item.about_id:
        about.append(item.about.uuid)
    rows = visible_log(seen).filter(about_uuid__in=about).select_related("words", "agency", "by")
    return [show(seen, entry) for entry in rows[:50]]


def item_files(seen, item):
    """The evidence kept with the item."""
    return list(visible_files(seen).filter(about_kind="checklistitem", about_uuid=item.uuid).select_related("agency"))


@dataclass
class Ring:
    """Somebody to ring about an item."""

    name: str
    detail: str
    phone: str


def whom_to_ring(incident):
    """The owning partnership's coordinator on call, and the lead's; the agency's own number where nobody is."""
    now = clock.now()
    lead = (
        Engagement.objects.current()
        .filter(incident=incident, role="lead")
        .select_related("agency")
        .first()
    )
    duty = OnCall.objects.at(now).select_related("user", "agency").order_by("from_at")
    of_csp, of_lead = None, None
    wanted = Q(agency__csp_of=incident.partnership_id)
    if lead:
        wanted |= Q(agency=lead.agency)
    for row in duty.filter(wanted):
        if row.agency.csp_of_id == incident.partnership_id:
            of_csp = of_csp or row
        else:
            of_lead = of_lead or row
    found = []
    if of_csp:
        phone = of_csp.user.telephone or of_csp.agency.telephone
        found.append(Ring("Duty coordinator", f"{of_csp.agency}, on call now", phone))
    else:
        csp = getattr(incident.partnership, "csp_agency", None)
        if csp:
            found.append(Ring("Coordinators", str(csp), csp.telephone))
    if lead and lead.agency.csp_of_id != incident.partnership_id:
        phone = (of_lead.user.telephone if of_lead else "") or lead.agency.telephone
        found.append(Ring("Leads the response", str(lead.agency), phone))
    return [row for row in found if row.phone]


def people_of(agencies):
    """Who works items in each of the agencies now: {agency primary key: [user]}; one query."""
    rows = (
        Membership.objects.current()
        .filter(agency__in=agencies, role__in=WORKING_ROLES)
        .select_related("user")
        .order_by("user__name")
    )
    found = {}
    for row in rows:
        people = found.setdefault(row.agency_id, [])
        if row.user not in people:
            people.append(row.user)
    return found


def assignable(seen, item=None):
    """The agencies that an item of the incident can be given to, each with its people. Two queries.

    A coordinator chooses among the agencies engaged and the partnership's own; anybody else among colleagues.
    """
    if not seen.coordinates:
        agencies = [seen.actor.agency]
    else:
        rows = Engagement.objects.current().filter(incident=seen.incident).select_related("agency")
        agencies = sorted({row.agency for row in rows if row.agency.active} | {seen.actor.agency}, key=str)
    people = people_of(agencies)
    return [(agency, people.get(agency.pk, [])) for agency in agencies]


# --- My work and the team's


TABS = (
    ("open", "All open"),
    ("overdue", "Overdue"),
    ("soon", "Due soon"),
    ("later", "Later"),
    ("waiting", "Waiting"),
    ("done", "Done"),
)


def _mine(actor):
    """What is for this person: named for them, or for the agency and nobody in it, or sent back to coordinators."""
    mine = Q(agency=actor.agency) & (Q(assignee=actor.user) | Q(assignee__isnull=True))
    if actor.coordinates:
        mine |= Q(agency__isnull=True, sent_back_at__isnull=False, incident__partnership=actor.partnership)
    return mine


def _reach(actor):
    """Items in incidents that the actor's agency is in at this minute; sealed ones only for their holders."""
    rows = ChecklistItem.objects.annotate(resting=resting())
    if not actor.works_items:
        return rows.none()
    within = Q(incident__in=engaged_incident_ids(actor))
    if actor.coordinates:
        within |= Q(incident__partnership=actor.partnership)
    return rows.filter(access.open_to(actor.user, within))


def _tabs(actor, mine, now):
    working = at_work()
    soon = now + SOON
    return {
        "open": mine & working,
        "overdue": mine & working & Q(due_at__lt=now),
        "soon": mine & working & Q(due_at__gte=now, due_at__lte=soon),
        "later": mine & working & (Q(due_at__gt=soon) | Q(due_at__isnull=True)),
        "waiting": working & Q(assigned_by=actor.user, agency__isnull=False) & ~mine,
        "done": Q(done_by=actor.user, done_at__gte=now - DONE_SHOWN) & DONE,
    }


def work_counts(actor, *, team=False):
    """How many items stand under each tab, in one query."""
    tabs = _tabs(actor, Q(agency=actor.agency) if team else _mine(actor), clock.now())
    if team:
        tabs["done"] = Q(done_for=actor.agency, done_at__gte=clock.now() - DONE_SHOWN) & DONE
    return _reach(actor).aggregate(**{name: Count("pk", filter=which) for name, which in tabs.items()})


def overdue_count(actor):
    """The badge: overdue items that are this person's to do; one query."""
    if not actor.works_items or actor.agency is None:
        return 0
    return _reach(actor).filter(_tabs(actor, _mine(actor), clock.now())["overdue"]).count()


def _after(rows, cursor):
    """The rows after the one whose key is `cursor` (its due time and primary key); those without due time last."""
    text, _, number = (cursor or "").rpartition("_")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return rows
    if text == "none":
        return rows.filter(due_at__isnull=True, pk__gt=int(number))
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return rows
    if at.tzinfo is None:
        return rows
    return rows.filter(Q(due_at__gt=at) | Q(due_at=at, pk__gt=int(number)) | Q(due_at__isnull=True))


def _cursor(item):
    return f"{item.due_at.isoformat() if item.due_at else 'none'}_{item.pk}"


def my_work(actor, tab="open", *, after="", size=PAGE, team=False):
    """A page of items over all incidents, the earliest due first (what is done, the latest done first).

    Returns (items, key of the next page or None).
    `team` widens it from this person to the whole agency.
    """
    mine = Q(agency=actor.agency) if team else _mine(actor)
    tabs = _tabs(actor, mine, clock.now())
    if team:
        tabs["done"] = Q(done_for=actor.agency, done_at__gte=clock.now() - DONE_SHOWN) & DONE
    rows = _reach(actor).filter(tabs.get(tab, tabs["open"]))
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


def next_for(seen, item):
    """What this person does next: the open item of theirs that presses most."""
    rows = _reach(seen.actor).filter(_tabs(seen.actor, _mine(seen.actor), clock.now())["open"]).exclude(pk=item.pk)
    return rows.select_related("incident").order_by(*access.pressing_first()).first()
