"""What the acts on people and clocks share: who may, what stays of the living, and the words in the log."""

from incidents.access import sight
from incidents.actions import log
from incidents.actions.saving import lock
from incidents.models import LogKind
from svit.refused import Refused

OVER_BEFORE = "Its time was over when the clock was written down."


def about(person):
    """What an entry in the log about a person has: their record, its section and its sensitivity."""
    return {"about": person.entry, "section": person.entry.section, "sensitivity": person.entry.sensitivity}


def write(person, *, by, **told):
    """An entry in the log about a person."""
    return log(person.entry.incident, by=by, **about(person), **told)


def ask(person, *, by, may, about, words):
    """The actor's sight of the person's incident; refused unless `may` says yes of `about`."""
    seen = sight(by, person.entry.incident)
    if seen is None or not may(seen, about):
        raise Refused(words)
    return seen


def living(person):
    """Hold the person's record; refused where the person has died."""
    lock(person.entry)
    person.refresh_from_db(fields=["died_at"])
    if person.died_at:
        raise Refused(
            f"{person.label} has died: contact clocks have ended. Record contact with the family instead."
        )


def miss(row, found):
    """What the log says of a miss, at the time when the clock ran out; `found` says how it came to be written down."""
    text = f"{row.person.label}: clock missed, {row.name}."
    return {"kind": LogKind.CLOCK, "occurred_at": row.missed_at, "late_reason": found, "text": text}


def log_miss(row, *, by, found):
    return write(row.person, by=by, **miss(row, found))


def misses_before(rows):
    """Log entries of those clocks that were over when they were written down."""
    return [about(row.person) | miss(row, OVER_BEFORE) for row in rows if row.missed_at]


def log_cause(rows, *, by, missed_cause, new_plan):
    names = " and ".join(row.name for row in rows)
    return write(
        rows[0].person, by=by, kind=LogKind.CLOCK,
        text=f"{rows[0].person.label}: why {names} was missed: {missed_cause} New plan: {new_plan}",
    )  # fmt: skip
