"""Which agencies can be asked to respond, with which items; and what became of asking them."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef

from checklists import access
from checklists.queries.items import people_of
from checklists.queries.phases import OPEN, dress
from incidents.access import stops_on
from incidents.gateways import without_personal_data
from incidents.models import Engagement, Sensitivity
from incidents.queries import not_reached
from incidents.sections import default_sections
from partners import on_call
from partners.models import Agency, AgencyKind, SharingAgreement, User
from reminders.models import Delivery, DeliveryState
from reminders.times import is_quiet
from svit import clock, engines
from svit.templatetags.svit import plural, when_short

UNSEEN_AFTER = timedelta(minutes=15)


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
    def proposed_sections(self):
        """The sections of its kind; without an agreement, those of them that hold no personal data."""
        usual = default_sections(self.agency.kind)
        return usual if self.signed else without_personal_data(usual)

    @property
    def back(self):
        """How many of the items it sent back before."""
        return sum(self.sent_back(item) for item in self.items)

    @property
    def summary(self):
        """How many items there are for it, and when the first falls due."""
        items = plural(len(self.items), "item,items") if self.items else "No items"
        due = min((item.due_at for item in self.items if item.due_at), default=None)
        return f"{items}, first due {when_short(due, clock.now())}" if due else items

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
    """Open items that no agency holds, with what their template says; one query.

    One that is not to be shared further is given by hand, to an agency that has it.
    """
    rows = access.items_seen(seen).filter(OPEN, ~access.resting(), agency__isnull=True)
    rows = rows.filter(~Exists(stops_on("uuid", "about__uuid")))
    rows = (
        rows.exclude(sensitivity=Sensitivity.SEALED).select_related("template_item").order_by("order", "pk")
    )
    return [item for item in dress(seen, list(rows)) if not item.masked]


def _others(rest, found, find):
    """The agencies, by UUID, that an earlier search found, and those whose name has the words of this one."""
    others = list(rest.filter(uuid__in=found).order_by("name")) if found else []
    if find.strip():
        others += engines.matching(rest.exclude(pk__in=[one.pk for one in others]), find, "name")[:20]
    return others


def _on_call(people):
    """Who is on call now at each agency, by its primary key, of the `people` who are reached there."""
    return {agency: users[0] for agency, users in on_call.serving(people, clock.now()).items()}


def _signed(agencies, incident):
    """Primary keys of the agencies with a sharing agreement of the owner in force today."""
    today = clock.today()
    rows = SharingAgreement.objects.filter(
        agency__in=agencies,
        partnership=incident.partnership_id,
        signed_on__lte=today,
        review_by__gte=today,
    )
    return set(rows.values_list("agency", flat=True))


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
    inside = Agency.partnerships.through.objects.filter(partnership=incident.partnership_id)
    current = Engagement.objects.responding().filter(incident=incident).select_related("agency")
    engaged = {
        row.agency_id: row
        for row in current.annotate(inside=Exists(inside.filter(agency=OuterRef("agency"))))
    }
    possible = Agency.objects.filter(active=True).exclude(csp_of=incident.partnership_id)
    possible = possible.annotate(inside=Exists(inside.filter(agency=OuterRef("pk"))))
    named = list(possible.filter(partnerships=incident.partnership_id, kind__in=by_kind))
    also = [row.agency for row in engaged.values() if row.agency.kind in by_kind and row.agency.active]
    homes = {one.pk for one in named} | {row.agency_id for row in engaged.values() if row.inside}
    agencies = sorted({*named, *also}, key=lambda one: (one.get_kind_display(), one.name))
    agencies = [one for one in agencies if one.csp_of_id != incident.partnership_id]
    rest = possible.exclude(pk__in={one.pk for one in agencies} | set(engaged))
    others = _others(rest, found, find)
    homes |= {one.pk for one in others if one.inside}
    everybody = [*agencies, *others]
    people = people_of(everybody)
    duty, signed = _on_call(people), _signed(everybody, incident)
    count = Counter(agency.kind for agency in agencies)

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

    missing = [
        (AgencyKind(kind).label, items)
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
    "morning": ("overdue", "Waits until 7am"),
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
    asked = {row.uuid: row.asked_at for row in rows}
    states = {}
    deliveries = Delivery.objects.filter(notification__subject__in=theirs)
    for subject, recipient, state, due_at in deliveries.values_list(
        "notification__subject", "notification__recipient", "state", "notification__due_at"
    ):
        if recipient in theirs[subject] and due_at >= asked[subject]:
            states.setdefault(subject, set()).add(state)
    duty, missed = on_call.serving([row.agency_id for row in rows], now), not_reached(rows)
    found = []
    for row in rows:
        said = states.get(row.uuid, set())
        if row.seen_at:
            key = "seen"
        elif row.told_how:
            key = "told"
        elif DeliveryState.SENT in said:
            key = "sent"
        elif not people.get(row.agency_id) or (row.uuid in missed and missed[row.uuid].nobody):
            key = "nobody"
        elif said and DeliveryState.PENDING not in said:
            key = "failed"
        elif is_quiet(now) and is_quiet(row.asked_at) and not duty.get(row.agency_id):
            key = "morning"
        else:
            key = "stuck" if now - row.asked_at >= UNSEEN_AFTER else "waiting"
        state, word = SENT_STATES[key]
        unseen = key not in ("seen", "told")
        detail = ""
        if row.seen_at:
            detail = f"by {row.seen_by}" if row.seen_by else ""
        elif row.told_how:
            detail = row.told_how
        elif row.uuid in missed:
            detail = missed[row.uuid].words
        elif key == "nobody":
            detail = "Telephone instead, and record that it was told."
        elif key == "morning":
            detail = "Nobody there is on call. Telephone if this cannot wait, and record that it was told."
        elif unseen and now - row.asked_at >= UNSEEN_AFTER:
            detail = "Not opened yet. Telephone instead."
        found.append(Sent(row, state, word, duty.get(row.agency_id, []) if unseen else [], detail))
    return found
