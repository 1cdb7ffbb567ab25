"""What the pages of this room read. Each takes an Actor or a sight, and templates cause no query."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from checklists import access
from checklists.models import ItemKind, ItemState, OfferedItem, Resource, SupportOrganisation
from incidents.access import visible_log
from incidents.models import PHASES, Engagement, Sensitivity
from incidents.offers import Progress
from incidents.queries import show
from partners.models import AGENCY_ROLES, Agency, AgencyKind, Membership, OnCall, Role, SharingAgreement, User
from reminders.models import Delivery, DeliveryState
from svit import clock, engines, keys

PAGE = 25
SOON = timedelta(hours=8)
UNSEEN_AFTER = timedelta(minutes=15)
DONE_SHOWN = timedelta(days=30)
WORKING_ROLES = (*AGENCY_ROLES, Role.COORDINATOR, Role.CSP_MANAGER)

OPEN = Q(state=ItemState.OPEN)
DONE = Q(state=ItemState.DONE)
CAN_END = ~Q(kind=ItemKind.RECURRING)
STARTED = Q(noted_at__isnull=False) | ~Q(answer="") | Q(checked_at__isnull=False)


# --- An incident's phases and items


def phase_progress(seen):
    """How far each of the nine phases is, in one query; sealed items count nowhere.

    A recurring check has no end: it counts when it is overdue, and never into what is left to do. What is overdue
    counts once, as overdue and not as in progress. Of an incident that is over nothing is overdue.
    """
    needed = CAN_END & ~Q(state=ItemState.NOT_NEEDED)
    late = OPEN & Q(due_at__lt=clock.now(), resting=False)
    live = seen.incident.live
    rows = (
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
        )
    )
    return {
        row["phase"]: Progress(
            done=row["done"],
            total=row["total"],
            progress=row["begun"] - row["begun_late"] if live else row["begun"],
            overdue=row["overdue"] if live else 0,
            checks=row["checks"] if live else 0,
        )
        for row in rows
    }


def overdue_counts(actor, incidents):
    """Overdue items of each of `incidents`, as far as the actor may know: {primary key: count}; one query."""
    rows = (
        access.visible_items(actor)
        .exclude(sensitivity=Sensitivity.SEALED)
        .filter(access.pressing(), due_at__lt=clock.now(), incident__in=[row.pk for row in incidents])
        .order_by()
        .values_list("incident")
        .annotate(count=Count("pk"))
    )
    return dict(rows)


def most_overdue(seen, most=5):
    """The items of the incident that are overdue longest, with who holds them; one query."""
    rows = _late(access.items_seen(seen), seen)
    rows = rows.select_related("agency", "assignee", "about").order_by("due_at", "pk")
    return _dress(seen, list(rows[:most]))


def _pressing(rows, seen):
    """Those of `rows` that somebody still has to do; none once the incident is over."""
    return rows.filter(OPEN, ~access.resting()) if seen.incident.live else rows.none()


def _late(rows, seen):
    """Those of `rows` that somebody should have done by now."""
    return _pressing(rows, seen).filter(due_at__lt=clock.now())


def _dress(seen, items):
    """Put on each item what this reader gets to see: a restricted one has neither words nor an address."""
    for item in items:
        item.incident = seen.incident
        item.rests = item.is_open and (getattr(item, "resting", False) or not seen.incident.live)
        item.masked = not access.reads(seen, item)
        item.workable = access.can_work(seen, item)
    return items


def phase_items(seen, phase):
    """The items of one phase in the toolkit's order, with who holds them; one query."""
    rows = (
        access.items_seen(seen)
        .filter(phase=phase)
        .annotate(resting=access.resting())
        .select_related("agency", "assignee", "done_for", "about")
    )
    return _dress(seen, list(rows))


def left_in_phase(seen, phase):
    """How many items that can end are still open in the phase; sealed ones are not counted."""
    rows = access.items_seen(seen).filter(OPEN, CAN_END, phase=phase).exclude(sensitivity=Sensitivity.SEALED)
    return rows.count()


def incident_items(seen, which=""):
    """All items of the incident: `mine` (the actor's agency's), `overdue`, `unassigned`, or all; one query."""
    rows = access.items_seen(seen).annotate(resting=access.resting())
    rows = rows.select_related("agency", "assignee", "done_for", "about")
    if which == "mine":
        rows = rows.filter(agency=seen.actor.agency)
    elif which == "overdue":
        rows = _late(rows, seen)
    elif which == "unassigned":
        rows = _pressing(rows, seen).filter(agency__isnull=True)
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


def times_given(item):
    """When the item was given to an agency by mobilising, or was opened for one: [(when, agency's name)].

    The log names those with their agency; what is given one by one has an entry of its own.
    """
    rows = item.history.filter(agency__isnull=False)
    rows = rows.filter(
        Q(history_type="+") & ~Q(history_change_reason="Added") | Q(history_change_reason="Mobilised")
    )
    return list(rows.order_by("history_id").values_list("history_date", "agency__name"))


def item_files(item):
    """The evidence kept with the item."""
    return list(access.files_of(item).select_related("agency"))


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
        Engagement.objects.current().filter(incident=incident, role="lead").select_related("agency").first()
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


def assignable(seen):
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


# --- Mobilising


@dataclass
class Row:
    """One agency on the mobilise page: why it is there, what it would get, and whether anybody there is reached."""

    agency: Agency
    items: list
    engagement: Engagement | None = None
    on_call: User | None = None
    members: int = 0
    signed: bool = False
    outside: bool = False
    ticked: bool = False

    def sent_back(self, item):
        """Whether it was this agency that said the item is not theirs."""
        return item.sent_back_by_id == self.agency.pk

    @property
    def unreachable(self):
        return self.on_call is None and not self.members

    @property
    def reached(self):
        """Whom the message goes to, in words."""
        if self.on_call:
            return f"{self.on_call.name}, on call"
        if self.members:
            return "1 person" if self.members == 1 else f"{self.members} people, nobody on call"
        return "Nobody to reach"


@dataclass
class Mobilising:
    """What the mobilise page shows: agencies for whom something is open, kinds that nobody stands for, others."""

    rows: list
    missing: list
    others: list


def unassigned_items(seen):
    """Open items that no agency holds, with what their template says; one query."""
    rows = access.items_seen(seen).filter(OPEN, ~access.resting(), agency__isnull=True)
    rows = (
        rows.exclude(sensitivity=Sensitivity.SEALED).select_related("template_item").order_by("order", "pk")
    )
    return [item for item in _dress(seen, list(rows)) if not item.masked]


def mobilising(seen, template, find="", found=()):
    """The agencies of the kinds that the open items name, each with its items and whom a message would reach.

    Where several agencies are of one kind none is ticked: somebody has to choose. Neither is one that sent all of its
    items back. `find` looks for others by name; `found` are those, by UUID, that an earlier search found.
    """
    incident = seen.incident
    by_kind = {}
    for item in unassigned_items(seen):
        if template.takes(item) and item.suggested_to:
            by_kind.setdefault(item.suggested_to, []).append(item)
    engaged = {
        row.agency_id: row
        for row in Engagement.objects.current().filter(incident=incident).select_related("agency")
    }
    possible = Agency.objects.filter(active=True).exclude(csp_of=incident.partnership_id)
    named = list(possible.filter(partnerships=incident.partnership_id, kind__in=by_kind))
    also = [row.agency for row in engaged.values() if row.agency.kind in by_kind and row.agency.active]
    agencies = sorted({*named, *also}, key=lambda one: (one.get_kind_display(), one.name))
    agencies = [one for one in agencies if one.csp_of_id != incident.partnership_id]
    rest = possible.exclude(pk__in={one.pk for one in agencies} | set(engaged))
    others = list(rest.filter(uuid__in=found).order_by("name")) if found else []
    if find.strip():
        matching = engines.matching(rest.exclude(pk__in=[one.pk for one in others]), find, "name")
        others += matching[:20]
    everybody = [*agencies, *others]
    homes = set(
        Agency.objects.filter(
            pk__in=[one.pk for one in everybody], partnerships=incident.partnership_id
        ).values_list("pk", flat=True)
    )
    people = people_of(everybody)
    duty = {}
    for call in OnCall.objects.at(clock.now()).filter(agency__in=everybody).select_related("user"):
        if call.user in people.get(call.agency_id, []):
            duty.setdefault(call.agency_id, call.user)
    today = clock.today()
    signed = set(
        SharingAgreement.objects.filter(
            agency__in=everybody,
            partnership=incident.partnership_id,
            signed_on__lte=today,
            review_by__gte=today,
        ).values_list("agency", flat=True)
    )
    count = {}
    for agency in agencies:
        count[agency.kind] = count.get(agency.kind, 0) + 1

    def proposed(agency):
        theirs = any(item.sent_back_by_id != agency.pk for item in by_kind[agency.kind])
        return count[agency.kind] == 1 and theirs

    def row(agency, items, ticked):
        return Row(
            agency=agency,
            items=items,
            engagement=engaged.get(agency.pk),
            on_call=duty.get(agency.pk),
            members=len(people.get(agency.pk, [])),
            signed=agency.pk in signed,
            outside=agency.pk not in homes,
            ticked=ticked,
        )

    kinds = dict(AgencyKind.choices)
    missing = [
        (kinds[kind], items)
        for kind, items in by_kind.items()
        if kind not in count and kind != AgencyKind.COMMUNITY_SAFETY
    ]
    return Mobilising(
        rows=[row(agency, by_kind[agency.kind], proposed(agency)) for agency in agencies],
        missing=missing,
        others=[row(agency, [], False) for agency in others],
    )


@dataclass
class Sent:
    """What became of mobilising one agency."""

    engagement: object
    state: str
    word: str
    people: list
    detail: str = ""


SENT_STATES = {
    "seen": ("done", "Seen"),
    "told": ("done", "Told"),
    "sent": ("ok", "Sent"),
    "waiting": ("open", "Being sent"),
    "stuck": ("overdue", "Not sent yet"),
    "failed": ("overdue", "Failed"),
    "nobody": ("overdue", "Nobody to reach"),
}


def mobilised(seen):
    """Each agency engaged now, with what became of the message to it. Four queries."""
    incident, now = seen.incident, clock.now()
    rows = list(
        Engagement.objects.current()
        .filter(incident=incident)
        .exclude(agency__csp_of=incident.partnership_id)
        .select_related("agency", "seen_by")
        .order_by("agency__name")
    )
    people = people_of([row.agency for row in rows])
    theirs = {row.uuid: {user.pk for user in people.get(row.agency_id, [])} for row in rows}
    states = {}
    deliveries = Delivery.objects.filter(notification__subject__in=theirs)
    for subject, recipient, state in deliveries.values_list(
        "notification__subject", "notification__recipient", "state"
    ):
        if recipient in theirs[subject]:
            states.setdefault(subject, set()).add(state)
    duty = {}
    for call in OnCall.objects.at(now).filter(agency__in=[row.agency for row in rows]).select_related("user"):
        duty.setdefault(call.agency_id, []).append(call.user)
    found = []
    for row in rows:
        said = states.get(row.uuid, set())
        if row.seen_at:
            key = "seen"
        elif row.told_how:
            key = "told"
        elif DeliveryState.SENT in said:
            key = "sent"
        elif not people.get(row.agency_id):
            key = "nobody"
        elif said and DeliveryState.PENDING not in said:
            key = "failed"
        else:
            key = "stuck" if now - row.from_at >= UNSEEN_AFTER else "waiting"
        state, word = SENT_STATES[key]
        unseen = key not in ("seen", "told")
        detail = ""
        if row.seen_at:
            detail = f"by {row.seen_by}" if row.seen_by else ""
        elif row.told_how:
            detail = row.told_how
        elif key == "nobody":
            detail = "Telephone instead, and record that it was told."
        elif unseen and now - row.from_at >= UNSEEN_AFTER:
            detail = "Not opened yet. Telephone instead."
        found.append(Sent(row, state, word, duty.get(row.agency_id, []) if unseen else [], detail))
    return found
