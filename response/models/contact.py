"""What was done to reach a person: attempts and contact, referrals, and days on the daily list."""

import uuid

from django.db import models
from django.db.models.functions import Now

from incidents.models import LogEntry
from partners.models import Agency, User
from response.models.person import Person
from svit import clock


class AttemptOutcome(models.TextChoices):
    """An attempt is not a contact."""

    ATTEMPTED = "attempted", "Attempted, no contact"
    MADE = "made", "Contact made"


class ContactMethod(models.TextChoices):
    VISIT = "visit", "Visit"
    TELEPHONE = "telephone", "Telephone"
    HOSPITAL = "hospital", "At hospital"
    CUSTODY = "custody", "In custody"
    MESSAGE = "message", "Message"
    OTHER = "other", "Other"


class ContactWith(models.TextChoices):
    """Whom an attempt was to reach; it decides which clocks it can meet."""

    PERSON = "person", "The person"
    PARENT = "parent", "A parent or carer"
    PROFESSIONAL = "professional", "Professionals at hospital or custody"
    TRUSTED_ADULT = "trusted_adult", "A trusted adult"
    OTHER = "other", "Somebody else"


class SupportAnswer(models.TextChoices):
    """What came of a contact for support."""

    ACCEPTED = "accepted", "Accepts support"
    WANTS_TIME = "wants_time", "Wants time"
    DECLINED = "declined", "Declines support"
    NOT_OFFERED = "not_offered", "Not offered yet"


class Told(models.Model):
    """The base of what is appended about a person and never changed.

    `logged` is its entry in the log: what is withheld there is withheld here.
    """

    uuid = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)
    occurred_at = models.DateTimeField("when")
    recorded_at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    logged = models.ForeignKey(LogEntry, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True
        ordering = ["occurred_at", "pk"]


class ContactAttempt(Told):
    """One attempt to reach a person and what came of it.

    Whoever records it learns which clocks it `met`, and which it was too `early` for.
    """

    met: list
    early: list

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="attempts")
    outcome = models.CharField(max_length=10, choices=AttemptOutcome)
    method = models.CharField("how", max_length=12, choices=ContactMethod)
    whom = models.CharField(
        "with whom", max_length=14, choices=ContactWith, default=ContactWith.PERSON,
        db_default=ContactWith.PERSON,
    )  # fmt: skip
    engaged = models.CharField("what engaged them", max_length=300, blank=True, default="", db_default="")
    support = models.CharField(max_length=12, choices=SupportAnswer, blank=True, default="", db_default="")
    late_reason = models.TextField(blank=True)
    what_happened = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    told_by = models.CharField(max_length=200, blank=True)


class ReferredTo(models.TextChoices):
    MASH = "mash", "MASH, or the emergency duty team"
    SPECIALIST = "specialist", "Specialist support"
    EARLY_HELP = "early_help", "Early help"
    ADULTS = "adults", "Adults' social care"
    HEALTH = "health", "Health"
    OTHER = "other", "Another service"


class Referral(Told):
    """A person was referred to a service; a referral to MASH meets the clock that asks for it.

    Whoever records it learns which clocks it `met`.
    """

    met: list

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="referrals")
    to = models.CharField("referred to", max_length=12, choices=ReferredTo)
    service = models.CharField(max_length=150, blank=True)
    note = models.TextField(blank=True)
    late_reason = models.TextField(blank=True)


class RiskReview(Told):
    """A person was taken to a Daily Risk Management meeting."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="risk_reviews")
    held_on = models.DateField(default=clock.today)

    class Meta(Told.Meta):
        constraints = [models.UniqueConstraint(fields=["person", "held_on"], name="once_a_day_on_the_list")]
