"""What the checklist offers to a pack: the phases' bars, what is overdue, and the actions by agency.

Partners get the toolkit's own titles, which name nobody, and local items that were given to an agency in a section that
all share. No pack holds notes; sealed items are in none and count in none. What is not to be shared further is in gold
group's alone, and says so.
"""

from datetime import timedelta

from django.db.models import Q

from checklists import access
from checklists.models import ItemKind, ItemSource, ItemState
from incidents import offers
from incidents.access import with_mark
from incidents.models import PHASES, Sensitivity
from incidents.pack import GOLD, PARTNERS, SHARED_SECTIONS
from svit import pictures

TOOLKIT = (ItemSource.TOOLKIT, ItemSource.GUIDANCE, ItemSource.PROTOCOL)
LONG_AGO = timedelta(days=36500)
NAMES = dict(PHASES)


def pack_items(seen, audience):
    """The items that a pack may hold, in the toolkit's order; one query."""
    rows = with_mark(access.items_seen(seen)).exclude(sensitivity=Sensitivity.SEALED)
    if audience == PARTNERS:
        shared = Q(source__in=TOOLKIT) | Q(section__in=SHARED_SECTIONS, agency__isnull=False)
        if not seen.owner:
            shared |= Q(agency=seen.actor.agency)
        rows = rows.filter(shared, sensitivity=Sensitivity.STANDARD, about__isnull=True, not_further=False)
    order = {key: number for number, (key, _) in enumerate(PHASES)}
    items = list(rows.annotate(resting=access.resting()).select_related("agency"))
    for item in items:
        item.phase_name = NAMES[item.phase]
    return sorted(items, key=lambda item: (order[item.phase], item.order, item.pk))


def is_overdue(item, as_at):
    return item.is_overdue(as_at) and not item.resting


@offers.pack_section(20, "phases")
def phases(seen, audience, as_at):
    """How far each of the nine phases is, from the items of this very pack."""
    items = pack_items(seen, audience)
    states = {row.key: row for row in seen.incident.phases.all()}
    rows = []
    for key, name in PHASES:
        mine = [item for item in items if item.phase == key]
        needed = [
            item for item in mine if item.kind != ItemKind.RECURRING and item.state != ItemState.NOT_NEEDED
        ]
        counts = {
            "done": sum(item.state == ItemState.DONE for item in needed),
            "progress": sum(item.progress == "in_progress" for item in needed),
            "overdue": sum(is_overdue(item, as_at) for item in mine),
            "total": len(needed),
        }
        finding = f"{name}: {counts['done']} of {counts['total']} done, {counts['overdue']} overdue"
        state = states.get(key)
        word = ""
        if not mine and not seen.owner:
            word = "Not shown to your agency"
        elif state and state.closed_at:
            word = "Closed"
        elif state and state.not_applicable_reason:
            word = "Not applicable"
        picture = pictures.phase_bar(**_drawn(counts), title=finding, width=184)
        rows.append({"name": name, "word": word, "picture": picture, "shown": seen.owner or mine} | counts)
    context = {"rows": rows, "contains": "Nine phases with bars"}
    return offers.PackSection("Phases: items done", "checklists/pack/phases.html", context)


def _drawn(counts):
    """What the bar can show: an item that is in progress and overdue is drawn once, as overdue."""
    rest = max(counts["total"] - counts["done"], 0)
    overdue = min(counts["overdue"], rest)
    return counts | {"overdue": overdue, "progress": min(counts["progress"], rest - overdue)}


@offers.pack_section(40, "overdue")
def overdue(seen, audience, as_at):
    """What is overdue, longest first, with the agency that holds it."""
    items = pack_items(seen, audience)
    rows = sorted(
        (item for item in items if is_overdue(item, as_at)), key=lambda item: (item.due_at, item.pk)
    )
    for item in rows:
        item.late_by = as_at - item.due_at
    still = sum(item.is_open and not item.resting for item in items)
    words = f"item{'' if still == 1 else 's'}, of {still} open"
    if not seen.owner:
        words += " that your agency sees"
    context = {
        "rows": rows,
        "part": not seen.owner,
        "contains": "Items past their time, with the agency",
        "figures": [{"order": 1, "figure": f"{len(rows)} overdue", "text": words}],
    }
    return offers.PackSection("Overdue items", "checklists/pack/overdue.html", context)


@offers.pack_section(55, "actions")
def actions(seen, audience, as_at):
    """Every item by the agency that holds it: overdue first, then by due time, then what is done.

    What rests with its phase is marked as such.
    """
    groups = {}
    for item in pack_items(seen, audience):
        item.late = is_overdue(item, as_at)
        item.late_by = as_at - item.due_at if item.late else None
        item.answered = item.answer if audience == GOLD else ""
        groups.setdefault(str(item.agency) if item.agency_id else "", []).append(item)
    for items in groups.values():
        items.sort(
            key=lambda item: (not item.late, not item.is_open, item.due_at or as_at + LONG_AGO, item.pk)
        )
    named = sorted((name, items) for name, items in groups.items() if name)
    if "" in groups:
        named.append(("Not assigned to an agency", groups[""]))
    words = "Every item by agency, with due time and state; no notes"
    if audience == PARTNERS:
        words = "The toolkit’s items and shared local items by agency; no notes, no answers"
    return offers.PackSection(
        "Actions by agency", "checklists/pack/actions.html", {"groups": named, "contains": words}
    )
