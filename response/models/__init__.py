"""What the phases record."""

from response.models.dates import DateKind, FamilyAsked, KeyDate, Remobilisation
from response.models.person import AttemptOutcome, ContactAttempt, ContactClock, ContactMethod, Person

__all__ = [
    "AttemptOutcome",
    "ContactAttempt",
    "ContactClock",
    "ContactMethod",
    "DateKind",
    "FamilyAsked",
    "KeyDate",
    "Person",
    "Remobilisation",
]
