"""One item: its history and files, whom to ring about it, whom it can be given to."""

from dataclasses import dataclass

from django.db.models import Q

from checklists import access
from checklists.models import BY_CATEGORISING, BY_LOG_FORM, ItemKind, ItemState
from incidents.access import visible_log
from incidents.models import Engagement, Sensitivity
from incidents.queries import show
from partners import on_call
from partners.models import WORKING_ROLES, Membership
from svit import clock

GIVEN, FORMS = "Assigned", (BY_LOG_FORM, BY_CATEGORISING)


def item_log(seen, item):
    """What the log says about the item, newest first, as far as the actor may read it."""
    about = [item.uuid]
    if item.sensitivity == Sensitivity.SEALED and item.about_id:
        about.append(item.about.uuid)
    rows = visible_log(seen).filter(about_uuid__in=about).select_related("words", "agency", "by")
    return [show(seen, entry) for entry in rows[:50]]


def item_history(item):
    """What the item's own history tells that its log may not, in its order: [(why, row)].

    Which form answered it, and when it was given to an agency by mobilising or was opened for one (`GIVEN`): the log
    names those with the incident or their agency. What is given one by one has an entry of its own.
    """
    given = Q(history_type="+") & ~Q(history_change_reason="Added") | Q(history_change_reason="Mobilised")
    rows = item.history.filter(Q(given, agency__isnull=False) | Q(history_change_reason__in=FORMS))
    found = []
    for row in rows.select_related("agency", "done_by", "done_for").order_by("history_id"):
        if row.agency and row.history_change_reason != BY_CATEGORISING:
            found.append((GIVEN, row))
        if row.history_change_reason in FORMS:
            found.append((row.history_change_reason, row))
    return found


def item_files(seen, item):
    """The evidence kept with the item."""
    return list(access.files_of(seen, item).select_related("agency"))


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
    csp = getattr(incident.partnership, "csp_agency", None)
    duty = on_call.serving([one.pk for one in (csp, lead and lead.agency) if one], now)
    found = []
    if csp and (of_csp := duty.get(csp.pk)):
        found.append(Ring("Duty coordinator", f"{csp}, on call now", of_csp[0].telephone or csp.telephone))
    elif csp:
        found.append(Ring("Coordinators", str(csp), csp.telephone))
    if lead and lead.agency.csp_of_id != incident.partnership_id:
        of_lead = duty.get(lead.agency_id)
        phone = (of_lead[0].telephone if of_lead else "") or lead.agency.telephone
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
        rows = Engagement.objects.responding().filter(incident=seen.incident).select_related("agency")
        agencies = sorted({row.agency for row in rows if row.agency.active} | {seen.actor.agency}, key=str)
    people = people_of(agencies)
    return [(agency, people.get(agency.pk, [])) for agency in agencies]


def waiting_for(seen, keys):
    """The toolkit item with one of these keys that a record of the actor's may end: open, and theirs to tick."""
    rows = access.items_seen(seen).filter(
        template_item__key__in=keys, state=ItemState.OPEN, sensitivity=Sensitivity.STANDARD, about=None
    )
    rows = rows.exclude(kind=ItemKind.QUESTION).select_related("agency").order_by("order", "pk")
    for item in rows:
        item.incident = seen.incident
    return next((item for item in rows if access.can_work(seen, item)), None)
