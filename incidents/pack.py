"""What the incident offers to a pack: where it stands, its categories, the agencies and the log.

Each audience has an allow-list. What is not on it is never loaded into the pack, and so stands neither in its text
nor in its metadata. Sealed records are in no pack at all, not even for their holders.
"""

import re

from django.db.models import Exists, OuterRef, Q
from django.utils.text import capfirst

from incidents import offers
from incidents.access import concerns_sealed, is_masked, stops_on_log, visible_entries, visible_log, with_mark
from incidents.models import (
    KINDS,
    PHASES,
    Categorisation,
    Engagement,
    EngagementRole,
    LogEntry,
    LogKind,
    Section,
    Sensitivity,
)
from incidents.models.incident import Happened
from incidents.queries import of_entries
from svit import clock

GOLD, PARTNERS = "gold", "partners"
SHARED_SECTIONS = (Section.GENERAL, Section.COMMUNITY, Section.COMMUNICATIONS)
ENTRIES = 150

# Entries about a person's contact may say where somebody lies or lives: of those the first sentence is printed, which
# is our own wording. Those about clocks and persons are told by the tables of people and clocks instead. Of an item's
# entry the first line is printed; the note stands below it.
GOLD_KINDS = tuple(kind for kind in LogKind.values if kind not in (LogKind.PERSON, LogKind.CLOCK))
FIRST_LINE = (LogKind.ITEM, LogKind.FILE)
FIRST_SENTENCE = (LogKind.CONTACT,)
PARTNER_KINDS = (LogKind.STAGE, LogKind.ENGAGEMENT, LogKind.PHASE, LogKind.DECISION, LogKind.NOTE)
TYPED = (LogKind.DECISION, LogKind.NOTE, LogKind.CORRECTION)

EXACT = re.compile(r"\d|hospital|infirmary|clinic|\bward\b|\ba\s*&\s*e\b|custody", re.IGNORECASE)


def place_words(incident, audience):
    """Where it happened, in as much detail as the audience gets.

    Partners get the ward or borough. Gold group gets the place, unless it may be an exact address or a hospital.
    """
    if audience == GOLD and incident.place and not EXACT.search(incident.place):
        return incident.place
    return incident.area or incident.partnership.area


def title(incident, audience):
    """What happened and about where; never a name."""
    known = incident.happened != Happened.NOT_KNOWN
    return f"{incident.get_happened_display() if known else 'Serious violence'}, {place_words(incident, audience)}"


@offers.pack_section(10, "stands")
def stands(seen, audience, as_at):
    """The picture in a few lines, for gold group; partners get what is needed of them alone."""
    incident = seen.incident
    if audience == PARTNERS:
        rows = [("What we need from you", incident.needs or "Nothing recorded.")]
        contains = "What is needed from partners"
    else:
        counts = offers.progress_of(seen).values()
        done, total = (sum(getattr(row, name) for row in counts) for name in ("done", "total"))
        rows = [
            ("Situation", incident.situation or incident.summary or "Not described yet."),
            ("Worst injury", f"{incident.get_injury_display()}."),
            ("Actions", f"{done} of {total} items done."),
            ("Needs", incident.needs or "Nothing recorded."),
            ("Biggest risk", incident.biggest_risk or "Not assessed yet."),
        ]
        contains = "Situation, worst injury, actions, needs and biggest risk"
    return offers.PackSection(
        "Where it stands", "incidents/pack/stands.html", {"rows": rows, "contains": contains}
    )


@offers.pack_section(60, "categorisation")
def categorisation(seen, audience, as_at):
    """Each category that the incident has had, the latest first; the reasons for gold group alone."""
    rows = list(Categorisation.objects.filter(incident=seen.incident).select_related("lead_agency"))
    contains = (
        "Category, who leads and why" if audience == GOLD else "Category and who leads, without the reasons"
    )
    context = {"rows": rows, "reasons": audience == GOLD, "contains": contains}
    return offers.PackSection("Categorisation", "incidents/pack/categorisation.html", context)


@offers.pack_section(70, "agencies")
def agencies(seen, audience, as_at):
    """Who responds. The list is the owning partnership's: an agency's own pack leaves it out."""
    if not seen.owner:
        return None
    rows = list(Engagement.objects.current().filter(incident=seen.incident).select_related("agency"))
    rows.sort(key=lambda row: (row.role != EngagementRole.LEAD, row.agency.name))
    words = "agency engaged" if len(rows) == 1 else "agencies engaged"
    contains = "Agencies, since when and why" if audience == GOLD else "Agencies by name"
    context = {
        "rows": rows,
        "reasons": audience == GOLD,
        "contains": contains,
        "figures": [{"order": 9, "figure": str(len(rows)), "text": words}],
    }
    return offers.PackSection("Agencies engaged", "incidents/pack/agencies.html", context)


@offers.pack_section(90, "log")
def log(seen, audience, as_at):
    """The latest entries of the log, as far as both the audience and the reader get them."""
    rows = pack_log(seen, audience)[: ENTRIES + 1]
    if audience == GOLD:
        contains = "Log entries, restricted ones included; no words that were withheld or redacted"
    else:
        contains = "Log entries that all partners may read"
    entries = [_shown(entry, audience) for entry in rows[:ENTRIES]]
    for (
        entry
    ) in entries:  # a partner's own words are never masked for a partner: a mask would confirm a guess
        entry.as_typed = not (seen.owner or (entry.agency and entry.agency.csp_of_id))
    context = {"entries": entries, "more": len(rows) > ENTRIES, "most": ENTRIES, "contains": contains}
    return offers.PackSection("Log", "incidents/pack/log.html", context)


def pack_log(seen, audience):
    """The log entries that a pack may hold, the latest first. What concerns a sealed record is in none."""
    rows = visible_log(seen).filter(~concerns_sealed()).exclude(sensitivity=Sensitivity.SEALED)
    corrected = LogEntry.objects.filter(corrects=OuterRef("pk"), kind=LogKind.CORRECTION)
    rows = rows.annotate(corrected=Exists(corrected), not_further=Exists(stops_on_log())).select_related(
        "words", "corrects", "agency"
    )
    if audience == PARTNERS:
        shared = Q(kind__in=PARTNER_KINDS) | Q(kind=LogKind.CORRECTION, corrects__kind__in=PARTNER_KINDS)
        return rows.filter(
            shared,
            ~Q(kind=LogKind.NOTE)
            | Q(about_kind=""),  # written by hand: the others repeat the situation and the risk
            sensitivity=Sensitivity.STANDARD,
            not_further=False,
            section__in=SHARED_SECTIONS,
            person_uuid__isnull=True,
            words__withheld_at__isnull=True,
            words__redacted_at__isnull=True,
        ).exclude(words__text__startswith="Now known:")  # what became known of the people involved
    cut = Q(section=Section.PEOPLE) | Q(corrects__kind__in=(*FIRST_LINE, *FIRST_SENTENCE))
    return rows.filter(kind__in=GOLD_KINDS).exclude(Q(kind=LogKind.CORRECTION) & cut)


def _shown(entry, audience):
    """The entry with the words that a pack prints."""
    words = entry.words
    text = words.text
    if words.redacted_at:
        text = "Redacted."
    elif words.withheld_at:
        text = "Withheld by a coordinator."
    elif audience == PARTNERS and entry.kind not in TYPED:
        text = (
            re.split(r": |\. |\n", text)[0].rstrip(".") + "."
        )  # the act, without the reason that somebody typed
    elif entry.kind in FIRST_SENTENCE:
        text = re.split(r"\. |\n", text)[0].rstrip(".") + "."
    elif entry.kind in FIRST_LINE:
        text = text.split("\n")[0]
    entry.act, entry.text = "", text
    if entry.kind == LogKind.ENGAGEMENT and not (words.redacted_at or words.withheld_at):
        act, _, reason = text.partition(": ")
        entry.act, entry.text = f"{act}:" if reason else act, reason
    cut = entry.kind in (*FIRST_SENTENCE, *FIRST_LINE)  # why it is late says as much as what was left out
    entry.late_reason = "" if words.redacted_at or words.withheld_at or cut else words.late_reason
    entry.late = audience == GOLD and bool(entry.late_reason)
    entry.day = clock.local(entry.occurred_at).date()
    return entry


@offers.pack_section(65, "records")
def records(seen, audience, as_at):
    """What the phases recorded, by kind: the fields that the kind's own list for this audience names.

    Partners get what is standard and about nobody. One query, and one for each kind that there is.
    """
    printed = {model.kind(): names for model in KINDS.values() if (names := getattr(model, audience, ()))}
    rows = with_mark(visible_entries(seen)).filter(kind__in=printed).exclude(sensitivity=Sensitivity.SEALED)
    if audience == PARTNERS:
        rows = rows.filter(sensitivity=Sensitivity.STANDARD, about__isnull=True, not_further=False)
    found = {}
    for entry in rows.select_related("about", "owner").order_by("pk"):
        if audience == GOLD or not is_masked(seen, entry):
            found.setdefault(entry.kind, []).append(entry)
    kinds = []
    for phase, name in PHASES:
        for kind in (kind for kind in found if KINDS[kind].phase == phase):
            told = [
                {"record": record, "rows": rows}
                for record in of_entries(seen, KINDS[kind], found[kind])
                if (rows := record.rows(printed[kind]))
            ]
            for number, one in enumerate(
                told, 1
            ):  # a title may say what partners do not get, such as a place
                name_of = capfirst(str(KINDS[kind]._meta.verbose_name))
                one["title"] = one["record"].entry.title if audience == GOLD else f"{name_of} {number}"
            title = capfirst(str(KINDS[kind]._meta.verbose_name_plural))
            kinds += [{"phase": name, "title": title, "records": told}] if told else []
    if not kinds:
        return None
    contains = ", ".join(
        kind["title"].lower() if kind["title"][1:2].islower() else kind["title"] for kind in kinds
    )
    context = {"kinds": kinds, "gold": audience == GOLD, "contains": capfirst(contains)}
    return offers.PackSection("What the phases recorded", "incidents/pack/records.html", context)
