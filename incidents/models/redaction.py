"""Words that have to go from an incident wherever they stand, and what stood there before, kept under seal."""

import uuid

from django.db import models
from django.db.models import F, Q

from incidents.models.incident import Incident
from partners.models import User
from svit import clock


class RedactionState(models.TextChoices):
    ASKED = "asked", "Withheld, waits for a second person"
    CONFIRMED = "confirmed", "Redacted"
    REFUSED = "refused", "Refused, the words stand again"


class Redaction(models.Model):
    """Words withheld everywhere in an incident by one coordinator at once, and redacted for good by a second.

    `words` are emptied when it is decided; `places` are the tables and columns that were chosen. While it is confirmed
    and not yet done, the database lets the words of log entries and contact attempts be changed.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="redactions")
    words = models.TextField(blank=True)
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=RedactionState, default=RedactionState.ASKED)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    places = models.JSONField(default=list)
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="redacting_everywhere_takes_two",
            ),
        ]

    def __str__(self):
        return str(self.uuid)


class SealedOriginal(models.Model):
    """What stood in one column of one row before a redaction. No page shows it but the disclosure, with a reason."""

    redaction = models.ForeignKey(Redaction, on_delete=models.CASCADE, related_name="originals")
    table = models.CharField(max_length=60)
    row = models.BigIntegerField()
    column = models.CharField(max_length=60)
    original = models.TextField()
    left = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.table} {self.row}"
