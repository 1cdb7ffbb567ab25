"""What people offer to a pack: labels, roles, age bands and contact clocks.

No name, date of birth, address, ward, school or family contact is ever printed, and the list of people does not load
them. Partners get victims, family and friends as Person A, B and so on, so that nobody finds them again under their
number; suspects, witnesses, and whoever's part is not known yet, are not in their pack and not in its counts. Sealed
people are in none.
"""

from django.utils.text import capfirst

from checklists.models import ClockKind
from incidents import offers
from incidents.models import Sensitivity
from incidents.pack import GOLD, PARTNERS
from response.access import visible_people
from response.models.person import PersonRole
from response.queries import STATES, clocks_of, lead_words, picture, state_of, tried, urgency, what

SHARED_ROLES = (PersonRole.VICTIM, PersonRole.FAMILY, PersonRole.FRIEND)
MADE = ClockKind.CONTACT_MADE
STRIPS = 6
WIDTH = 230


def letter(number):
    """0 is A, 25 is Z, 26 is AA."""
    head = letter(number // 26 - 1) if number >= 26 else ""
    return head + chr(ord("A") + number % 26)


def pack_people(seen, audience):
    """The people that a pack may hold: {primary key: person}, each with the `shown` label; one query."""
    rows = visible_people(seen).exclude(entry__sensitivity=Sensitivity.SEALED)
    rows = rows.only("entry", "number", "role", "age_band", "setting", "next_of_kin_told_at", "died_at")
    if audience == PARTNERS:
        rows = rows.filter(role__in=SHARED_ROLES, entry__sensitivity=Sensitivity.STANDARD, not_further=False)
    found = {}
    for number, person in enumerate(rows.order_by("pk")):
        person.shown = f"Person {letter(number)}" if audience == PARTNERS else f"Person {person.number}"
        found[person.pk] = person
    return found


def pack_clocks(seen, audience):
    """(people, clocks of theirs, attempts by person); labels are those of the pack."""
    people = pack_people(seen, audience)
    rows, attempts = clocks_of(seen)
    rows = [row for row in rows if row.person_id in people]
    for row in rows:
        row.person.entry.title = people[
            row.person_id
        ].shown  # in memory: what pictures and words call the person
    return people, rows, attempts


@offers.pack_section(30, "clocks")
def clocks(seen, audience, as_at):
    """One strip a person, the most urgent clock of each; and how many were reached, and in time."""
    if not seen.sees_people:
        return None
    people, rows, attempts = pack_clocks(seen, audience)
    strips = []
    for row in one_each(rows, as_at):
        tries = [one for one in attempts[row.person_id] if one.occurred_at <= as_at]
        strips.append(
            {
                "who": people[row.person_id].shown,
                "lead": lead_words(row, as_at),
                "what": capfirst(what(row)),
                "row": row,
                "picture": picture(row, tries, as_at, WIDTH),
                "cause": row.missed_cause if audience == GOLD else "",
                "plan": row.new_plan if audience == GOLD else "",
            }
        )
    context = {
        "strips": strips[:STRIPS],
        "more": len(strips) > STRIPS,
        "figures": figures(people, rows, as_at),
        "contains": "How long contact with each person takes, and whether it was made",
    }
    return offers.PackSection("Contact clocks", "response/pack/clocks.html", context)


def one_each(rows, as_at):
    """One clock a person: the next that falls due; where none runs, the 48 hours rather than the first attempt."""
    order = {row.pk: urgency(row, as_at) for row in rows}
    chosen = {}

    def rank(row):
        running = order[row.pk][0] == 1
        return order[row.pk][0], not running and row.kind != MADE, order[row.pk]

    for row in sorted(rows, key=rank):
        chosen.setdefault(row.person_id, row)
    return sorted(chosen.values(), key=lambda row: order[row.pk])


def figures(people, rows, as_at):
    """Reached, of all with a contact clock; and inside 48 hours, of those whose time is over or who were reached.

    A clock that ended before it was due counts in neither; one that was missed first counts in both.
    """
    counted = [
        row
        for row in rows
        if row.kind == MADE and people[row.person_id].is_young and (row.missed_at or not row.stopped_at)
    ]
    made = [row for row in counted if row.met_at]
    ended = [row for row in counted if row.met_at or row.missed_at or state_of(row, as_at) == "missed"]
    inside = [row for row in made if not row.missed_at]
    return [
        {"order": 2, "figure": f"{len(made)} of {len(counted)}", "text": "young people contacted"},
        {"order": 3, "figure": f"{len(inside)} of {len(ended)}", "text": "inside 48 h, aim 100%"},
    ]


@offers.pack_section(50, "people")
def people(seen, audience, as_at):
    """Who is involved, by label, with each clock in words."""
    everybody, rows, attempts = pack_clocks(seen, audience)
    if not everybody:
        return None
    for person in everybody.values():
        mine = [row for row in rows if row.person_id == person.pk]
        person.support = next((row.agency for row in mine if row.agency_id), None)
        person.tried = tried([one for one in attempts[person.pk] if one.occurred_at <= as_at])
        person.clock_words = [
            {"what": what(row), "lead": lead_words(row, as_at), "state": STATES[state_of(row, as_at)]}
            for row in sorted(mine, key=lambda row: (row.due_at, row.pk))
        ]
    gold = audience == GOLD
    contains = (
        "Label, role, age band, where they are, clocks"
        if gold
        else "Person A, B …: age band, clocks, support"
    )
    context = {"people": list(everybody.values()), "roles": gold, "contains": contains}
    return offers.PackSection("People", "response/pack/people.html", context)
