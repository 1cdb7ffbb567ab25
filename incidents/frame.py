"""The frame of an incident's pages: identity bar, sub navigation, clocks and the rail of phases."""

from django.urls import reverse

from incidents import offers
from incidents.access import may_write, visible_incidents
from incidents.actions.access_record import consult
from incidents.models import PHASES, Engagement, EngagementRole, MeetingResponse
from incidents.models.incident import LocalCategory
from incidents.sections import section_of_item
from svit import clock
from svit.prepared import Prepared
from svit.templatetags.svit import when_short

NOT_SHOWN = "Not shown to your agency"
TABS = [
    ("overview", "Overview", "incident"),
    ("log", "Log", "incident-log"),
    ("checklist", "Checklist", "checklist"),
    ("people", "People", "people"),
    ("meetings", "Meetings", "meetings"),
    ("messages", "Comms", "key-messages"),
    ("dates", "Dates", "dates"),
    ("agencies", "Agencies", "agencies"),
    ("packs", "Packs", "packs"),
]


def slug(phase):
    return phase.replace("_", "-")


def rail(seen, current=""):
    """The nine phases with their counts, as the rail component takes them."""
    progress = offers.progress_of(seen)
    states = {phase.key: phase for phase in seen.incident.phases.all()}
    rows = []
    for key, name in PHASES:
        counts = progress.get(key) or offers.Progress()
        phase = states.get(key)
        state = ""
        if phase and phase.closed_at:
            state = "Closed"
        elif phase and phase.not_applicable_reason:
            state = "Not applicable"
        rows.append(
            {
                "name": name,
                "url": reverse("phase", args=[seen.incident.uuid, slug(key)]),
                "done": counts.done,
                "progress": counts.progress,
                "overdue": counts.overdue,
                "total": counts.total,
                "checks": counts.checks,
                "empty": "" if seen.sees(section_of_item(phase=key, heading="", key="")) else NOT_SHOWN,
                "current": key == current,
                "state": state,
                "key": key,
                "phase": phase,
                "next_due": counts.next_due,
            }
        )
    return rows


def category_words(incident):
    """The latest category in a few words, or nothing; from the columns that the door brought along."""
    if not incident.category_now:
        return ""
    response = MeetingResponse(incident.response_now).label.split(",")[0].lower()
    return f"{LocalCategory(incident.category_now).label}, {response}"


def frame(request, seen, *, active, current_phase="", with_clocks=False):
    """What `incidents/frame.html` needs; records the consultation before anything is shown."""
    incident, now = seen.incident, clock.now()
    consult(incident, by=seen.actor)
    engagements = _engagements(incident=incident.pk)
    lead = next((e.agency.name for e in engagements if e.role == EngagementRole.LEAD), "Not named yet")
    shared = sorted(
        e.agency.csp_of.name
        for e in engagements
        if e.agency.csp_of_id and e.agency.csp_of_id != incident.partnership_id
    )
    facts = [
        ("Category", category_words(incident) or "Not categorised yet"),
        ("Lead", lead),
        ("Age", f"Day {incident.day(now)}"),
        ("Stage", incident.get_stage_display() if not incident.unconfirmed else "Unconfirmed report"),
    ]
    if shared:
        facts.append(("Shared with", ", ".join(shared)))
    phases = rail(seen, current_phase)
    overdue = sum(row["overdue"] for row in phases)
    tabs = [
        {"text": text, "url": reverse(name, args=[incident.uuid]), "active": key == active}
        for key, text, name in TABS
        if _shows(seen, key)
    ]
    return {
        "seen": seen,
        "incident": incident,
        "now": now,
        "category": category_words(incident),
        "lead_name": lead,
        "engagements": engagements,
        "facts": facts,
        "phases": phases,
        "overdue": overdue,
        "rail_summary": f"9 phases, {overdue} overdue" if overdue else "9 phases, none overdue",
        "tabs": tabs,
        "clocks": offers.clocks_of(seen, now) if with_clocks else [],
        "joined_to": _joined_to(seen),
        "bar_action": _action(seen),
        "menu": _menu(seen),
        "broke_glass": _broke_glass(seen, engagements),
        "offered": _offered(seen),
        "marking": incident.marking,
        "exercise": incident.exercise,
        "coordinates": seen.coordinates,
        "writes": not seen.only_reads and incident.live,
    }


@Prepared
def _engagements(incident):
    return Engagement.objects.current().filter(incident=incident).select_related("agency__csp_of")


def _shows(seen, key):
    if key == "people":
        return seen.sees_people
    if key == "meetings":
        return seen.sees("meetings")
    if key == "messages":
        return seen.sees("communications")
    if key == "dates":
        return seen.sees("community") or seen.sees("people")
    if key == "agencies":
        return seen.owner
    if key == "packs":
        return seen.coordinates or (seen.actor.manages_agency and not seen.only_reads)
    return True


def _joined_to(seen):
    """The incident that a report was joined to, for those who may see it."""
    incident = seen.incident
    return (
        visible_incidents(seen.actor).filter(pk=incident.joined_to_id).first()
        if incident.joined_to_id
        else None
    )


def _broke_glass(seen, engagements):
    """Who opened the incident for life at risk and until when: for whoever did, and for its owner."""
    opened = [row for row in engagements if row.role == EngagementRole.BREAK_GLASS]
    mine = [row for row in opened if seen.owner or row.agency_id == seen.actor.agency.pk]
    words = [f"{row.agency} reads this incident until {when_short(row.until_at)}." for row in mine]
    return " ".join([*words, "What is read is recorded."]) if words else ""


def _offered(seen):
    """The borough that the incident is offered to, by name, for the coordinators of both."""
    name = seen.incident.offered_to
    own = seen.actor.partnership
    return (
        name if name and (seen.coordinates or (seen.actor.coordinates and own and own.name == name)) else ""
    )


def _action(seen):
    if not may_write(seen):
        return None
    return {"text": "Add to log", "url": reverse("add-note", args=[seen.incident.uuid])}


def _menu(seen):
    """The button menu: what a coordinator does with the whole incident."""
    if not seen.coordinates:
        return []
    acts = [
        ("Categorise", "categorise"),
        ("Mobilise", "mobilise"),
        ("What is known", "known"),
        ("Create pack", "new-pack"),
        ("Change status", "change-status"),
    ]
    return [{"text": text, "url": reverse(name, args=[seen.incident.uuid])} for text, name in acts]
