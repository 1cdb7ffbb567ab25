"""The index of what the phases record: one row a record, who holds a sealed one, who opened a restricted one."""

import uuid

from django.db import models
from django.db.models import Q

from partners.models import Agency, Partnership, User
from svit import clock


class Section(models.TextChoices):
    """The sections that an engagement grants."""

    GENERAL = "general", "General"
    PEOPLE = "people", "People"
    RELATIONSHIPS = "relationships", "Relationships"
    SAFEGUARDING = "safeguarding", "Safeguarding"
    HEALTH = "health", "Health"
    EDUCATION = "education", "Education"
    COMMUNICATIONS = "communications", "Communications"
    COMMUNITY = "community", "Community"
    MEETINGS = "meetings", "Meetings"


class Sensitivity(models.TextChoices):
    """Standard; restricted (it shows that it exists); sealed (nobody but the holders learns of it)."""

    STANDARD = "standard", "Standard"
    RESTRICTED = "restricted", "Restricted"
    SEALED = "sealed", "Sealed"


class Entry(models.Model):
    """One row for each record of whatever kind: the door, counts, search and log read this table alone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.CASCADE, null=True, blank=True, related_name="entries"
    )
    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=40)
    phase = models.CharField(max_length=20, blank=True)
    section = models.CharField(max_length=20, choices=Section)
    sensitivity = models.CharField(max_length=10, choices=Sensitivity, default=Sensitivity.STANDARD)
    title = models.CharField(max_length=200)
    about = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="concerning"
    )
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1)  # its record's, so that a list needs no other table
    # What of the record may be found by a search: its title and those of its words that the whole section may read
    words = models.TextField(default="", db_default="", blank=True, editable=False)
    due_at = models.DateTimeField(null=True, blank=True, editable=False)  # by when it asks somebody to act
    remind_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)
    submission = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["incident", "kind"], name="entry_of_incident")]
        constraints = [
            models.CheckConstraint(
                condition=Q(incident__isnull=False) | Q(partnership__isnull=False),
                name="an_entry_belongs_somewhere",
            ),
        ]

    def __str__(self):
        return self.title


class RecordGrant(models.Model):
    """A named holder of a sealed record."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="grants")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "user"], name="one_grant_a_holder")]


class RevealReason(models.TextChoices):
    """Why somebody needs to read what is restricted."""

    SAFEGUARDING = "safeguarding", "To keep somebody safe"
    CONTACT = "contact", "To make contact with this person"
    TASK = "task", "For an item that I am doing"
    OTHER = "other", "Another reason"


class Reveal(models.Model):
    """A reason given to read something for a while: a restricted record, or an incident by the governance officer.

    The page of a record's reveals puts on each `who` it was, and whether it `decides`: the latest of that person.
    """

    who: str
    decides: bool

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="reveals")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, null=True, blank=True, related_name="reveals")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reveals")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40)
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)
    until_at = models.DateTimeField()
    # Why it was not opened, or was closed again by the owner; empty of one that ran its time.
    refused = models.TextField(blank=True, default="", db_default="")
    refused_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    remind_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)

    class Meta:
        ordering = ["-at"]

    @property
    def is_open(self):
        return self.until_at > clock.now()

    @property
    def reason_words(self):
        return dict(RevealReason.choices).get(self.reason, self.reason)


class RevealStop(models.Model):
    """The owner's no: one person is shown one record's restricted content no more, until the stop is lifted."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="stops")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "user"], condition=Q(lifted_at__isnull=True), name="one_stop_at_a_time"
            ),
        ]
