"""Which attempt meets which clock. An attempt is not a contact, and a word with professionals is neither.

The protocol asks for contact with the young person and the family, so a parent or carer counts for both clocks.
"""

from django.db.models import Q

from checklists.models import ClockKind
from response.models import AttemptOutcome, ContactWith, MetBy

FAMILY = (ContactWith.PERSON, ContactWith.PARENT)


def _asks(row):
    """(whom, whether contact has to be made) that a clock asks for; None where attempts do not meet it."""
    if row.kind == ClockKind.PROFESSIONALS:
        return (ContactWith.PROFESSIONAL,), True
    if row.kind == ClockKind.CONTACT_MADE or row.met_by == MetBy.MADE:
        return FAMILY, True
    if row.kind == ClockKind.FIRST_ATTEMPT or row.met_by == MetBy.TRIED:
        return FAMILY, False
    return None


def is_for(row, whom):
    """Whether a clock waits for contact with these people at all."""
    asked = _asks(row)
    return asked is not None and whom in asked[0]


def asks_family(row):
    """Whether a clock waits for contact with the person or the family, which is what may not be safe."""
    return any(is_for(row, whom) for whom in FAMILY)


def fits(row, *, whom, outcome):
    """Whether an attempt of this kind meets the clock, if it came after its start."""
    asked = _asks(row)
    return asked is not None and whom in asked[0] and (outcome == AttemptOutcome.MADE or not asked[1])


def could_meet(row):
    """The attempts of the person that fit the clock, as a condition; None where attempts do not meet it."""
    asked = _asks(row)
    if asked is None:
        return None
    found = Q(whom__in=asked[0])
    return found & Q(outcome=AttemptOutcome.MADE) if asked[1] else found


def is_told(row):
    """Whether the clock is met by somebody's word: that MASH was told, or that what it asks for is done."""
    return row.kind == ClockKind.GOLDEN_HOUR or row.met_by == MetBy.SAID
