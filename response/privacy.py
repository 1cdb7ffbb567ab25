"""What this room holds of people: their records, their clocks, and every attempt to reach them."""

from django.db.models import Q

from incidents.models import KINDS, Sensitivity
from incidents.privacy import holds_kinds
from response.models import (
    ContactAttempt,
    ContactClock,
    KeyDate,
    Person,
    Referral,
    Remobilisation,
    RiskReview,
    SafetyPause,
)
from response.models.meetings import Addendum, AgendaPoint, Attendance, Decision, Meeting, Raised
from svit import engines
from svit.privacy import Found, finder, holds
from svit.templatetags.svit import day, when
from svit.values import in_words

holds(
    Person,
    "entry__incident",
    texts=(
        "name",
        "address",
        "ward",
        "school",
        "home_borough",
        "mash",
        "trusted_adult",
        "consent_note",
        "needs",
        "support_plan",
        "family_contact",
    ),
    entry="entry",
)
holds(
    ContactClock,
    "person__entry__incident",
    texts=("event", "missed_cause", "new_plan", "stopped_reason"),
    entry="person__entry",
)
holds(
    ContactAttempt,
    "person__entry__incident",
    texts=("late_reason", "what_happened", "engaged", "next_step", "told_by"),
    entry="person__entry",
)
holds(
    Referral,
    "person__entry__incident",
    texts=("service", "note", "late_reason"),
    entry="person__entry",
)
holds(RiskReview, "person__entry__incident", entry="person__entry")
holds(SafetyPause, "person__entry__incident", texts=("reason", "answer"), entry="person__entry")
holds(KeyDate, "entry__incident", texts=("note", "wishes", "asked_by", "plan"), entry="entry")
holds(Remobilisation)
holds(Meeting, "entry__incident", texts=("place", "chair", "purpose"), entry="entry")
holds(AgendaPoint, "meeting__entry__incident", texts=("title",), entry="meeting__entry")
holds(Attendance, "meeting__entry__incident", entry="meeting__entry")
holds(
    Decision,
    "meeting__entry__incident",
    texts=("text", "why", "options", "risks", "powers"),
    entry="meeting__entry",
)
holds(Raised, "meeting__entry__incident", entry="meeting__entry")
holds(Addendum, "meeting__entry__incident", texts=("text",), entry="meeting__entry")
holds_kinds(
    model for model in KINDS.values() if model._meta.app_label == "response" and model.page == "record"
)


@finder
def people(incidents, asked):
    """People by name or by date of birth: every word of the name, in any order and in capitals or not."""
    same = engines.having(asked.name, "name")
    if asked.born:
        same |= Q(born=asked.born)
    rows = Person.objects.filter(same, entry__incident__in=incidents).select_related("entry__incident")
    rows = rows.prefetch_related(
        "clocks__rule", "attempts", "referrals", "risk_reviews", "pauses", "entry__concerning__keydate"
    )
    return [_found(person) for person in rows.order_by("pk")]


def _found(person):
    sealed = person.entry.sensitivity == Sensitivity.SEALED
    return Found(
        Person, person.pk, person.entry.incident_id, "A sealed record" if sealed else person.label,
        record=True, sealed=sealed, texts=[] if sealed else _texts(person),
    )  # fmt: skip


def _texts(person):
    """All that stands in the record of a person, about the contact with them, and how long that took."""
    rows = [
        (str(person._meta.get_field(name).verbose_name).capitalize(), words)
        for name in person.fields
        if (words := in_words(person._meta.get_field(name), getattr(person, name)))
    ]
    for row in person.clocks.all():
        state = (
            "met" if row.met_at else "missed" if row.missed_at else "running" if row.running else "stopped"
        )
        rows.append((f"Clock, {row.name}", f"{row.event}: {state}. {row.missed_cause}".strip()))
    for entry in person.entry.concerning.all():
        if entry.kind == KeyDate.kind() and entry.sensitivity != Sensitivity.SEALED:
            date, every = entry.keydate, ", every year" if entry.keydate.yearly else ""
            said = " ".join(one for one in (date.note, date.wishes, date.plan) if one)
            rows.append((f"Key date, {date.get_what_display()}", f"{day(date.on)}{every}. {said}".strip()))
    for row in person.attempts.all():
        said = [row.what_happened, row.engaged, row.get_support_display(), row.next_step]
        words = " ".join([f"{row.get_method_display()}.", *(one for one in said if one)])
        rows.append((f"Contact, {row.get_outcome_display()}", words))
    for row in person.referrals.all():
        words = " ".join([f"{when(row.occurred_at)}.", *(one for one in (row.service, row.note) if one)])
        rows.append((f"Referred to {row.get_to_display()}", words))
    for row in person.risk_reviews.all():
        rows.append(("Taken to the Daily Risk Management meeting", day(row.held_on)))
    for row in person.pauses.all():
        rows.append(("Contact not safe", f"{row.reason} {row.answer}".strip()))
    return rows
