"""The figure that counts: how many young people were tried and reached in time, against all of them (protocol).

Counts under five, and whatever would give one away, are hidden from everybody outside the team: the coordinators and
CSP managers of the partnership. Exercises and sealed records are in no figure.
"""

from dataclasses import dataclass, field
from datetime import date, time

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Least, TruncMonth

from checklists.models import ClockKind
from incidents.models import ReportState, Sensitivity
from reminders.times import on_the_wall
from response.models import ContactClock, Referral, ReferredTo, RiskReview
from response.models.person import AgeBand
from svit import clock

FEW = 5
MONTHS = 12
AIMS = ("attempted", "made")
COLUMNS = (
    ("attempted", "Attempted within 24 hours"),
    ("made", "Contact made within 48 hours"),
    ("mash", "Referred to MASH"),
    ("meeting", "Taken to Daily Risk Management"),
    ("specialist", "Referred to specialist support"),
)
NAMES = tuple(name for name, _ in COLUMNS)


@dataclass
class Row:
    """One month, or all months together. `counts` are n by column; None where a count is hidden."""

    month: date | None
    cases: int | None
    counts: dict = field(default_factory=dict)

    def cell(self, name):
        """n of N, in words."""
        count = self.counts[name]
        return "Hidden" if None in (count, self.cases) else f"{count} of {self.cases}"

    def percent(self, name):
        """The share in per cent, rounded down so that only all of them are 100; None where it is hidden."""
        count = self.counts[name]
        return None if None in (count, self.cases) or not self.cases else 100 * count // self.cases

    @property
    def cells(self):
        return [
            {"name": label, "text": self.cell(key), "percent": self.percent(key)} for key, label in COLUMNS
        ]


def first_month(now=None, months=MONTHS):
    """The first of the month so many months back, this one included."""
    today = clock.local(now or clock.now()).date()
    index = today.year * 12 + today.month - months
    return date(index // 12, index % 12 + 1, 1)


def months_from(first, count=MONTHS):
    """The firsts of so many months, one after the other."""
    index = first.year * 12 + first.month - 1
    return [date((index + one) // 12, (index + one) % 12 + 1, 1) for one in range(count)]


def _in_time(kind):
    """Whether the person's clock of a kind was met by its deadline. A miss stands where it was made."""
    met = ContactClock.objects.filter(person=OuterRef("person"), kind=kind, met_at__isnull=False)
    return Exists(met.filter(Q(missed_at=None) | Q(met_at__lte=Least(F("due_at"), F("missed_at")))))


def by_month(partnership, *, since):
    """The rows of a partnership from the month of `since` on, the latest first: one query.

    A case is a young person with a clock of 48 hours, in the month of its starting event. One whose clock ended
    before it was due, by a death or a mistake, counts in none.
    """
    cases = ContactClock.objects.filter(
        kind=ClockKind.CONTACT_MADE,
        person__entry__incident__partnership=partnership,
        person__entry__incident__exercise=False,
        person__entry__incident__report_state=ReportState.ACCEPTED,
        started_at__gte=on_the_wall(since, time.min),
    )
    cases = cases.exclude(person__entry__sensitivity=Sensitivity.SEALED).exclude(
        person__age_band=AgeBand.ADULT
    )
    cases = cases.exclude(stopped_at__isnull=False, missed_at=None)
    referred = Referral.objects.filter(person=OuterRef("person"))
    rows = (
        cases.annotate(
            month=TruncMonth("started_at"),
            was_attempted=_in_time(ClockKind.FIRST_ATTEMPT),
            was_made=_in_time(ClockKind.CONTACT_MADE),
            was_mash=Exists(referred.filter(to=ReferredTo.MASH)),
            was_meeting=Exists(RiskReview.objects.filter(person=OuterRef("person"))),
            was_specialist=Exists(referred.filter(to=ReferredTo.SPECIALIST)),
        )
        .values("month")
        .annotate(
            cases=Count("pk"), **{name: Count("pk", filter=Q(**{f"was_{name}": True})) for name in NAMES}
        )
        .order_by("-month")
    )
    return [
        Row(clock.local(row["month"]).date(), row["cases"], {name: row[name] for name in NAMES})
        for row in rows
    ]


def total(rows):
    """All months together."""
    return Row(
        None, sum(row.cases for row in rows), {name: sum(row.counts[name] for row in rows) for name in NAMES}
    )


def for_others(rows):
    """(rows, total) as somebody outside the team gets them.

    A count under five is hidden, and one whose rest is: of 40 cases 38 reached tell of the two who were not. A total
    is hidden where it is one of these itself, and where what it holds of hidden counts would give one of them away.
    """
    whole = total(rows)
    shown = [_hide(row) for row in rows]
    summed = _hide(whole)
    if not _safe(whole.cases, [row.cases for row in rows], [row.cases for row in shown]):
        summed = Row(None, None, dict.fromkeys(NAMES))
    for name in NAMES:
        parts = [row.counts[name] for row in rows]
        if not _safe(whole.counts[name], parts, [row.counts[name] for row in shown]):
            summed.counts[name] = None
    return shown, summed


def _hide(row):
    if row.cases < FEW:
        return Row(row.month, None, dict.fromkeys(NAMES))
    counts = {
        name: None if count < FEW or 0 < row.cases - count < FEW else count
        for name, count in row.counts.items()
    }
    return Row(row.month, row.cases, counts)


def _safe(whole, parts, shown):
    """Whether a total says no more of the hidden parts than that they are hidden.

    What is hidden of a total is known to whoever subtracts what is shown. It must be no small number itself, come
    from more than one part, and leave open what each of them is.
    """
    hidden = [part for part, seen in zip(parts, shown, strict=True) if seen is None]
    if not hidden:
        return True
    rest = sum(hidden)
    return len(hidden) > 1 and FEW <= rest < (FEW - 1) * len(hidden)
