"""Which contact clocks a person gets, and what a partnership gives each: its hours, its calendar, its own kinds."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from checklists.models import ClockKind
from response.models import ClockRule, ContactClock
from response.models.person import AgeBand, Setting

CONTACT = (ClockKind.FIRST_ATTEMPT, ClockKind.CONTACT_MADE)
WITH_PROFESSIONALS = {Setting.CUSTODY: "Booked in at custody", Setting.HOSPITAL: "Arrival at hospital"}
BOOKED_IN = WITH_PROFESSIONALS[Setting.CUSTODY]


class Wanted(NamedTuple):
    """A clock that somebody is to have, and the event that it runs from."""

    kind: str
    event: str
    started_at: datetime
    estimated: bool
    rule: ClockRule | None = None


@dataclass
class Terms:
    """What one partnership gives its clocks: its rules that are in force."""

    rules: list = field(default_factory=list)

    def rule_of(self, wanted):
        if wanted.rule is not None:
            return wanted.rule
        if wanted.kind == ClockKind.MASH_REFERRAL:
            return next((rule for rule in self.rules if rule.kind == ClockKind.MASH_REFERRAL), None)
        return None

    def own(self):
        """The kinds that the partnership added."""
        return [rule for rule in self.rules if rule.kind == ClockKind.LOCAL]

    def due(self, wanted):
        """When a clock would fall due that starts so."""
        return self.row(None, wanted, wanted.started_at).due_at

    def row(self, person, wanted, now):
        """The clock, not saved yet, held by whoever leads for the person."""
        rule = self.rule_of(wanted)
        working = rule.working if rule else wanted.kind == ClockKind.MASH_REFERRAL
        row = ContactClock(
            uuid=uuid.uuid4(), person=person, kind=wanted.kind, rule=wanted.rule, event=wanted.event[:80],
            started_at=wanted.started_at, estimated=wanted.estimated, created_at=now,
            hours=rule.hours if rule else ContactClock.HOURS[wanted.kind], working=working,
            calendar=rule.calendar if rule and working else None,
            agency_id=person and person.lead_agency_id, worker_id=person and person.lead_worker_id,
        )  # fmt: skip
        row.due_at = row.due()
        return row


def terms_of(partnership):
    """The rules that are in force in a partnership, with the calendars that they count by: one query."""
    rules = ClockRule.objects.filter(partnership=partnership, retired_at=None)
    return Terms(list(rules.select_related("calendar__working_hours")))


def of_contact(started_at, *, event, estimated):
    """The clocks of contact itself: the first attempt, and contact made."""
    return [Wanted(kind, event, started_at, estimated) for kind in CONTACT]


def of_person(person, terms, *, event, started_at, known_at, fallback):
    """All clocks that somebody is to have by age, by choice and by where they are.

    `started_at` is the time of `event` where it is known; else the clocks run from `fallback`, estimated. A referral
    to MASH counts from `known_at`, when the case came to notice.
    """
    if not person.has_clocks:
        return []
    at, estimated = started_at or fallback, started_at is None
    wanted = of_contact(at, event=event or "When the incident was known", estimated=estimated)
    if person.is_young:
        wanted.append(Wanted(ClockKind.MASH_REFERRAL, "When the case came to notice", known_at, False))
    if person.setting in WITH_PROFESSIONALS:
        place = event or WITH_PROFESSIONALS[person.setting]
        wanted.append(Wanted(ClockKind.PROFESSIONALS, place, at, estimated))
        if person.setting == Setting.CUSTODY and person.age_band == AgeBand.CHILD:
            wanted.append(
                Wanted(ClockKind.GOLDEN_HOUR, event or BOOKED_IN, started_at or known_at, estimated)
            )
    wanted += [
        Wanted(ClockKind.LOCAL, event or rule.event, at, estimated, rule)
        for rule in terms.own()
        if rule.fits(person)
    ]
    return wanted


def hours_in_words(hours, *, working):
    """48 h, or 8 working hours."""
    return f"{hours} working hour{'' if hours == 1 else 's'}" if working else f"{hours} h"
