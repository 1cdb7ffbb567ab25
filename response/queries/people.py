"""The people of an incident, each with clocks and attempts, as this reader gets them."""

from collections import defaultdict

from checklists.models import ClockKind
from checklists.queries import people_of
from incidents.access import revealed_entries
from incidents.models import Sensitivity
from response import meeting
from response.access import (
    agencies_for_clocks,
    hide_withheld,
    may_answer_pause,
    may_assign,
    may_end_pause,
    may_manage,
    may_work,
    others_held_by,
    owes_cause,
    visible_people,
)
from response.models import Consent
from response.queries.clocks import card, clocks_of, urgency
from svit.templatetags.svit import plural


def person_cards(seen, person, attempts, now):
    """The clocks of one person, each with what this reader may do with it."""
    cards = []
    for row in person.clocks.select_related("agency", "worker", "rule"):
        row.person = person
        runs = row.running and may_work(seen, person)
        whom = f"{row.agency}" if row.agency else ""
        if row.worker and (seen.coordinates or row.agency_id == seen.actor.agency.pk):
            whom += f", {row.worker.name}"
        cards.append(
            card(row, attempts, now, seen.incident)
            | {
                "whom": whom,
                "tell": runs and meeting.is_told(row),
                "refer": runs and row.kind == ClockKind.MASH_REFERRAL,
                "move": runs and may_manage(seen, row),
                "assign": runs and may_assign(seen, row),
                "explain": row.missed_at is not None and may_manage(seen, row),
            }
        )
    return cards


def whom_for_clocks(seen):
    """Who may be given a clock: agencies, each with its people. Two queries."""
    agencies = list(agencies_for_clocks(seen))
    people = people_of(agencies)
    return [(agency, people.get(agency.pk, [])) for agency in agencies]


def lead_in_words(seen, person):
    """Who leads for the person: the agency; the worker to coordinators and within the agency alone."""
    if person.lead_agency_id is None:
        return ""
    own = seen.coordinates or person.lead_agency_id == seen.actor.agency.pk
    named = person.lead_worker_id and own
    return f"{person.lead_agency}, {person.lead_worker.name}" if named else str(person.lead_agency)


def whom_of(agency, worker):
    """The value of the list of whom, for somebody who holds something now."""
    if worker:
        return f"person:{agency.uuid}:{worker.uuid}"
    return f"agency:{agency.uuid}" if agency else ""


def others_of(seen, person):
    """The other people of the same worker or agency, over all incidents that the actor may see."""
    rows = others_held_by(seen, person).select_related("entry__incident__partnership")
    return list(rows.order_by("pk")[:100])


ONE, HERE, ALL = "one", "here", "all"


def hand_over_scopes(seen, person, others):
    """Whom one may hand over with this person: nobody else, those of the incident, or everybody of the same holder."""
    holder = person.lead_worker.name if person.lead_worker_id else str(person.lead_agency)
    here = [one for one in others if one.entry.incident_id == seen.incident.pk]
    scopes = [(ONE, f"{person.label} alone")]
    if here:
        count = plural(len(here) + 1, "person,people")
        scopes.append((HERE, f"The {count} of this incident whom {holder} has"))
    if len(others) > len(here):
        count = plural(len(others) + 1, "person,people")
        scopes.append((ALL, f"The {count} of all incidents whom {holder} has"))
    return scopes


def handed_over(seen, others, scope):
    """Those of `others` whom a scope means."""
    if scope == HERE:
        return [one for one in others if one.entry.incident_id == seen.incident.pk]
    return others if scope == ALL else []


def consent_history(person):
    """Where consent stood and stands, the latest first: position, when it was said or written down, and by whom."""
    found = []
    for row, who in person.versions:
        if row.consent == Consent.NOT_ASKED and not row.consent_at:
            continue
        if found and (row.consent, row.consent_at) == (found[-1]["consent"], found[-1]["at"]):
            found[-1] |= {"by": who, "written": row.history_date}  # the earlier row said it first
            continue
        found.append(
            {
                "consent": row.consent,
                "text": row.get_consent_display(),
                "at": row.consent_at,
                "written": row.history_date,
                "by": who,
            }
        )
    return found


def pause_of(seen, person):
    """The pause of this person's contact that waits or rests, with what the reader may do with it; or None."""
    pause = person.pauses.filter(ended_at=None).select_related("agency", "logged__words").first()
    if pause is None:
        return None
    hide_withheld(seen, pause, "reason")
    pause.person = person
    pause.may_answer = pause.waits and may_answer_pause(seen, pause)
    pause.may_end = pause.rests and may_end_pause(seen, pause)
    return pause


def referrals_of(seen, person):
    """The person's referrals, the words as this reader gets them, the latest first."""
    return _told(seen, person.referrals, ("note", "service"))[::-1]


def _told(seen, rows, words):
    """What was appended about a person, the words as this reader gets them."""
    rows = rows.select_related("agency", "by", "logged__words")
    return [hide_withheld(seen, one, *words, "late_reason") for one in rows]


def asks_cause(seen, rows, now):
    """Whether this actor is asked why one of these clocks was missed."""
    return any(row.is_missed(now) and owes_cause(seen, row) for row in rows)


def attempts_at(seen, person):
    """The attempts to reach a person, the words as this reader gets them: what the log withholds is withheld here."""
    return _told(seen, person.attempts, ("what_happened", "next_step", "engaged"))


def people_cards(seen, now):
    """Each person whom the actor may know of, with clocks, attempts, and what is restricted for this reader."""
    people = list(visible_people(seen))
    rows, attempts = clocks_of(seen)
    by_person = defaultdict(list)
    for row in rows:
        by_person[row.person_id].append(row)
    named = set(seen.engagement.named.values_list("entry_id", flat=True)) if seen.engagement else set()
    revealed = set() if seen.coordinates else revealed_entries(seen.actor, seen.incident)
    for person in people:
        mine = sorted(by_person[person.pk], key=lambda row: urgency(row, now))
        person.entry.incident = seen.incident
        person.cards = [card(row, attempts[person.pk], now, seen.incident) for row in mine]
        person.tries = attempts[person.pk]
        person.opened = (
            seen.coordinates
            or person.pk in named
            or person.pk in revealed
            or person.entry.sensitivity == Sensitivity.SEALED
        )
        person.holds_restricted = any(getattr(person, name) for name in person.restricted)
    return people
