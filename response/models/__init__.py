"""What the phases record."""

from response.models import categorisation, education, health, meetings, plan, reporting
from response.models.clocks import ClockRule, ContactClock, MetBy, SafetyPause, calendar_of
from response.models.contact import (
    AttemptOutcome,
    ContactAttempt,
    ContactMethod,
    ContactWith,
    Referral,
    ReferredTo,
    RiskReview,
    SupportAnswer,
)
from response.models.dates import DateKind, FamilyAsked, KeyDate, Remobilisation
from response.models.person import Consent, Noticed, Person

__all__ = [
    "AttemptOutcome",
    "ClockRule",
    "Consent",
    "ContactAttempt",
    "ContactClock",
    "ContactMethod",
    "ContactWith",
    "DateKind",
    "FamilyAsked",
    "KeyDate",
    "MetBy",
    "Noticed",
    "Person",
    "Referral",
    "ReferredTo",
    "Remobilisation",
    "RiskReview",
    "SafetyPause",
    "SupportAnswer",
    "calendar_of",
    "categorisation",
    "education",
    "health",
    "meetings",
    "plan",
    "reporting",
]
