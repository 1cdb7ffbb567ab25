"""What the phases record."""

from response.models.person import AttemptOutcome, ContactAttempt, ContactClock, ContactMethod, Person

__all__ = ["AttemptOutcome", "ContactAttempt", "ContactClock", "ContactMethod", "Person"]
